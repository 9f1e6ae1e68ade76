"""What all three programs are made of.

Every package of the project may import it; it imports nothing else of the project. Where to go next:

- program.py runs a program: settings, logging, tracing, exit codes
- settings.py reads settings from environment variables, with errors that name the variable
- logs.py writes log lines as JSON; tracing.py records spans (spans.py), by otlp.py where an endpoint is configured
- health.py serves /healthz, /readyz and /metrics
- build_info.py has the version, and the metric that reports it
- backoff.py makes the pauses between tries; memory.py freezes the garbage collector
"""

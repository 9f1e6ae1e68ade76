"""What all three programs are made of: settings, logs, tracing, backoff. It imports nothing else of the project."""

"""The controller: an operator that assigns PdfExportJobs to renderer pods, scales the pods, deletes expired jobs.

The way of an event: kopf's handlers (operator.py) call the loop (loop.py), which updates the state (state/: what the
API server has said, and what was asked for), asks for decisions (decisions/: no I/O, no clock) and gives the actions
to the executor (executor.py), which sends them with release_client.py. The controller talks to the API server only.
Nothing imports this package, except tests and bench. Start with loop.py.
"""

"""The controller: an operator that assigns PdfExportJobs to renderer pods, scales the pods, deletes expired jobs.

The way of an event: kopf's handlers (operator.py) call the loop (loop.py), which updates the state (state/), asks for
a plan (decisions/), has the state record it, and hands its actions to the executor (executor.py). The executor sends
them with release_client.py and reports each outcome to the state, which wakes the loop again. Every reconcile_seconds
the loop also compares the cache with lists of the API server, because events can be lost. Beside the loop runs
definition.py, which reports fields that the API server drops.
The controller talks to the API server only. Of the other programs none imports it. Start with loop.py.
"""

"""The controller: assigns PdfExportJobs to renderer pods, keeps the pool of pods, deletes expired jobs.

kopf feeds it events (__main__.py), the dispatcher decides (view.py, dispatch.py, scale.py: no I/O, no clock),
the executor carries out (executor.py). It talks to the API server and to nothing else.
"""

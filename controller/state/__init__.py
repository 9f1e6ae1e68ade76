"""What the controller works with: no I/O, no clock, no chance. Decisions, executor and loop import it.

reader.py answers the questions of the decisions; state.py derives from it and is the only one that changes anything.
cache.py is what the API server has said, expectations.py what was asked for and is not seen yet.
assignments.py, queue.py, capacity.py and expiries.py are indexes over both, which keep every decision cheap.
launch_backoff.py and moving_average.py hold what was learnt from earlier launches and jobs.
actions.py and plan.py are the values that decisions return; limits.py and pod.py are values too.
availability.py is what was reported of the condition RenderersAvailable.
watch_health.py belongs to the loop: whether a watch still delivers.
"""

"""What is to be done: functions that read the state and return a plan. No I/O, no clock, no chance; only the loop
imports them.

dispatch.py is the entry (`decide`): it deletes expired jobs, recovers the jobs of lost renderers, ends hung ones and
assigns waiting ones. scale.py launches and deletes renderer pods. The plan is applied in state/state.py (State.apply).
"""

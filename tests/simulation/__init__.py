"""The controller against a model of everything around it: API server, watches, kubelet, renderers, clocks.

`test_machine.py` lets Hypothesis look for a sequence of faults after which one of laws.py does not hold any more;
`day.py` plays a day of traffic. Both drive the controller's own code; only what is outside of it is modelled.
"""

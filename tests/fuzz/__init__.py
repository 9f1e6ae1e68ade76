"""Random CVs and options against the renderer: what comes in is printed or refused by name, and nothing else happens.

strategies.py makes them, outcome.py says what may come of them.
"""

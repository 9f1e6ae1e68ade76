"""The browser: printing, its sandbox, and the zombie processes that it leaves.

The parts of renderer above it and preview import it. Begin at browser.py; sandbox.py starts the browser with its
sandbox where the node allows it, zombies.py reaps ended processes.
"""

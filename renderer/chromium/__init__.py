"""The browser: printing, and its sandbox.

The parts of renderer above it and preview import it. Begin at browser.py; sandbox.py starts the browser with its
sandbox where the node allows it.
"""

"""Faults on the real cluster, each in a test that names its guarantee, and the account that is taken after each.

`make chaos` does all of them, three rounds in random order; `make test-kubernetes` those that are marked brief, once.
"""

"""Benchmarks of the running system, each beside its baseline in the same run: `make bench`.

Each part_*.py gives the rows of some cases; __main__.py runs them and reports. soak.py is a program of its own: `make
soak`. They talk to the API as clients do, to the cluster through cluster/, and to /proc.
"""

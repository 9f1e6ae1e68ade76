"""Benchmarks of the running system, each with its baseline in the same run: `make bench`."""

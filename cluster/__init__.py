"""A real Kubernetes on this machine, built from source: `python3 -m cluster --help`.

For `make demo-kubernetes` and the tests where no cluster is at hand; nothing of the product imports it.
Plain standard library: it runs before anything is installed.
"""

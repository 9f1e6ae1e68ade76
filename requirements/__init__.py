"""What the project depends on: lists of exact versions with hashes, their making (lock.py) and their audit (audit.py).

`make lock` and `make audit` run them; images and tests install from the lists alone.
"""

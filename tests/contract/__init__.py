"""What every installation promises its clients: the HTTP contract, the expiry of jobs, idempotency.

`pytest tests/contract` runs it against `python -m local`, `pytest tests/contract --cluster` the same tests against the
release on the cluster. What needs kubectl, Helm or pods is in tests/e2e, what needs processes in tests/local.
"""

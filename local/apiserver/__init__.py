"""The API server: the little of the Kubernetes API that the three programs and the kubelet use.

ApiServer (server.py) is all that the rest of `local` needs. Objects are kept in memory only.
"""

from local.apiserver.server import ApiServer

__all__ = ["ApiServer"]

"""The storage endpoint: the part of Google Cloud Storage and Firebase Storage that the renderers use, over a folder.

StorageServer (server.py) is all that the rest of `local` needs.
"""

from local.storage.server import StorageServer

__all__ = ["StorageServer"]

"""Firebase Storage: uploads and their retries, download URLs, the removal of what lost renderers have left.

renderer.task, renderer.worker and the renderer's process import it. Begin at firebase.py; a second storage would stand
beside it, with the same methods. garbage_collection.py removes what lost renderers have uploaded for failed jobs.
"""

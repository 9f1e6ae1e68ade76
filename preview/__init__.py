"""The preview: shows template authors what the renderer makes of their template, without a cluster.

It renders with renderer.document, as jobs are rendered, and talks to the author's own browser on 127.0.0.1 only.
"""

"""From Chromium's PDF to the finished one: structure, text, metadata, colour profile.

renderer.document and preview import it. Begin at finish.py, which uses the other modules.
"""

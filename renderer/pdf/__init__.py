"""From Chromium's PDF to the finished one: structure, text, metadata, colour profile."""

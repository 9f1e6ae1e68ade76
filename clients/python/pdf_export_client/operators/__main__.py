"""`python -m pdf_export_client.operators`: the plugin without an installation."""

from __future__ import annotations

import sys

from pdf_export_client.operators.command import run

if __name__ == "__main__":
    sys.exit(run())

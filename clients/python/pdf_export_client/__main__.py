"""`python -m pdf_export_client`: the command pdf-export."""

from __future__ import annotations

import sys

from pdf_export_client.command import run

if __name__ == "__main__":
    sys.exit(run())

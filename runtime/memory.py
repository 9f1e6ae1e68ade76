"""The memory of a program that runs for long."""

from __future__ import annotations

import gc


def freeze_garbage_collector() -> None:
    """Exempt all objects that exist now from garbage collection (gc.freeze). Call it once the program is ready.

    Scanning them took a tenth of a renderer's time, and all of it at once every few seconds.
    """
    gc.collect()
    gc.freeze()

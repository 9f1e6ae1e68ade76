"""The memory of a program that runs for long."""

from __future__ import annotations

import gc
from typing import Final

_NEW_OBJECTS: Final = 5_000
"""How many set off a collection (gc.set_threshold). Python's own 700 are fewer than a long text of a CV makes."""


def freeze_garbage_collector() -> None:
    """Exempt all objects that exist now from garbage collection (gc.freeze). Call it once the program is ready.

    Scanning them took a tenth of a renderer's time, and all of it at once every few seconds. What comes later is
    scanned less often: a quarter of the time to read long texts was that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)

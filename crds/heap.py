"""The memory of a program that runs for long."""

from __future__ import annotations

import gc


def settle() -> None:
    """To be called once a program is ready: what it is made of stays, so the garbage collector need not look at it.

    Looking took a tenth of a renderer's time, and all of it at once every few seconds.
    """
    gc.collect()
    gc.freeze()

"""Chromium in its own sandbox: whether this node allows it, and what follows when it does not.

The sandbox puts the processes that lay out and print a document into user, PID and network namespaces of their own, in
an empty root, behind a system call filter of Chromium's. It needs no privilege, but a node that lets a process make a
user namespace. Kubernetes' default seccomp profile does not; the chart brings one that does.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

from renderer.chromium.browser import BrowserStuck, Printer
from renderer.metrics import SANDBOXED
from runtime.settings import PREFIX, SettingsError

log = logging.getLogger("renderer")

AUTO: Final = "auto"
REQUIRED: Final = "required"

_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_CLONE_VM, _CLONE_VFORK = 0x100, 0x4000
_STACK_BYTES = 64 * 1024
_FIX = "install the chart's files/seccomp/chromium.json on the node and name it in renderer.seccompProfile"


def namespaces_refused() -> str:
    """Why this process may not make the namespaces that the sandbox begins with; empty when it may.

    Takes under a millisecond: a child that shares our memory and does nothing but end, in the namespaces that
    Chromium asks for. Only Linux has such namespaces: elsewhere the sandbox is another one, and nothing is refused.
    """
    if sys.platform != "linux":
        return ""
    libc = ctypes.CDLL(None, use_errno=True)
    stack = ctypes.create_string_buffer(_STACK_BYTES)
    top = (ctypes.addressof(stack) + _STACK_BYTES) & ~15
    flags = _CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNET | _CLONE_VM | _CLONE_VFORK | signal.SIGCHLD
    pid = libc.clone(ctypes.cast(libc._exit, ctypes.c_void_p), ctypes.c_void_p(top), ctypes.c_int(flags), None)
    if pid < 0:
        return f"user namespaces are refused here: {os.strerror(ctypes.get_errno())}"
    os.waitpid(pid, 0)
    return ""


async def start_printer(executable: Path, mode: str) -> Printer:
    """A printer that has started, with Chromium in its sandbox where that works.

    Where it does not: SettingsError when the mode is `required`, else a warning, a metric of 0, and no sandbox. Once
    started in the sandbox, a printer never leaves it.
    """
    # Chromium is not asked in vain: that start would take a second.
    refused = "Chromium refuses it to root" if os.geteuid() == 0 else namespaces_refused()
    if not refused:
        printer = Printer(executable, sandbox=True)
        try:
            await printer.start()
        except BrowserStuck:
            # Namespaces can be had and be of no use: AppArmor can take away what one may do in them.
            await printer.stop()
            refused = "Chromium does not start with it"
        else:
            SANDBOXED.set(1)
            return printer
    if mode == REQUIRED:
        raise SettingsError(
            f"{PREFIX}SANDBOX is {mode!r}, but there is no sandbox ({refused}): {_FIX}, or take {AUTO!r}"
        )
    log.warning("Chromium runs without its sandbox (%s): %s", refused, _FIX)
    SANDBOXED.set(0)
    printer = Printer(executable)
    await printer.start()
    return printer

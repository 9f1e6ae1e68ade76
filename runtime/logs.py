"""Log lines of all three programs: one JSON object a line, for people and for collectors.

A log line holds no cvData, no token and no download URL; it holds names, phases, codes and numbers. Two rules hold
other people's code to that. The message of an exception may quote the data it failed on, so only the exception's type
and code locations are logged. Libraries log requests, URLs and bodies at debug and info, so only their warnings and
errors are logged.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Literal

LogLevel = Literal["debug", "info", "warning", "error"]
# The first parts of the names of the project's own loggers.
_OURS = ("api", "controller", "renderer", "crds", "cv", "kube", "runtime", "tracing")


def _traceback(error: BaseException) -> str:
    """The types and code locations of an exception and of its causes, without their messages."""
    parts: list[str] = []
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        frames = reversed(extract_tb(each.__traceback__))
        locations = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        parts.append(f"{type(each).__name__} at {locations or 'no location'}")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "; from ".join(parts)


class JsonLines(logging.Formatter):
    """One JSON object for each record; of an exception only the types and code locations."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name == "asyncio":
            # The further lines show the task or the callback, with its result or exception, which may quote a job.
            message = message.partition("\n")[0]
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _traceback(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def configure_logging(level: str) -> None:
    """Log to stderr: the project's own lines from `level` up, the libraries' from warning up.

    An exception that ends the program or a thread is logged in the same form. Python's own print of it would quote
    the message.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    own = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(own, logging.WARNING), handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(own)
    sys.excepthook = _program_ended
    threading.excepthook = _thread_ended


def _program_ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("runtime").critical("ended by %s", kind.__name__, exc_info=(kind, error, trace))


def _thread_ended(args: threading.ExceptHookArgs) -> None:
    if issubclass(args.exc_type, SystemExit):
        return
    error = args.exc_value or args.exc_type()
    name = args.thread.name if args.thread else "a thread"
    logging.getLogger("runtime").error("%s ended by %s", name, args.exc_type.__name__, exc_info=error)

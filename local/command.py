"""What `python -m local` does: its arguments, and the two commands."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from cluster.progress import Failed, say
from local import chromium, fonts, release
from local.demo import export_sample
from local.installation import PROJECT_FOLDER, Installation, Options, free_port, install
from local.kubelet.process import Start
from local.output import Output

_READY_SECONDS = 90.0
_NOTE = (
    "This is for one machine, for development and demos: it has no users, keeps nothing, and restarts empty. "
    "Production runs on Kubernetes, by charts/pdf-export."
)


def run(arguments: Sequence[str], folder: Path, start: Start) -> int:
    """Run until interrupted, or until the demo has its PDF; the exit code.

    `folder` holds what is written meanwhile; `start` starts the programs.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    output = Output("info" if options.verbose else "error" if options.command == "demo" else "warning")
    try:
        return asyncio.run(_run(options, folder, start, output))
    except Failed as e:
        print(f"local: {e}", file=sys.stderr)
        return 1


async def _run(options: argparse.Namespace, folder: Path, start: Start, output: Output) -> int:
    interrupted = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    chosen = Options(
        chromium=await asyncio.to_thread(_prepare),
        on_line=output.take,
        host=options.host,
        public_url=options.public_url,
        port=options.port or (free_port() if options.command == "demo" else 8080),
        cors_origins=(*release.LOCAL_ORIGINS, *options.origin),
        settings=dict(options.set),
        # The demo's programs have nothing left to do: they are ended at once.
        grace_seconds=0 if options.command == "demo" else 3,
        start=start,
    )
    try:
        async with install(folder, chosen) as installation:
            work = asyncio.create_task(
                _demo(installation, options.out) if options.command == "demo" else _serve(installation, options.origin)
            )
            waiting = asyncio.create_task(interrupted.wait())
            await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
            output.quiet = True
            work.cancel()
            if interrupted.is_set():
                say("ending all programs")
                return 130 if options.command == "demo" else 0
            work.result()
    except Failed as e:
        raise Failed(f"{e}\nThe last lines of the programs:\n{output.last()}") from e
    return 0


def _prepare() -> Path:
    """The Chromium, installed when there is none; says which fonts are missing."""
    path = chromium.find()
    if path is None:
        say("there is no Chromium on this machine")
        path = chromium.install()
    if lacking := fonts.missing():
        say(f"fonts of the image that are not on this machine: {', '.join(lacking)}; {fonts.fix(lacking)}")
    return path


async def _serve(installation: Installation, origins: Sequence[str]) -> None:
    await _ready(installation)
    say(f"{installation.url}/  (Ctrl-C ends it)")
    print(f"Web pages may call it from {_named(origins)}.", "docs/web-developers.md begins with one.")
    print(_NOTE, flush=True)
    await asyncio.Event().wait()


def _named(more: Sequence[str]) -> str:
    """The origins that pages may have, in words; `more` than those of every installation on a machine."""
    ports = ", ".join(str(port) for port in release.DEV_SERVERS)
    return " and ".join(
        (f"localhost and 127.0.0.1 at the ports {ports}", *(more or ("any origin that --origin names",)))
    )


async def _ready(installation: Installation) -> None:
    say("starting the API, the controller and a renderer, each a process of its own")
    await installation.wait_api(_READY_SECONDS)
    say("the API is ready; Chromium starts in the renderer")
    await installation.wait_renderer(_READY_SECONDS)


async def _demo(installation: Installation, out: Path) -> None:
    await _ready(installation)
    began = time.monotonic()
    pdf = await export_sample(installation)
    took = time.monotonic() - began
    await asyncio.to_thread(_write, out, pdf)
    shown = out.relative_to(PROJECT_FOLDER) if out.is_relative_to(PROJECT_FOLDER) else out
    say(f"PDF: {shown}  ({len(pdf)} bytes, {took:.2f} s from POST to the last byte)")
    print("`make serve` keeps it running, for a page or an app of yours.", flush=True)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=_NOTE)
    parser.add_argument("command", nargs="?", choices=["serve", "demo"], default="serve")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen on; whoever reaches it may export (default: 127.0.0.1)",
    )
    parser.add_argument("--port", type=int, help="the API's port (default: 8080; demo: any that is free)")
    parser.add_argument(
        "--public-url",
        default="",
        help="with --host: how clients reach this machine, for download links (default: http://localhost:PORT)",
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        help="a further origin that may call the API, such as http://localhost:1234",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="a variable of the three programs, such as PDFEXPORT_TTL_SECONDS=60",
    )
    parser.add_argument("--out", type=Path, default=PROJECT_FOLDER / "out" / "demo.pdf", help="demo: the PDF's file")
    parser.add_argument("--verbose", action="store_true", help="print all log lines, not only the warnings and errors")
    return parser


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.startswith("PDFEXPORT_"):
        raise argparse.ArgumentTypeError(f"{text!r} is not PDFEXPORT_NAME=VALUE")
    return name, value

"""python -m preview: the arguments, and which of the two ways it goes: a page to work with, or a gallery."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cv.options import OptionsInvalid, validate_options
from preview import gallery, pictures, server
from preview.paths import NotFound, find_chromium, find_cvs, find_verapdf, find_workspace
from renderer.chromium.browser import BrowserStuck

PORT = 8421
_MAX_PORT = 65_535


def main(arguments: Sequence[str]) -> int:
    """Run until interrupted, or until the gallery is written; the exit code, 2 for what cannot be begun."""
    given = parse(arguments)
    # What the renderer logs of broken templates is on the page, with its place.
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for name in ("renderer", "cv.templates", "aiohttp"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        options = _options(given.options)
        if given.all:
            return asyncio.run(gallery.write(given.out, samples=given.samples, options=options))
        workspace = find_workspace(given.template)
        setup = server.Setup(
            workspace=workspace,
            cvs=lambda: find_cvs(workspace, given.data),
            options=options,
            chromium=find_chromium(),
            verapdf=find_verapdf(given.verapdf),
            port=given.port,
            default_port=PORT,
            open_browser=given.browser,
        )
        asyncio.run(server.serve(setup))
    except (NotFound, pictures.NoPdfium) as e:
        print(f"preview: {e}", file=sys.stderr)
        return 2
    except BrowserStuck:
        print("preview: Chromium cannot be started", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments; SystemExit with code 2 for those that do not go together."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.all:
        if given.template or given.data:
            parser.error("--all shows every template with its own sample: it takes no template and no --data")
        if not (given.out or given.samples):
            parser.error("--all needs --out DIR or --samples")
    elif given.out or given.samples:
        parser.error("--out and --samples go with --all")
    elif given.template is None:
        parser.error("name a template's folder, such as templates/modern, or give --all")
    if given.port is not None and not 0 <= given.port <= _MAX_PORT:
        parser.error(f"--port must be between 0 (any that is free) and {_MAX_PORT}")
    return given


def _options(text: str) -> dict[str, Any]:
    try:
        options = json.loads(text)
        validate_options(options)
    except json.JSONDecodeError as e:
        raise NotFound(f"--options is no JSON: {e}") from e
    except OptionsInvalid as e:
        raise NotFound(f"--options: {e}") from e
    return options or {}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m preview",
        description="Show a template as the renderer prints it, and again whenever a file of it changes.",
    )
    parser.add_argument("template", nargs="?", type=Path, help="the template's folder, such as templates/modern")
    parser.add_argument("--data", type=Path, help="the CV as JSON, or a POST body with cvData (default: sample.json)")
    parser.add_argument("--options", default="{}", metavar="JSON", help="""options, such as '{"density": "compact"}'""")
    parser.add_argument("--port", type=int, help=f"the page's port on 127.0.0.1 (default: {PORT}, or any that is free)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="do not open the page")
    parser.add_argument("--verapdf", type=Path, metavar="JAR", help="the checker of conformance")
    parser.add_argument("--all", action="store_true", help="write pictures of all templates instead")
    parser.add_argument("--out", type=Path, metavar="DIR", help="with --all: where the gallery goes")
    parser.add_argument(
        "--samples",
        action="store_true",
        help="with --all: write each sample.png and picture.webp, and templates/contact-sheet.png",
    )
    return parser

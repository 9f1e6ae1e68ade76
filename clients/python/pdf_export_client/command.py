"""The command pdf-export: its arguments, and what each subcommand does. argparse: five subcommands need no more."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from pdf_export_client.client import AsyncClient
from pdf_export_client.errors import ExportError, JobNotFound
from pdf_export_client.models import Done, ExportRequest, Failed, Options
from pdf_export_client.protocol import TIMEOUT_SECONDS
from pdf_export_client.report import ExitCode, InputError, print_error, print_json, print_warnings, progress, size_text

LOCAL_URL = "http://127.0.0.1:8080"
_STDIO = "-"
_Handler = Callable[[AsyncClient, argparse.Namespace], Awaitable[ExitCode]]


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    args = _parser().parse_args(argv)
    try:
        return asyncio.run(_main(args))
    except KeyboardInterrupt:
        # Watching ends no other way.
        return ExitCode.DONE if getattr(args, "watch", False) else ExitCode.INTERRUPTED


async def _main(args: argparse.Namespace) -> int:
    try:
        client = AsyncClient(args.base_url, args.token)
    except ValueError as e:
        return print_error(InputError(f"{e} Set --base-url or PDF_EXPORT_URL."), as_json=args.json)
    async with client:
        return await _attempt(args.handler, client, args)


async def _attempt(handler: _Handler, client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    try:
        return await handler(client, args)
    except (ExportError, InputError) as e:
        return print_error(e, as_json=args.json)


async def _export(client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    _check_output(args)
    if not args.watch:
        return await _export_once(client, args)
    if _STDIO in (args.file, args.output):
        raise InputError("--watch needs files: name the CV's, and the PDF's with -o.")
    await watch(_saves(Path(args.file)), lambda: _attempt(_export_once, client, args))
    return ExitCode.DONE


async def watch(saves: AsyncIterator[object], export: Callable[[], Awaitable[object]]) -> None:
    """Export, and again at each save. One export runs at a time: a save cancels the one before."""

    async def run_export() -> None:
        await export()

    task = asyncio.create_task(run_export())
    try:
        async for _ in saves:
            await _end(task)
            task = asyncio.create_task(run_export())
    finally:
        await _end(task)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _saves(file: Path) -> AsyncIterator[object]:
    """An item for each save of a file."""
    try:
        from watchfiles import awatch
    except ImportError:
        raise InputError("--watch needs watchfiles: pip install 'pdf-export-client[cli]'.") from None
    if not file.is_file():
        raise InputError(f"{file} cannot be read: there is no such file.")
    path = str(file.resolve())
    # The folder: editors save by renaming a new file, and a watch of the old one would end.
    return awatch(file.resolve().parent, watch_filter=lambda _change, changed: changed == path)


async def _export_once(client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    request = _request(args)
    with progress(quiet=args.json) as show:
        done = await client.export(request, on_update=show, timeout=args.timeout)
        pdf = await client.download(done)
    file = args.output or f"{'cv' if args.file == _STDIO else Path(args.file).stem}.pdf"
    _write(file, pdf)
    if args.json:
        print_json(_done_object(done) | {"file": file, "bytes": len(pdf)})
        return ExitCode.DONE
    print_warnings(done.warnings)
    if file != _STDIO:
        print(f"{file} ({size_text(len(pdf))})", flush=True)
    return ExitCode.DONE


async def _convert(client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    if args.output:
        _check_output(args)
    content = _read_json(args.file)
    inner = content.get("cvData")
    converted = await client.convert(inner if isinstance(inner, dict) else content)
    to_stdout = args.output in (None, _STDIO)
    if not to_stdout:
        _write(args.output, _json_file(converted.cv))
    if args.json:
        result = {"file": args.output} if args.output else {"cvData": converted.cv}
        warnings = [asdict(warning) for warning in converted.warnings]
        print_json({"status": "done", "format": converted.format, **result, "warnings": warnings})
        return ExitCode.DONE
    print(f"recognised: {converted.format}", file=sys.stderr)
    print_warnings(converted.warnings)
    if to_stdout:
        _write(_STDIO, _json_file(converted.cv))
    else:
        print(args.output, flush=True)
    return ExitCode.DONE


def _json_file(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


async def _templates(client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    found = await client.templates()
    if args.json:
        print_json(found)
        return ExitCode.DONE
    for template in found["templates"]:
        print(f"{template['id']}: {template['description']}")
        print(f"    options: {', '.join(template['options'].get('properties', {}))}")
    return ExitCode.DONE


async def _status(client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    status = await client.status(args.job_id)
    match status:
        case Failed():
            value = _failed_object(status)
            text = f"error ({status.code}): {status.error}"
        case Done():
            value, text = _done_object(status), f"done: {status.file_url}"
            if not args.json:
                print_warnings(status.warnings)
        case _:
            value, text = {"status": "processing", "jobId": status.job_id}, "processing"
    if args.json:
        print_json(value)
    else:
        print(text)
    return ExitCode.FAILED if isinstance(status, Failed) else ExitCode.DONE


async def _cancel(client: AsyncClient, args: argparse.Namespace) -> ExitCode:
    if not await client.cancel(args.job_id):
        raise JobNotFound("The job has expired, was cancelled or never existed.", status=404, error="Job not found")
    if args.json:
        print_json({"status": "cancelled", "jobId": args.job_id})
    else:
        print(f"Job {args.job_id} is cancelled.")
    return ExitCode.DONE


def _done_object(done: Done) -> dict[str, Any]:
    value: dict[str, Any] = {"status": "done", "jobId": done.job_id, "fileUrl": done.file_url}
    return value | {"warnings": [asdict(warning) for warning in done.warnings]}


def _failed_object(failed: Failed) -> dict[str, Any]:
    value: dict[str, Any] = {"status": "error", "jobId": failed.job_id, "error": failed.error}
    return value | {"code": failed.code, "retryable": failed.retryable}


def _request(args: argparse.Namespace) -> ExportRequest:
    """The request: of a file that has cvData it is the whole file, else the file is the CV."""
    content = _read_json(args.file)
    request: dict[str, Any] = dict(content) if "cvData" in content else {"cvData": content}
    given = {
        "templateId": args.template,
        "resumeId": args.resume_id,
        "fileName": args.file_name,
        "userPackage": args.user_package,
        "userId": args.user_id,
    }
    request |= {name: value for name, value in given.items() if value is not None}
    request.setdefault("resumeId", "cv" if args.file == _STDIO else Path(args.file).stem[:128])
    if args.option:
        request["options"] = {**(request.get("options") or {}), **cast(Options, dict(args.option))}
    if "templateId" not in request:
        raise InputError("The template is missing: name it with -t; `pdf-export templates` lists them.")
    return cast(ExportRequest, request)


def _read_json(file: str) -> dict[str, Any]:
    name = "stdin" if file == _STDIO else file
    try:
        content = json.loads(
            sys.stdin.buffer.read() if file == _STDIO else Path(file).read_bytes(),
            object_pairs_hook=_object_without_twins,
        )
    except OSError as e:
        raise InputError(f"{name} cannot be read: {e.strerror}.") from e
    except (ValueError, RecursionError) as e:
        raise InputError(f"{name} is not valid JSON: {e}.{_instead_of_json(file)}") from e
    if isinstance(content, list):
        # The API takes the CV in it, or says why it does not.
        return {"cvData": content}
    if not isinstance(content, dict):
        raise InputError(f"{name} must have a JSON object: a CV in the form of JSON Resume, or a whole request.")
    return content


def _object_without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """As the API does: of a field that is there twice, parsers keep the last."""
    value = dict(pairs)
    if len(value) != len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"an object has the same field twice: {twice}")
    return value


def _instead_of_json(file: str) -> str:
    """What to do with a file that another program has exported in a form of its own."""
    advice = {
        ".yaml": "RenderCV's YAML must be converted to JSON first, for example with `yq -o json`.",
        ".xml": "Europass is not read: enter the CV in Reactive Resume, and take its JSON export.",
        ".pdf": "Take the JSON export of the program that made it.",
        ".zip": "LinkedIn's archive is not read: enter the CV in Reactive Resume, and take its JSON export.",
    }
    found = advice.get(Path(file).suffix.lower().replace(".yml", ".yaml"), "")
    return f" {found}" if found else ""


def _check_output(args: argparse.Namespace) -> None:
    """Before anything is sent: the result can be written."""
    if args.output == _STDIO and args.json:
        raise InputError("-o - and --json both take stdout: name a file with -o.")
    folder = Path(args.output or _STDIO).parent
    if not folder.is_dir():
        raise InputError(f"The folder {folder} does not exist: make it, or name another file with -o.")


def _write(file: str, pdf: bytes) -> None:
    if file == _STDIO:
        sys.stdout.buffer.write(pdf)
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    part = path.with_name(f".{path.name}.part")
    try:
        # Replaced at once: a viewer that has it open never reads half a file.
        part.write_bytes(pdf)
        part.replace(path)
    except OSError as e:
        raise InputError(f"{file} cannot be written: {e.strerror}. Name another file with -o.") from e


def _option(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, for example pageFormat=Letter")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _parser() -> argparse.ArgumentParser:
    codes = "exit codes: 0 done, 1 the job failed or is not there, 2 usage or a request that is not valid, 3 refused "
    codes += "(token, limits), 4 no answer or timeout, 130 interrupted"
    parser = argparse.ArgumentParser(prog="pdf-export", description="Export CVs as PDFs.", epilog=codes)
    common = argparse.ArgumentParser(add_help=False)
    url, token = os.environ.get("PDF_EXPORT_URL") or LOCAL_URL, os.environ.get("PDF_EXPORT_TOKEN")
    common.add_argument("--base-url", default=url, metavar="URL", help=f"PDF_EXPORT_URL by default, else {LOCAL_URL}")
    common.add_argument("--token", default=token, help="a bearer token; PDF_EXPORT_TOKEN by default, not seen by ps")
    common.add_argument("--json", action="store_true", help="print one JSON object to stdout, and nothing else")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, handler: _Handler, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common], epilog=codes)
        command.set_defaults(handler=handler)
        return command

    _add_export_arguments(add("export", _export, "export a CV as a PDF"))
    _add_convert_arguments(add("convert", _convert, "write a CV of another program as JSON Resume"))
    add("templates", _templates, "list the templates and the options of each")
    add("status", _status, "show how far a job is").add_argument("job_id", metavar="JOBID")
    add("cancel", _cancel, "cancel a job").add_argument("job_id", metavar="JOBID")
    return parser


def _add_convert_arguments(command: argparse.ArgumentParser) -> None:
    text = "a CV of Reactive Resume, RenderCV (as JSON) or JSON Resume; - is stdin"
    command.add_argument("file", metavar="FILE", help=text)
    command.add_argument("-o", "--output", metavar="JSON", help="the JSON Resume; stdout by default")


def _add_export_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a CV in the form of JSON Resume, or a whole request; - is stdin")
    command.add_argument("-t", "--template", metavar="ID", help="the template, for example modern")
    command.add_argument("-o", "--output", metavar="PDF", help="the PDF; FILE with .pdf by default; - is stdout")
    command.add_argument(
        "-O",
        "--option",
        action="append",
        type=_option,
        metavar="NAME=VALUE",
        help="an option of the template, for example -O pageFormat=Letter -O photo=false; repeatable",
    )
    command.add_argument("--resume-id", metavar="ID", help="the name of FILE by default")
    command.add_argument("--file-name", metavar="NAME", help="the name that the PDF has in the storage")
    command.add_argument("--user-package", metavar="PACKAGE", help="for example BASIC")
    command.add_argument("--user-id", metavar="ID")
    command.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT_SECONDS,
        metavar="SECONDS",
        help=f"how long to wait for the PDF; {TIMEOUT_SECONDS:.0f} by default",
    )
    command.add_argument("--watch", action="store_true", help="export again at each save of FILE, until Ctrl-C")

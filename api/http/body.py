"""Reads a JSON body: within limits while it arrives, and strictly, so that what is stored is what was sent."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from typing import Any, NoReturn, cast

from starlette.requests import ClientDisconnect, Request

from api.http.errors import ApiError, Problem, bad_request, invalid, too_large
from crds.errors import HttpErrorKind
from runtime.json_text import FieldTwice, object_without_twins

JsonObject = dict[str, Any]

MAX_DEPTH = 64
READ_SECONDS = 30
# Above this size parsing takes milliseconds: it then leaves the event loop to the polls.
_LARGE_BYTES = 64 * 1024
# The API server stores numbers beyond 64-bit integers as doubles, as JavaScript does beyond 2^53.
_MAX_NUMBER = sys.float_info.max
_MAX_PROBLEMS = 50


class _Refused(ValueError):
    pass


async def read_json(request: Request, *, limit: int) -> JsonObject:
    """The JSON object in the request's body; ApiError 400, 408, 413, 415 or 422 (not an object, numbers out of
    range)."""
    _check_headers(request, limit)
    raw = await _read(request, limit)
    if len(raw) > _LARGE_BYTES:
        return await asyncio.to_thread(parse, raw)
    return parse(raw)


def parse(raw: bytes) -> JsonObject:
    """The JSON object in `raw`. Refused as not JSON: invalid UTF-8, NaN and Infinity, a field that comes twice in an
    object, nesting deeper than MAX_DEPTH. Refused as not fitting: what is no object, numbers that the cluster would
    store as others."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=object_without_twins)
    except UnicodeDecodeError as e:
        raise bad_request(f"The body is not UTF-8 (at byte {e.start}).") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as e:
        raise bad_request(f"The body is not JSON: {e.msg} at line {e.lineno}, column {e.colno}.") from None
    except (_Refused, FieldTwice) as e:
        raise bad_request(f"The body is not JSON: {e}.") from None
    except ValueError:  # Python's limit on the digits of a number
        raise bad_request("The body is not JSON that can be stored: a number has too many digits.") from None
    problems = _problems(value)
    if problems:
        raise invalid(problems)
    if not isinstance(value, dict):
        raise invalid([Problem("body", "takes a JSON object")])
    return cast(JsonObject, value)


def _check_headers(request: Request, limit: int) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiError(HttpErrorKind.UNSUPPORTED, "The body must be sent with Content-Type: application/json.")
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise ApiError(HttpErrorKind.UNSUPPORTED, "The body must be sent without a Content-Encoding.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise too_large(limit)


async def _read(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large(limit)
                chunks.append(chunk)
    except TimeoutError:
        message = f"The body did not arrive within {READ_SECONDS} seconds."
        raise ApiError(HttpErrorKind.REQUEST_TIMEOUT, message, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise bad_request("The connection ended before the body did.") from None
    return b"".join(chunks)


def _problems(root: Any) -> list[Problem]:
    problems: list[Problem] = []
    todo: list[tuple[Any, str, int]] = [(root, "", 0)] if isinstance(root, dict | list) else []
    while todo:
        value, path, depth = todo.pop()
        items: Iterable[tuple[str, Any]]
        if isinstance(value, dict):
            items = ((f"{path}.{key}" if path else key, item) for key, item in value.items())
        elif isinstance(value, list):
            items = ((f"{path}[{i}]", item) for i, item in enumerate(value))
        else:
            if not -_MAX_NUMBER <= value <= _MAX_NUMBER:
                problems.append(Problem(path or "body", "takes a number within the range of a double"))
            continue
        if depth == MAX_DEPTH:
            raise _too_deep()
        todo += [(item, at, depth + 1) for at, item in items if isinstance(item, dict | list | float | int)]
    return problems[:_MAX_PROBLEMS]


def _too_deep() -> ApiError:
    return bad_request(f"The body nests objects and arrays deeper than {MAX_DEPTH} levels.")


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not a JSON number")

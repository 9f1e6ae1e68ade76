"""Hostile connections: what is sent byte by byte, made from a seed, and what comes back."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

JOB = "/api/export-pdf/job"
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_HEAD = f"POST {JOB} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
USER = "fuzz"
_BODY = {"resumeId": 1, "templateId": "modern", "cvData": {"basics": {"name": "Fuzz"}}, "userId": USER}
_PATHS = (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/api/export-pdf/templates",
    f"{JOB}/x",
    JOB,
    "*",
    "",
)
_METHODS = ("GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "CONNECT", "TRACE", "PRI", "get", "")
_HEADERS = (
    "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 1, 2",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity",
    "Expect: 100-continue", "Connection: close", "Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c",
    "Content-Type: application/json", "Idempotency-Key: \x00", "Idempotency-Key: é", "Authorization: Bearer x",
    "Host: a", "Host: b", " folded: x", "X: \r", "If-None-Match: *", "Accept-Encoding: \xff", "X-Forwarded-For: ,,,",
    "traceparent: 00-00000000000000000000000000000000-0000000000000000-00", "Cookie: " + "c" * 5000,
    "Range: bytes=0-", ": no name", "no colon", "X\x00Y: 1",
)  # fmt: skip


class End(Enum):
    """How the client ends the connection when it has sent everything."""

    READ = "reads on until the server closes or is silent"
    CLOSE = "closes"
    RESET = "resets"
    HALF = "sends no more, and reads on"


@dataclass(frozen=True)
class Attack:
    """One connection: pieces of bytes, seconds between them, and its end."""

    kind: str
    pieces: list[bytes]
    pause: float
    end: End


@dataclass
class Outcome:
    """What came back of all of them."""

    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    """The attacks that were answered 500, with the repr of what they began with."""


def attacks(seed: int, count: int) -> Iterator[Attack]:
    """So many attacks, of all kinds in turn."""
    rng = random.Random(seed)
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        data = KINDS[kind](rng)
        pieces = [data]
        if kind == "slow" or rng.random() < 0.2:
            cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(1, 12)))
            pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        pause = rng.choice((0.005, 0.02, 0.05)) if kind == "slow" else 0.0
        yield Attack(kind, pieces, pause, rng.choice(list(End)))


def _post(rng: random.Random) -> bytes:
    body = json.dumps(_BODY | {"padding": "x" * rng.randrange(2000)}).encode()
    return _HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _get(rng: random.Random) -> bytes:
    return f"GET {rng.choice(_PATHS[:8])} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def _request(rng: random.Random) -> bytes:
    return rng.choice((_post, _get))(rng)


def _truncated(rng: random.Random) -> bytes:
    whole = _post(rng)
    return whole[: rng.randrange(1, len(whole))]


def _oversized(rng: random.Random) -> bytes:
    size = rng.choice((1_048_577, 1_500_000, 3_000_000))
    match rng.randrange(4):
        case 0:
            return _HEAD + b"Content-Length: %d\r\n\r\n" % size + b" " * size
        case 1:
            chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
            return _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * (size // 0x8000) + b"0\r\n\r\n"
        case 2:
            return b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n"
        case _:
            depth = rng.randrange(10, 200_000)
            return _HEAD + b"Content-Length: %d\r\n\r\n" % (2 * depth) + b"[" * depth + b"]" * depth


def _pipelined(rng: random.Random) -> bytes:
    requests = [_request(rng) for _ in range(rng.randrange(2, 30))]
    if rng.random() < 0.5:
        requests.insert(rng.randrange(len(requests)), rng.choice((_mutated, _bad_chunks, _truncated))(rng))
    return b"".join(requests)


def _header_flood(rng: random.Random) -> bytes:
    lines = (f"X-{rng.randrange(10)}: {'v' * rng.randrange(200)}\r\n" for _ in range(rng.randrange(50, 3000)))
    return b"GET /healthz HTTP/1.1\r\n" + "".join(lines).encode() + rng.choice((b"\r\n", b""))


def _mutated(rng: random.Random) -> bytes:
    data = bytearray(_request(rng))
    for _ in range(rng.randrange(1, 10)):
        at = rng.randrange(len(data))
        match rng.randrange(3):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                data[at:at] = rng.randbytes(rng.randrange(1, 5))
            case _:
                del data[at : at + rng.randrange(1, 5)]
    return bytes(data) or b"\0"


def _odd(rng: random.Random) -> bytes:
    lines = [f"{rng.choice(_METHODS)} {rng.choice(_PATHS)} HTTP/{rng.choice(('1.1', '1.0', '2.0', '9', ''))}"]
    lines += [rng.choice(_HEADERS) for _ in range(rng.randrange(6))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + rng.choice((b"", b"hello", b"{}"))


def _bad_chunks(rng: random.Random) -> bytes:
    head = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    chunks = (
        b"ffffffffffffffffff\r\n", b"-1\r\n", b"5;ext=" + b"e" * rng.randrange(5000) + b"\r\nhello\r\n", b"2\r\n{}\r\n",
        b"2\r\n{}}\r\n", b"zz\r\n", b"0\r\nTrailer: x\r\n\r\n", b"0\r\n\r\n", b"1\r\n\xff\r\n",
    )  # fmt: skip
    return head + b"".join(rng.choice(chunks) for _ in range(rng.randrange(1, 8)))


KINDS: dict[str, Callable[[random.Random], bytes]] = {
    "truncated": _truncated,
    "oversized": _oversized,
    "slow": _request,
    "pipelined": _pipelined,
    "random bytes": lambda rng: rng.randbytes(rng.randrange(1, 3000)),
    "header flood": _header_flood,
    "mutated": _mutated,
    "odd headers": _odd,
    "bad chunks": _bad_chunks,
}


async def run(
    all_attacks: Iterator[Attack],
    host: str,
    port: int,
    *,
    at_once: int,
    silence: float,
) -> Outcome:
    """Make the connections, so many at once; one on which nothing comes for `silence` seconds is given up."""
    outcome = Outcome()
    waiting = list(all_attacks)

    async def work() -> None:
        while waiting:
            attack = waiting.pop()
            received = await _connect(attack, host, port, silence)
            statuses = [int(status) for status in _STATUS.findall(received)]
            outcome.statuses.update(statuses)
            outcome.kinds[attack.kind] += 1
            if 500 in statuses:
                outcome.failed.append(f"{attack.kind}: {b''.join(attack.pieces)[:300]!r}")

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(work())
    return outcome


async def _connect(attack: Attack, host: str, port: int, silence: float) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    received = bytearray()

    async def read() -> None:
        while chunk := await asyncio.wait_for(reader.read(65536), silence):
            received.extend(chunk)

    reading = asyncio.create_task(read())
    try:
        for piece in attack.pieces:
            if writer.is_closing():
                break
            writer.write(piece)
            await asyncio.wait_for(writer.drain(), 10)
            await asyncio.sleep(attack.pause)
        if attack.end is End.HALF and not writer.is_closing():
            writer.write_eof()
        if attack.end in (End.READ, End.HALF):
            await reading
    except OSError:  # TimeoutError and ConnectionError are of them
        pass  # It was cut off, or waits for more: both are as they should be.
    finally:
        if attack.end is End.RESET:
            writer.transport.abort()
        writer.close()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    return bytes(received)

"""A body is read within its limits, and only JSON that can be stored as it was sent gets through."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.body import MAX_DEPTH, parse
from api.http.errors import ApiError
from tests.unit.api_fakes import BODY, Service


def refusal(raw: bytes) -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse(raw)
    return caught.value


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "has the same field twice: c."),
        (b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "deeper than"),
        (b"[" * 100_000, "deeper than"),
        (b'{"a": ' + b"1" * 5000 + b"}", "too many digits"),
    ],
)
def test_what_is_not_json_is_400(raw: bytes, words: str) -> None:
    error = refusal(raw)
    assert error.status == 400
    assert words in error.message


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"[]", "body"),
        (b'"text"', "body"),
        (b"null", "body"),
        (b'{"a": {"b": [0, 1e999]}}', "a.b[1]"),
        (b'{"a": -1' + b"0" * 309 + b"}", "a"),
    ],
)
def test_json_that_cannot_be_stored_as_it_is_names_the_field(raw: bytes, field: str) -> None:
    error = refusal(raw)
    assert (error.status, error.details[0].field) == (422, field)


def test_the_deepest_allowed_nesting() -> None:
    raw = b'{"a": ' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert json.dumps(parse(raw)).encode() == raw


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**308), 10**308) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_everything_else_comes_out_as_it_went_in(value: dict[str, object]) -> None:
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_another_content_type_is_415(content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await Service().client.post("/api/export-pdf/job", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["message"]


async def test_a_compressed_body_is_415() -> None:
    assert (await Service().post(**{"Content-Encoding": "gzip"})).status_code == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_name_its_charset(content_type: str) -> None:
    assert (await Service().post(**{"Content-Type": content_type})).status_code == 202


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    headers = {"Content-Type": "application/json", "Content-Length": "2000"}
    answer = await Service(max_body_bytes=1999).client.post("/api/export-pdf/job", content=never(), headers=headers)
    assert answer.status_code == 413
    assert "1999 bytes" in answer.json()["message"]


async def test_a_chunked_body_is_read_no_further_than_the_limit() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1_000_000:
            sent += 1000
            yield b" " * 1000

    headers = {"Content-Type": "application/json"}
    answer = await Service(max_body_bytes=5000).client.post("/api/export-pdf/job", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert sent == 6000


async def test_the_largest_body() -> None:
    raw = json.dumps(BODY).encode()
    headers = {"Content-Type": "application/json"}
    client = Service(max_body_bytes=len(raw)).client
    assert (await client.post("/api/export-pdf/job", content=raw, headers=headers)).status_code == 202
    assert (await client.post("/api/export-pdf/job", content=raw + b" ", headers=headers)).status_code == 413

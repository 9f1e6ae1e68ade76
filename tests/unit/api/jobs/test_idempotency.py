"""A key means the same job in every replica, and a request is known by its content."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from api.jobs.idempotency import fallback_secret, job_id, read_secret, request_sha256, valid_key

SECRET = b"sixteen bytes or more"


def test_a_key_gives_a_uuid4_that_depends_on_key_and_secret_only() -> None:
    first = job_id(SECRET, "key")
    assert uuid.UUID(first).version == 4
    assert str(uuid.UUID(first)) == first
    assert job_id(SECRET, "key") == first
    assert job_id(SECRET, "key2") != first
    assert job_id(b"another secret of length", "key") != first
    assert first == "6b825e4d-4983-4346-9881-ad48a5bbf1ec", "replicas of two versions must agree"


def test_a_key_of_one_caller_is_none_of_anothers() -> None:
    ids = [job_id(SECRET, key, caller) for key in ("k", "kuser:a") for caller in ("", "user:a", "user:b", "user:a\nk")]
    assert len(set(ids)) == len(ids)
    assert job_id(SECRET, "k", "user:a") == job_id(SECRET, "k", "user:a")


def test_without_a_secret_replicas_of_a_namespace_agree() -> None:
    assert fallback_secret("a") == fallback_secret("a") != fallback_secret("b")


@pytest.mark.parametrize("key", ["a", "x" * 255, "with space ~!", "8bd63e33-8f04-450f-9f3c-71566a5aa36a"])
def test_keys(key: str) -> None:
    assert valid_key(key)


@pytest.mark.parametrize("key", ["", "x" * 256, "ä", "a\tb", "a\n", "\x7f"])
def test_what_is_no_key(key: str) -> None:
    assert not valid_key(key)


def test_the_hash_looks_at_content_not_at_layout() -> None:
    one = request_sha256({"a": 1, "b": {"c": "é", "d": [1, 2]}})
    assert request_sha256({"b": {"d": [1, 2], "c": "é"}, "a": 1}) == one
    assert request_sha256({"b": {"d": [2, 1], "c": "é"}, "a": 1}) != one
    assert request_sha256({"a": 1.0, "b": {"c": "é", "d": [1, 2]}}) != one
    assert request_sha256({"a": "\ud800"}) != request_sha256({"a": "\ufffd"})


def test_a_secret_is_read_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(SECRET + b"\n")
    assert read_secret(file) == SECRET
    file.write_bytes(b"short\n")
    with pytest.raises(ValueError, match=r"has 5 bytes\. Write a secret of at least 16 bytes"):
        read_secret(file)

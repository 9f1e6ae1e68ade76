"""Bearer tokens from a file: how it is read, and that a change of it counts without a restart."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from api.access import bearer
from api.access.authenticator import make_authenticator
from api.access.bearer import BearerTokens, parse_tokens
from api.http.errors import ApiError
from api.settings import Settings
from runtime.settings import SettingsError

OLD, NEW, OTHER = "old-token-0123456789", "new-token-0123456789", "other/token+0123456789=="


def name_of(tokens: BearerTokens, token: str) -> str | None:
    caller = tokens.lookup(token)
    return caller.name if caller else None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "tokens"
    file.write_text(f"# backends\n\nshop: {OLD}\n{OTHER}\n")
    return file


@pytest.fixture
def tokens(file: Path, monkeypatch: pytest.MonkeyPatch) -> BearerTokens:
    monkeypatch.setattr(bearer, "_CHECK_SECONDS", 0.0)
    return BearerTokens(file)


def replace(file: Path, text: str) -> None:
    """As the kubelet does it: another file takes the name."""
    other = file.with_name("other")
    other.write_text(text)
    other.rename(file)


async def test_a_token_tells_its_caller_who_acts_for_any_user(tokens: BearerTokens) -> None:
    caller = tokens.lookup(OLD)
    assert caller is not None
    assert (caller.name, caller.user_id, caller.binds_package) == ("bearer:shop", None, False)
    assert caller.acts_for("user-1", "BASIC") == {"userId": "user-1", "userPackage": "BASIC"}
    unnamed = name_of(tokens, OTHER)
    assert unnamed is not None
    assert OTHER not in unnamed
    for wrong in (NEW, OLD[:-1], OLD + "x", OLD.upper(), "shop"):
        assert tokens.lookup(wrong) is None
        with pytest.raises(ApiError) as caught:
            await tokens.verify(wrong)
        assert caught.value.status == 401


def test_tokens_are_exchanged_without_a_restart(tokens: BearerTokens, file: Path) -> None:
    replace(file, f"shop: {OLD}\nshop: {NEW}\n")
    assert name_of(tokens, OLD) == name_of(tokens, NEW) == "bearer:shop"
    assert name_of(tokens, OTHER) is None
    replace(file, f"shop: {NEW}\n")
    assert (name_of(tokens, OLD), name_of(tokens, NEW)) == (None, "bearer:shop")


def test_a_slip_in_a_changed_file_does_not_keep_what_was_taken_back(
    tokens: BearerTokens, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replace(file, f"shop {NEW}\nshop: {NEW}\n")
    with caplog.at_level(logging.DEBUG):
        assert (name_of(tokens, OLD), name_of(tokens, NEW)) == (None, "bearer:shop")
    assert "Line 1 of the file of tokens is not valid" in caplog.text
    assert NEW not in caplog.text


def test_while_the_file_is_away_the_tokens_stay(tokens: BearerTokens, file: Path) -> None:
    file.unlink()
    assert name_of(tokens, OLD) == "bearer:shop"
    file.write_text(f"shop: {NEW}\n")
    assert (name_of(tokens, OLD), name_of(tokens, NEW)) == (None, "bearer:shop")


def test_the_file_is_looked_at_once_a_second(file: Path) -> None:
    tokens = BearerTokens(file)
    replace(file, f"shop: {NEW}\n")
    assert name_of(tokens, OLD) == "bearer:shop"


@pytest.mark.parametrize(
    "line",
    ["short", "two words0123456789abc", ": token-0123456789", "na me: token-0123456789", "tökèn-0123456789abcdef",
     "a:b:token-0123456789", "=token-0123456789abc", "token=0123456789abcdef"],
)  # fmt: skip
def test_what_is_no_token(line: str) -> None:
    assert parse_tokens(f"\n{line}\n") == ([], [2])


def test_at_the_start_what_does_not_fit_names_variable_and_line_and_quotes_nothing(file: Path) -> None:
    wanted = Settings(namespace="x", priorities={}, auth_mode="bearer", auth_tokens_file=file)
    assert make_authenticator(wanted) is not None
    file.write_text(f"shop: {OLD}\nsecret stuff\n")
    with pytest.raises(SettingsError, match=r"PDFEXPORT_AUTH_TOKENS_FILE: .*line 2 is not valid") as caught:
        make_authenticator(wanted)
    assert "secret stuff" not in str(caught.value)
    file.write_text("# none yet\n")
    with pytest.raises(SettingsError, match=r"PDFEXPORT_AUTH_TOKENS_FILE: .*has no token"):
        make_authenticator(wanted)
    file.unlink()
    with pytest.raises(SettingsError, match="PDFEXPORT_AUTH_TOKENS_FILE"):
        make_authenticator(wanted)

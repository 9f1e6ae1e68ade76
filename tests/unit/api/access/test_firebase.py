"""Firebase ID tokens, signed by real keys, verified by firebase-admin, which fetches the certificates over HTTPS."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access import firebase
from api.access.authenticator import make_authenticator
from api.access.callers import Caller
from api.access.firebase import FirebaseTokens
from api.http.errors import ApiError
from api.settings import Settings
from runtime.settings import SettingsError
from tests.google.keys import PROJECT, Key, base64url
from tests.google.proxy import Proxy
from tests.google.served import google_serves

KEY = Key("key-1")
NOW = int(time.time())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with google_serves(tmp_path_factory.mktemp("google"), KEY) as proxy:
        yield proxy


@pytest.fixture
def google(served: Proxy) -> Proxy:
    served.broken, served.fetched = False, 0
    return served


@pytest.fixture
def tokens(google: Proxy) -> FirebaseTokens:
    return FirebaseTokens(PROJECT)


async def refusal(tokens: FirebaseTokens, token: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await tokens.verify(token)
    assert tokens.lookup(token) is None
    return caught.value


async def test_a_token_is_verified_once_and_then_known(tokens: FirebaseTokens, google: Proxy) -> None:
    token = KEY.token("ada")
    assert tokens.lookup(token) is None
    ada = await tokens.verify(token)
    assert ada == Caller("user:ada", user_id="ada")
    google.broken = True
    assert tokens.lookup(token) == ada
    assert (await tokens.verify(KEY.token("bob"))).user_id == "bob"
    assert google.fetched == 1, "the certificates are kept for as long as their answer says"


async def test_requests_with_the_same_token_share_one_verification(tokens: FirebaseTokens) -> None:
    token = KEY.token()
    callers = await asyncio.gather(*(tokens.verify(token) for _ in range(20)))
    assert {id(caller) for caller in callers} == {id(callers[0])}


UNSIGNED = {"alg": "none"}
BAD = {
    "expired": KEY.token(iat=NOW - 7200, exp=NOW - 3600),
    "of another project": KEY.token(aud="other", iss="https://securetoken.google.com/other"),
    "wrong audience": KEY.token(aud="other"),
    "wrong issuer": KEY.token(iss="https://securetoken.google.com/other"),
    "of another key": Key(KEY.kid).token(),
    "of an unknown key": Key("key-2").token(),
    "alg none": KEY.token(headers=UNSIGNED).rpartition(".")[0] + ".",
    "alg none, signed": KEY.token(headers=UNSIGNED),
    "alg HS256": KEY.token(headers={"alg": "HS256"}),
    "no kid": KEY.token(headers={"kid": None}),
    "kid is a list": KEY.token(headers={"kid": ["key-1"]}),
    "from the future": KEY.token(iat=NOW + 3600, exp=NOW + 7200),
    "no iat": KEY.token(iat=None),
    "no exp": KEY.token(exp=None),
    "no sub": KEY.token(sub=None),
    "empty sub": KEY.token(sub=""),
    "sub is a number": KEY.token(sub=7),
    "long sub": KEY.token(sub="x" * 129),
    "changed after signing": KEY.token("ada").replace(KEY.token("ada").split(".")[1], KEY.token("eve").split(".")[1]),
    "no signature": KEY.token().rpartition(".")[0],
    "header is no object": f"{base64url(b'[]')}.{KEY.token().partition('.')[2]}",
    "not a token": "x",
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
async def test_what_is_no_valid_token_is_401_and_nothing_of_it_is_told(
    tokens: FirebaseTokens, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        e = await refusal(tokens, token)
    assert (e.status, e.headers["WWW-Authenticate"]) == (401, 'Bearer realm="pdf-export", error="invalid_token"')
    expired = "The token has expired; get a new one from Firebase."
    assert e.message in (expired, f"The token is not a valid ID token of the Firebase project {PROJECT}.")
    assert (e.message == expired) == (token == BAD["expired"])
    for part in token.split("."):
        assert len(part) < 16 or part not in caplog.text


async def test_clocks_may_differ_by_seconds(tokens: FirebaseTokens) -> None:
    now = int(time.time())
    assert (await tokens.verify(KEY.token(iat=now + 5))).user_id == "ada"
    late = KEY.token(exp=now - 5)
    assert (await tokens.verify(late)).user_id == "ada"
    assert tokens.lookup(late) is None, "but it is looked at again each time"


async def test_a_known_token_is_known_until_it_expires(tokens: FirebaseTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    token = KEY.token()
    await tokens.verify(token)
    monkeypatch.setattr(time, "time", lambda: NOW + 4000.0)
    assert tokens.lookup(token) is None
    assert len(tokens) == 0


async def test_what_is_remembered_is_bounded(tokens: FirebaseTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firebase, "_MAX_CACHED", 3)
    made = [KEY.token(f"user-{i}") for i in range(5)]
    for token in made:
        await tokens.verify(token)
    assert len(tokens) == 3
    assert [tokens.lookup(token) is not None for token in made] == [False, False, True, True, True]


async def test_when_there_are_no_certificates_it_is_503_and_the_next_try_waits(
    tokens: FirebaseTokens, google: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    google.broken = True
    for _ in range(3):
        e = await refusal(tokens, KEY.token())
        assert (e.status, e.headers["Retry-After"]) == (503, "3")
    assert google.fetched == 1
    google.broken = False
    monkeypatch.setattr(tokens, "_fetch_not_before", 0.0)
    assert (await tokens.verify(KEY.token())).user_id == "ada"


async def test_too_many_verifications_at_once_are_503(tokens: FirebaseTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firebase, "_MAX_VERIFYING", 2)
    results: list[Any] = await asyncio.gather(
        *(tokens.verify(KEY.token(f"user-{i}")) for i in range(5)), return_exceptions=True
    )
    assert [isinstance(result, Caller) for result in results] == [True, True, False, False, False]
    assert {result.status for result in results[2:]} == {503}


async def test_the_package_can_be_bound_to_a_claim(google: Proxy) -> None:
    tokens = FirebaseTokens(PROJECT, package_claim="plan")
    premium = await tokens.verify(KEY.token(plan="PREMIUM"))
    assert (premium.binds_package, premium.user_package) == (True, "PREMIUM")
    for plan in (None, 7, {"x": 1}):
        caller = await tokens.verify(KEY.token(plan=plan))
        assert (caller.binds_package, caller.user_package) == (True, None)


@given(st.one_of(st.text(max_size=300), st.lists(st.binary(max_size=60), min_size=3, max_size=3).map(
    lambda parts: ".".join(map(base64url, parts))
), st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists), min_size=3, max_size=3).map(
    lambda parts: ".".join(base64url(str(part).encode()) for part in parts)
)))  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_taken_for_a_token(tokens: FirebaseTokens, token: str) -> None:
    with pytest.raises(ApiError) as caught:
        tokens._claims(token)
    assert caught.value.status == 401


def test_the_emulators_unsigned_tokens_are_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099")
    wanted = Settings(namespace="x", priorities={}, auth_mode="firebase", auth_firebase_project=PROJECT)
    with pytest.raises(SettingsError, match="FIREBASE_AUTH_EMULATOR_HOST is set: unsigned tokens"):
        make_authenticator(wanted)

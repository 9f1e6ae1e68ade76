"""Download URLs that expire: the signature is one that Cloud Storage would take, with a key of ours or without."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import google.auth.credentials
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from google.auth import compute_engine
from google.cloud import storage

from renderer.storage.signed_urls import UrlSigner
from runtime.settings import SettingsError

PATH = "exports/0a0c/Zoë 山田.pdf"
ACCOUNT = "exporter@cv-app.iam.gserviceaccount.com"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def blob(key: rsa.RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[storage.Blob]:
    """An object, and the credentials of GOOGLE_APPLICATION_CREDENTIALS."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    account = {
        "type": "service_account",
        "project_id": "cv-app",
        "private_key_id": "1",
        "private_key": pem,
        "client_email": ACCOUNT,
        # Whoever asked for a token would fail.
        "token_uri": "http://127.0.0.1:1/token",
    }
    file = tmp_path / "service-account.json"
    file.write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    client = storage.Client(project="cv-app", credentials=google.auth.credentials.AnonymousCredentials())
    yield client.bucket("cv-app.firebasestorage.app").blob(PATH)
    client.close()


def verify(url: str, key: rsa.RSAPrivateKey) -> None:
    """As Cloud Storage does: https://cloud.google.com/storage/docs/authentication/canonical-requests."""
    parts = urlsplit(url)
    query, _, signature = parts.query.rpartition("&X-Goog-Signature=")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    canonical = "\n".join(["GET", parts.path, query, f"host:{parts.netloc}\n", "host", "UNSIGNED-PAYLOAD"])
    scope = asked["X-Goog-Credential"].partition("/")[2]
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["GOOG4-RSA-SHA256", asked["X-Goog-Date"], scope, digest])
    key.public_key().verify(bytes.fromhex(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_a_url_is_signed_with_the_key_and_says_when_it_expires(blob: storage.Blob, key: rsa.RSAPrivateKey) -> None:
    url = UrlSigner(seconds=600).url(blob)
    verify(url, key)
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "storage.googleapis.com")
    assert parts.path == "/cv-app.firebasestorage.app/exports/0a0c/Zo%C3%AB%20%E5%B1%B1%E7%94%B0.pdf"
    asked = parse_qs(parts.query)
    assert asked["X-Goog-Expires"] == ["600"]
    assert asked["X-Goog-Credential"][0].startswith(ACCOUNT + "/")
    assert len(url) <= 4096, "what the resource takes"
    with pytest.raises(InvalidSignature):
        verify(url.replace("X-Goog-Expires=600", "X-Goog-Expires=604800"), key)


@pytest.mark.parametrize("credentials", ["none", "of a user"])
def test_without_a_key_the_start_ends_with_the_value_to_set(
    credentials: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "credentials.json"
    if credentials == "of a user":
        user = {"type": "authorized_user", "client_id": "a", "client_secret": "b", "refresh_token": "c"}
        file.write_text(json.dumps(user))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(SettingsError, match=r"PDFEXPORT_STORAGE_SIGNED_SECONDS.*firebase\.existingSecret"):
        UrlSigner(seconds=600)


def test_a_workload_identity_lets_its_service_account_sign(
    key: rsa.RSAPrivateKey, blob: storage.Blob, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the credentials of a metadata server, which has no key, and the IAM Credentials API.
    class Identity(compute_engine.Credentials):  # type: ignore[misc]
        def refresh(self, request: object) -> None:
            self.token, self._service_account_email = "an access token", ACCOUNT

    def sign_blob(message: str, access_token: str, service_account_email: str, *_: object) -> str:
        assert (access_token, service_account_email) == ("an access token", ACCOUNT)
        return base64.b64encode(key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    monkeypatch.setattr("google.auth.default", lambda **_: (Identity(), "cv-app"))
    monkeypatch.setattr("google.cloud.storage._signing._sign_message", sign_blob)

    url = UrlSigner(seconds=600).url(blob)

    verify(url, key)
    assert parse_qs(urlsplit(url).query)["X-Goog-Credential"][0].startswith(ACCOUNT + "/")

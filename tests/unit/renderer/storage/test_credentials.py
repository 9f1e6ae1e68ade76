"""A renderer whose credentials cannot be read does not start, and says what is wrong with which file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from renderer.storage.firebase import Storage
from runtime.settings import SettingsError

ACCOUNT = {"type": "service_account", "client_email": "a@example.com", "token_uri": "http://127.0.0.1:1/token"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "service-account.json was not found"),
        ("no JSON", "service-account.json is not a valid json file"),
        ("{}", "Type is None, expected one of"),
        (json.dumps(ACCOUNT), "Failed to load service account credentials from"),
        (json.dumps({**ACCOUNT, "private_key": "no key"}), "Failed to load service account credentials from"),
    ],
    ids=["no file", "no JSON", "another file", "no key", "a broken key"],
)
async def test_credentials_that_cannot_be_read(
    content: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "service-account.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    storage = Storage(project="p", bucket="b", public_url="http://127.0.0.1:1", threads=2)

    with pytest.raises(SettingsError, match=message) as raised:
        await storage.connect()

    # It says what is needed, and nothing of what the file holds.
    assert "firebase.existingSecret" in str(raised.value)
    assert "no key" not in str(raised.value)
    storage.close()

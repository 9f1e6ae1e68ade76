"""Settings come from the environment, and what does not fit names its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.app import make_jobs
from api.settings import Settings
from crds.env import SettingsError
from tests.unit.api_fakes import FakeKube


def test_the_defaults() -> None:
    settings = Settings.from_env({"PDFEXPORT_NAMESPACE": "cv"})
    assert settings == Settings(namespace="cv", priorities={})
    assert (settings.port, settings.ttl_seconds, settings.max_body_bytes) == (8080, 600, 1048576)


def test_each_variable() -> None:
    settings = Settings.from_env(
        {
            "PDFEXPORT_NAMESPACE": "cv",
            "PDFEXPORT_PORT": "9000",
            "PDFEXPORT_TEMPLATES_DIR": "/t:/own",
            "PDFEXPORT_STORAGE_PUBLIC_URL": "http://127.0.0.1:9199/",
            "PDFEXPORT_TTL_SECONDS": "30",
            "PDFEXPORT_QUEUE_LIMIT": "5",
            "PDFEXPORT_PRIORITIES": '{"PREMIUM": 10, "BASIC": -1}',
            "PDFEXPORT_CORS_ORIGINS": "https://a.example.com, http://localhost:3000",
            "PDFEXPORT_IDEMPOTENCY_SECRET_FILE": "/s",
        }
    )
    assert settings.cors_origins == ("https://a.example.com", "http://localhost:3000")
    assert (settings.templates_dirs, settings.idempotency_secret_file) == ((Path("/t"), Path("/own")), Path("/s"))
    assert settings.storage_public_url == "http://127.0.0.1:9199"
    assert [settings.priority(p) for p in ("PREMIUM", "BASIC", "OTHER", None)] == [10, -1, 0, 0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NAMESPACE", ""),
        ("PORT", "http"),
        ("TTL_SECONDS", "0"),
        ("QUEUE_LIMIT", "0"),
        ("MAX_BODY_BYTES", "2000000"),
        ("PRIORITIES", "[]"),
        ("PRIORITIES", "{"),
        ("PRIORITIES", '{"A": true}'),
        ("PRIORITIES", '{"A": 1001}'),
        ("CORS_ORIGINS", "app.example.com"),
        ("LOG_LEVEL", "loud"),
        ("TEMPLATES_DIR", "/a:"),
        ("STORAGE_PUBLIC_URL", "storage.example.com"),
        ("STORAGE_PUBLIC_URL", "https://x; script-src *"),
    ],
)
def test_what_does_not_fit_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PDFEXPORT_{name}"):
        Settings.from_env({"PDFEXPORT_NAMESPACE": "cv", f"PDFEXPORT_{name}": value})


def test_a_secret_file_that_is_not_there_names_its_variable(tmp_path: Path) -> None:
    settings = Settings(namespace="cv", priorities={}, idempotency_secret_file=tmp_path / "none")
    with pytest.raises(SettingsError, match="PDFEXPORT_IDEMPOTENCY_SECRET_FILE"):
        make_jobs(settings, FakeKube())  # type: ignore[arg-type]

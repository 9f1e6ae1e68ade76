"""Settings come from the environment, and what does not fit names its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.app import make_jobs
from api.settings import Settings
from runtime.settings import SettingsError
from tests.unit.api_fakes import FakeKube
from tests.unit.environment import read_settings


def test_the_defaults() -> None:
    settings = read_settings(Settings, {"PDFEXPORT_NAMESPACE": "cv"})
    assert settings == Settings(namespace="cv", priorities={})
    assert (settings.port, settings.ttl_seconds, settings.max_body_bytes) == (8080, 600, 1048576)


def test_each_variable() -> None:
    settings = read_settings(
        Settings,
        {
            "PDFEXPORT_NAMESPACE": "cv",
            "PDFEXPORT_PORT": "9000",
            "PDFEXPORT_TEMPLATES_DIR": "/t:/own",
            "PDFEXPORT_STORAGE_PUBLIC_URL": "http://127.0.0.1:9199/",
            "PDFEXPORT_TTL_SECONDS": "30",
            "PDFEXPORT_QUEUE_LIMIT": "5",
            "PDFEXPORT_PRIORITIES": '{"PREMIUM": 10, "BASIC": -1}',
            "PDFEXPORT_CORS_ORIGINS": "https://a.example.com, http://localhost:3000",
            "PDFEXPORT_CORS_CREDENTIALS": "true",
            "PDFEXPORT_IDEMPOTENCY_SECRET_FILE": "/s",
            "PDFEXPORT_USER_LIMITS": '{"BASIC": 5, "*": 1}',
            "PDFEXPORT_RATE_PER_SECOND": "0.5",
            "PDFEXPORT_RATE_BURST": "7",
            "PDFEXPORT_TRUSTED_PROXIES": "1",
            "PDFEXPORT_DRAIN_SECONDS": "20",
            "PDFEXPORT_AUTH_MODE": "firebase",
            "PDFEXPORT_AUTH_FIREBASE_PROJECT": "cv-app",
            "PDFEXPORT_AUTH_FIREBASE_PACKAGE_CLAIM": "plan",
            "PDFEXPORT_AUTH_TOKENS_FILE": "/t/tokens",
        },
    )
    assert settings.cors_origins == ("https://a.example.com", "http://localhost:3000")
    assert (settings.templates_dirs, settings.idempotency_secret_file) == ((Path("/t"), Path("/own")), Path("/s"))
    assert settings.cors_credentials
    assert settings.storage_public_url == "http://127.0.0.1:9199"
    assert settings.user_limits == {"BASIC": 5, "*": 1}
    assert (settings.rate_per_second, settings.rate_burst, settings.trusted_proxies) == (0.5, 7, 1)
    assert (settings.host, settings.drain_seconds) == ("", 20)
    assert (settings.auth_mode, settings.auth_firebase_project) == ("firebase", "cv-app")
    assert (settings.auth_firebase_package_claim, settings.auth_tokens_file) == ("plan", Path("/t/tokens"))
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
        ("USER_LIMITS", '{"BASIC": 0}'),
        ("USER_LIMITS", '["BASIC"]'),
        ("RATE_PER_SECOND", "fast"),
        ("RATE_PER_SECOND", "0.001"),
        ("RATE_PER_SECOND", "nan"),
        ("RATE_BURST", "0"),
        ("TRUSTED_PROXIES", "-1"),
        ("AUTH_MODE", "oauth"),
        ("STORAGE_PUBLIC_URL", "storage.example.com"),
        ("STORAGE_PUBLIC_URL", "https://x; script-src *"),
    ],
)
def test_what_does_not_fit_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PDFEXPORT_{name}"):
        read_settings(Settings, {"PDFEXPORT_NAMESPACE": "cv", f"PDFEXPORT_{name}": value})


def test_firebase_needs_its_project() -> None:
    with pytest.raises(SettingsError, match="PDFEXPORT_AUTH_FIREBASE_PROJECT is not set"):
        read_settings(Settings, {"PDFEXPORT_NAMESPACE": "cv", "PDFEXPORT_AUTH_MODE": "firebase"})


def test_credentials_are_for_named_origins_only() -> None:
    variables = {"PDFEXPORT_NAMESPACE": "cv", "PDFEXPORT_CORS_CREDENTIALS": "true", "PDFEXPORT_CORS_ORIGINS": "*"}
    with pytest.raises(SettingsError, match="PDFEXPORT_CORS_CREDENTIALS is 'true'; with PDFEXPORT_CORS_ORIGINS="):
        read_settings(Settings, variables)


def test_a_secret_file_that_is_not_there_names_its_variable(tmp_path: Path) -> None:
    settings = Settings(namespace="cv", priorities={}, idempotency_secret_file=tmp_path / "none")
    with pytest.raises(SettingsError, match="PDFEXPORT_IDEMPOTENCY_SECRET_FILE"):
        make_jobs(settings, FakeKube())  # type: ignore[arg-type]


def test_all_that_does_not_fit_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(Settings, {"PDFEXPORT_PORT": "70000", "PDFEXPORT_LOG_LEVEL": "loud"})
    assert str(caught.value) == (
        "PDFEXPORT_NAMESPACE is not set; it is required; "
        "PDFEXPORT_LOG_LEVEL is 'loud'; input should be 'debug', 'info', 'warning' or 'error'; "
        "PDFEXPORT_PORT is '70000'; it takes a whole number from 1 to 65535"
    )


@pytest.mark.parametrize("value", ["0", "65536", "many", "1.5"])
def test_a_number_that_does_not_fit_is_told_both_bounds(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(Settings, {"PDFEXPORT_NAMESPACE": "cv", "PDFEXPORT_PORT": value})
    assert str(caught.value) == f"PDFEXPORT_PORT is '{value}'; it takes a whole number from 1 to 65535"


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_variable_counts_as_not_set(blank: str) -> None:
    assert read_settings(Settings, {"PDFEXPORT_NAMESPACE": "cv", "PDFEXPORT_PORT": blank}).port == 8080
    with pytest.raises(SettingsError, match="PDFEXPORT_NAMESPACE is not set; it is required"):
        read_settings(Settings, {"PDFEXPORT_NAMESPACE": blank})

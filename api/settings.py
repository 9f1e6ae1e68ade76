"""The API's settings, from environment variables; the chart's values map to them one to one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crds.job import DEFAULT_TIMEOUT_SECONDS, DEFAULT_TTL_SECONDS
from runtime.env import PREFIX, Env, SettingsError
from runtime.logs import LEVELS

NO_AUTH = ""
FIREBASE = "firebase"
BEARER = "bearer"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can choose; the defaults are those of the chart."""

    namespace: str
    """The namespace that holds the jobs."""
    deployment: str = ""
    """The API's own Deployment: the owner of the jobs, so that they go with the release; empty: no owner."""
    host: str = "0.0.0.0"
    """The address to listen on."""
    port: int = 8080
    """The port to listen on."""
    log_level: str = "info"
    """debug, info, warning or error."""
    templates_dirs: tuple[Path, ...] = (Path("/app/templates"),)
    """Folders with one folder for each CV template; of two templates with the same id, the first counts."""
    ttl_seconds: int = DEFAULT_TTL_SECONDS
    """Seconds from creation until a job is deleted."""
    timeout_seconds: int = DEFAULT_TIMEOUT_SECONDS
    """Seconds that a renderer may take for a job."""
    queue_limit: int = 1000
    """The number of waiting jobs at which new ones are refused with 503."""
    max_body_bytes: int = 1024 * 1024
    """The largest request body."""
    priorities: Mapping[str, int]
    """spec.priority by userPackage; a package that is not named has 0."""
    cors_origins: tuple[str, ...] = ()
    """The origins of web pages that may call the API, or "*"."""
    storage_public_url: str = "https://firebasestorage.googleapis.com"
    """What download URLs begin with, scheme and host: the page at / shows PDFs from there."""
    idempotency_secret_file: Path | None = None
    """A file with a secret that all replicas share; the jobIds behind Idempotency-Keys are derived from it."""
    user_limits: Mapping[str, int] = field(default_factory=dict)
    """By userPackage, how many jobs that have not ended a user may have; * for packages that are not named."""
    rate_per_second: float = 0.0
    """Requests a second that a caller may send on and on; 0: any number."""
    rate_burst: int = 20
    """Requests that a caller may send at once."""
    trusted_proxies: int = 0
    """So many of the last addresses in X-Forwarded-For are true."""
    auth_mode: str = NO_AUTH
    """NO_AUTH: nobody is asked who they are; else FIREBASE or BEARER."""
    auth_firebase_project: str = ""
    """The Firebase project whose ID tokens are taken."""
    auth_firebase_package_claim: str = ""
    """The claim of a token that userPackage must be; empty: userPackage is the client's word."""
    auth_tokens_file: Path = Path("/etc/pdf-export/auth/tokens")
    """The file of bearer tokens."""

    @classmethod
    def from_env(cls, variables: Mapping[str, str] | None = None) -> Settings:
        """Read PDFEXPORT_*; SettingsError names the variable that does not fit."""
        env = Env(variables)
        secret_file = env.text("IDEMPOTENCY_SECRET_FILE", "")
        auth_mode = env.choice("AUTH_MODE", NO_AUTH, choices=(NO_AUTH, FIREBASE, BEARER))
        return cls(
            namespace=env.text("NAMESPACE"),
            deployment=env.text("DEPLOYMENT", cls.deployment),
            host=env.text("HOST", cls.host),
            port=env.integer("PORT", cls.port, minimum=1, maximum=65535),
            log_level=env.choice("LOG_LEVEL", cls.log_level, choices=LEVELS),
            templates_dirs=env.paths("TEMPLATES_DIR", ":".join(map(str, cls.templates_dirs))),
            ttl_seconds=env.integer("TTL_SECONDS", cls.ttl_seconds, minimum=1, maximum=86400),
            timeout_seconds=env.integer("TIMEOUT_SECONDS", cls.timeout_seconds, minimum=1, maximum=600),
            queue_limit=env.integer("QUEUE_LIMIT", cls.queue_limit, minimum=1, maximum=1_000_000),
            # etcd takes 1.5 MiB an object at most, and the API server escapes <, > and &.
            max_body_bytes=env.integer("MAX_BODY_BYTES", cls.max_body_bytes, minimum=1024, maximum=1_500_000),
            priorities=_priorities(env.text("PRIORITIES", "{}")),
            cors_origins=_origins(env.text("CORS_ORIGINS", "")),
            storage_public_url=_origin(env.text("STORAGE_PUBLIC_URL", cls.storage_public_url)),
            idempotency_secret_file=Path(secret_file) if secret_file else None,
            user_limits=_user_limits(env.text("USER_LIMITS", "{}")),
            rate_per_second=env.number("RATE_PER_SECOND", cls.rate_per_second, minimum=1 / 60, maximum=10_000),
            rate_burst=env.integer("RATE_BURST", cls.rate_burst, minimum=1, maximum=1_000_000),
            trusted_proxies=env.integer("TRUSTED_PROXIES", cls.trusted_proxies, minimum=0, maximum=10),
            auth_mode=auth_mode,
            auth_firebase_project=env.text("AUTH_FIREBASE_PROJECT", None if auth_mode == FIREBASE else ""),
            auth_firebase_package_claim=env.text("AUTH_FIREBASE_PACKAGE_CLAIM", cls.auth_firebase_package_claim),
            auth_tokens_file=Path(env.text("AUTH_TOKENS_FILE", str(cls.auth_tokens_file))),
        )

    def priority(self, user_package: str | None) -> int:
        """The spec.priority of a userPackage."""
        return self.priorities.get(user_package or "", 0)


def _priorities(text: str) -> dict[str, int]:
    return _by_package(text, "PRIORITIES", minimum=-1000, maximum=1000, example='{"PREMIUM": 10}')


def _user_limits(text: str) -> dict[str, int]:
    return _by_package(text, "USER_LIMITS", minimum=1, maximum=1_000_000, example='{"BASIC": 5, "*": 1}')


def _by_package(text: str, name: str, *, minimum: int, maximum: int, example: str) -> dict[str, int]:
    problem = SettingsError(
        f"{PREFIX}{name} is {text!r}; it takes a JSON object of whole numbers from {minimum} to {maximum} "
        f"by userPackage, for example {example}"
    )
    try:
        value = json.loads(text)
    except ValueError:
        raise problem from None
    if not isinstance(value, dict):
        raise problem
    for number in value.values():
        if not isinstance(number, int) or isinstance(number, bool) or not minimum <= number <= maximum:
            raise problem
    return value


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip() for origin in text.split(",") if origin.strip())
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"{PREFIX}CORS_ORIGINS holds {origin!r}; it takes a comma-separated list of origins such as "
                "https://app.example.com, or *"
            )
    return origins


def _origin(text: str) -> str:
    origin = text.rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise SettingsError(
            f"{PREFIX}STORAGE_PUBLIC_URL is {text!r}; it takes scheme and host, for example "
            "https://firebasestorage.googleapis.com"
        )
    return origin

"""The API's settings, from environment variables; the chart's values map to them one to one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import NoDecode

from crds.job import DEFAULT_TIMEOUT_SECONDS, DEFAULT_TTL_SECONDS
from runtime.settings import (
    PREFIX,
    STORAGE_PUBLIC_URL,
    TEMPLATES_DIR,
    Folders,
    Origin,
    Port,
    ProgramSettings,
    is_origin,
    rule,
)

NO_AUTH: Final = ""
FIREBASE: Final = "firebase"
BEARER: Final = "bearer"
# Longer than proxies keep idle connections, so that the proxy closes first.
KEEP_ALIVE_SECONDS: Final = 75


def _by_package(*, minimum: int, maximum: int, example: str) -> Callable[[Any], Any]:
    problem = rule(
        f"it takes a JSON object of whole numbers from {minimum} to {maximum} by userPackage, for example {example}"
    )

    def parse(value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise problem from None
        if not isinstance(value, dict):
            raise problem
        for number in value.values():
            if not isinstance(number, int) or isinstance(number, bool) or not minimum <= number <= maximum:
                raise problem
        return value

    return parse


def _origins(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    origins = tuple(origin.strip() for origin in value.split(",") if origin.strip())
    if wrong := [origin for origin in origins if origin != "*" and not is_origin(origin)]:
        raise rule(f"{wrong[0]!r} is no origin: it takes a comma-separated list such as https://app.example.com, or *")
    return origins


def _rate(number: float) -> float:
    if number != 0 and not 1 / 60 <= number <= 10_000:
        raise rule(f"it takes a number from {1 / 60:.4f} to 10000, or 0")
    return number


class Settings(ProgramSettings):
    """What an operator can choose; the defaults are those of the chart."""

    deployment: str = ""
    """The API's own Deployment: the owner of the jobs, so that they go with the release; empty: no owner."""

    host: str = ""
    """The address to listen on; empty: all of IPv4 and of IPv6, as far as the host has them."""

    port: Port = 8080
    """The port to listen on."""

    metrics_port: Port = 9090
    """The port of /metrics: one of its own, so that what publishes the API does not publish them."""

    drain_seconds: int = Field(KEEP_ALIVE_SECONDS, ge=0, le=3600)
    """Seconds after SIGTERM for which connections that nobody uses may keep the program from ending."""

    templates_dirs: Folders = Field((Path("/app/templates"),), validation_alias=TEMPLATES_DIR)
    """Folders with one folder for each CV template; of two templates with the same id, the first counts."""

    ttl_seconds: int = Field(DEFAULT_TTL_SECONDS, ge=1, le=86_400)
    """Seconds from creation until a job is deleted."""

    timeout_seconds: int = Field(DEFAULT_TIMEOUT_SECONDS, ge=1, le=600)
    """Seconds that a renderer may take for a job."""

    queue_limit: int = Field(1000, ge=1, le=1_000_000)
    """The number of waiting jobs at which new ones are refused with 503."""

    # etcd takes 1.5 MiB an object at most, and the API server escapes <, > and &.
    max_body_bytes: int = Field(1024 * 1024, ge=1024, le=1_500_000)
    """The largest request body."""

    priorities: Annotated[
        Mapping[str, int],
        NoDecode,
        BeforeValidator(_by_package(minimum=-1000, maximum=1000, example='{"PREMIUM": 10}')),
    ] = Field(default_factory=dict)
    """spec.priority by userPackage; a package that is not named has 0."""

    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = ()
    """The origins of web pages that may call the API, or "*"."""

    cors_credentials: bool = False
    """Whether these pages may send cookies and HTTP authentication, as a proxy in front of the API may require."""

    storage_public_url: Origin = STORAGE_PUBLIC_URL
    """What download URLs begin with: the page at / shows PDFs from there."""

    idempotency_secret_file: Path | None = None
    """A file with a secret that all replicas share; the jobIds behind Idempotency-Keys are derived from it."""

    user_limits: Annotated[
        Mapping[str, int],
        NoDecode,
        BeforeValidator(_by_package(minimum=1, maximum=1_000_000, example='{"BASIC": 5, "*": 1}')),
    ] = Field(default_factory=dict)
    """By userPackage, how many jobs that have not ended a user may have; * for packages that are not named."""

    rate_per_second: Annotated[float, AfterValidator(_rate)] = 0.0
    """Requests a second that a caller may send in the long run; 0: any number."""

    rate_burst: int = Field(20, ge=1, le=1_000_000)
    """Requests that a caller may send at once."""

    trusted_proxies: int = Field(0, ge=0, le=10)
    """How many of the last addresses in X-Forwarded-For are trusted."""

    auth_mode: Literal["", "firebase", "bearer"] = NO_AUTH
    """NO_AUTH: callers are not authenticated; else FIREBASE or BEARER."""

    auth_firebase_project: str = ""
    """The Firebase project whose ID tokens are accepted."""

    auth_firebase_package_claim: str = ""
    """The claim of a token that userPackage must equal; empty: userPackage is not checked."""

    auth_tokens_file: Path = Path("/etc/pdf-export/auth/tokens")
    """The file of bearer tokens."""

    @field_validator("cors_credentials")
    @classmethod
    def _only_for_named_origins(cls, value: bool, info: ValidationInfo) -> bool:
        # Any page could then act for a user who is signed in; browsers refuse it, too.
        if value and "*" in info.data.get("cors_origins", ()):
            raise rule(f"with {PREFIX}CORS_ORIGINS=* it takes false; name the origins")
        return value

    @model_validator(mode="after")
    def _require_project(self) -> Settings:
        if self.auth_mode == FIREBASE and not self.auth_firebase_project:
            raise rule(f"{PREFIX}AUTH_FIREBASE_PROJECT is not set; {PREFIX}AUTH_MODE={FIREBASE} requires it")
        return self

    def priority(self, user_package: str | None) -> int:
        """The spec.priority of a userPackage."""
        return self.priorities.get(user_package or "", 0)

"""Putting the application together."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from api.access.authenticator import make_authenticator
from api.access.guard import Guard
from api.access.limits import RateLimiter
from api.http.errors import ApiError, answer_api_error, answer_http_exception
from api.http.middleware import CatchAll, SecurityHeaders
from api.jobs.idempotency import HEADER, fallback_secret, read_secret
from api.jobs.service import Jobs
from api.metrics import Metrics, RequestMetrics
from api.openapi.document import document
from api.page.page import load_page
from api.routes import Routes
from api.settings import Settings
from cv.templates import Metadata
from kube.client import JsonObject, KubeClient
from runtime.env import PREFIX, SettingsError

_log = logging.getLogger(__name__)


def make_jobs(settings: Settings, kube: KubeClient, *, owner: JsonObject | None = None) -> Jobs:
    """The jobs of the namespace that the settings name."""
    return Jobs(
        kube,
        namespace=settings.namespace,
        queue_limit=settings.queue_limit,
        user_limits=settings.user_limits,
        secret=_secret(settings),
        owner=owner,
    )


def make_routes(settings: Settings, jobs: Jobs, templates: Mapping[str, Metadata]) -> Routes:
    """The endpoints over these jobs and templates (the metadata of each, by id)."""
    return Routes(
        settings=settings,
        guard=make_guard(settings),
        jobs=jobs,
        metrics=Metrics(jobs.figures),
        page=load_page(files_from=settings.storage_public_url),
        templates=templates,
        openapi=document(
            templates=templates,
            max_body_bytes=settings.max_body_bytes,
            auth_mode=settings.auth_mode,
            limited=bool(settings.user_limits or settings.rate_per_second),
        ),
    )


def make_guard(settings: Settings) -> Guard:
    """Authentication and the rate limit as the settings choose them."""
    rate = settings.rate_per_second
    return Guard(
        authenticator=make_authenticator(settings),
        limiter=RateLimiter(per_second=rate, burst=settings.rate_burst) if rate else None,
        trusted_proxies=settings.trusted_proxies,
    )


def make_app(settings: Settings, routes: Routes) -> Starlette:
    """The ASGI application."""
    middleware = [Middleware(RequestMetrics, metrics=routes.registry), Middleware(SecurityHeaders)]
    if settings.cors_origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type", HEADER, "traceparent"],
                expose_headers=["Location", "Retry-After", "WWW-Authenticate"],
                max_age=86400,
            )
        )
    middleware.append(Middleware(CatchAll))
    app = Starlette(
        routes=routes.table(),
        middleware=middleware,
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_exception},
    )
    app.router.redirect_slashes = False
    return app


def _secret(settings: Settings) -> bytes:
    file = settings.idempotency_secret_file
    if file is None:
        _log.warning(
            "%sIDEMPOTENCY_SECRET_FILE is not set: the jobId of an %s can be computed by who knows the key",
            PREFIX,
            HEADER,
        )
        return fallback_secret(settings.namespace)
    try:
        return read_secret(file)
    except (OSError, ValueError) as e:
        raise SettingsError(f"{PREFIX}IDEMPOTENCY_SECRET_FILE: {e}") from None

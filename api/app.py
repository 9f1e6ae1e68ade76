"""The ASGI application: builds its objects from the settings and connects them."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from api.access.access_control import AccessControl
from api.access.authenticator import make_authenticator
from api.access.limits import RateLimiter
from api.health import HealthEndpoints
from api.http.errors import ApiError, answer_api_error, answer_http_exception
from api.http.etag import ETagResponse
from api.http.middleware import CatchAll, Draining, SecurityHeaders
from api.jobs.conversion import Conversion
from api.jobs.endpoints import JobEndpoints
from api.jobs.idempotency import HEADER, fallback_secret, read_secret
from api.jobs.service import Jobs
from api.jobs.templates import TemplateListing
from api.metrics import Metrics, RequestMetrics
from api.openapi.cv_schema import cv_schema
from api.openapi.document import document
from api.operations import Operation
from api.page.page import load_page
from api.routes import Endpoint, make_routes
from api.settings import Settings
from cv.templates import Metadata
from kube.client import JsonObject, KubeClient
from runtime.settings import PREFIX, SettingsError

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


def make_access_control(settings: Settings) -> AccessControl:
    """Authentication and the rate limit as the settings choose them."""
    rate = settings.rate_per_second
    return AccessControl(
        authenticator=make_authenticator(settings),
        limiter=RateLimiter(per_second=rate, burst=settings.rate_burst) if rate else None,
        trusted_proxies=settings.trusted_proxies,
    )


def make_app(
    settings: Settings,
    *,
    jobs: Jobs,
    templates: Mapping[str, Metadata],
    pictures: Mapping[str, bytes],
    health: HealthEndpoints,
    metrics: Metrics,
) -> Starlette:
    """The ASGI application over these jobs and templates: by id the metadata of each, and the picture (WebP) where it
    has one."""
    app = Starlette(
        routes=make_routes(
            _job_endpoints(settings, jobs, templates)
            | _documents(settings, templates, pictures)
            | {
                Operation.IS_ALIVE: health.is_alive,
                Operation.IS_READY: health.is_ready,
            }
        ),
        middleware=_middleware(settings, metrics, health),
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_exception},
    )
    app.router.redirect_slashes = False
    return app


def _job_endpoints(settings: Settings, jobs: Jobs, templates: Mapping[str, Metadata]) -> dict[Operation, Endpoint]:
    access = make_access_control(settings)
    endpoints = JobEndpoints(settings, access=access, jobs=jobs, templates=templates)
    conversion = Conversion(access=access, max_body_bytes=settings.max_body_bytes)
    listing = TemplateListing(templates, cv_schema=cv_schema(), broken=jobs.broken_templates)
    return {
        Operation.LIST_TEMPLATES: listing.answer,
        Operation.CREATE_JOB: endpoints.create_job,
        Operation.GET_JOB: endpoints.get_job,
        Operation.CANCEL_JOB: endpoints.cancel_job,
        Operation.CONVERT_CV: conversion.answer,
    }


def _documents(
    settings: Settings, templates: Mapping[str, Metadata], pictures: Mapping[str, bytes]
) -> dict[Operation, Endpoint]:
    """The endpoints whose content does not change while the program runs."""
    openapi = document(
        templates=templates,
        max_body_bytes=settings.max_body_bytes,
        auth_mode=settings.auth_mode,
        limited=bool(settings.user_limits or settings.rate_per_second),
    )
    page = load_page(files_from=settings.storage_public_url, ttl_seconds=settings.ttl_seconds, pictures=pictures)
    return {
        Operation.GET_OPENAPI: ETagResponse.of_json(openapi).answer,
        Operation.GET_PAGE: page.response().answer,
    }


def _middleware(settings: Settings, metrics: Metrics, health: HealthEndpoints) -> list[Middleware]:
    middleware = [
        Middleware(Draining, draining=lambda: health.shutting_down),
        Middleware(RequestMetrics, metrics=metrics),
        Middleware(SecurityHeaders),
    ]
    if settings.cors_origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_credentials=settings.cors_credentials,
                # Libraries in the browser add headers (baggage, sentry-trace, ...). No answer depends on them.
                allow_headers=["*"],
                expose_headers=["Location", "Preference-Applied", "Retry-After", "WWW-Authenticate"],
                max_age=86400,
            )
        )
    middleware.append(Middleware(CatchAll))
    return middleware


def _secret(settings: Settings) -> bytes:
    file = settings.idempotency_secret_file
    if file is None:
        _log.warning(
            "%sIDEMPOTENCY_SECRET_FILE is not set: whoever has an %s can compute its jobId",
            PREFIX,
            HEADER,
        )
        return fallback_secret(settings.namespace)
    try:
        return read_secret(file)
    except (OSError, ValueError) as e:
        raise SettingsError(f"{PREFIX}IDEMPOTENCY_SECRET_FILE: {e}") from None

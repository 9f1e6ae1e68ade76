"""The release under test, on the real cluster: installed once a run, with the storage emulator."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from cluster.paths import CHECKOUT, from_environment
from cluster.progress import say
from cluster.release import Release, bring_up, install
from tests.e2e.client import ApiClient

NAME = "test"
NAMESPACE = "pdf-export-test"
EMULATOR_ADDRESS = "10.96.91.98"
_IN_USE = "tests.pdfexport.dev/in-use"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, default=0, help="at least so many requests from the OpenAPI document")


class Run(Protocol):
    """Run a program in the release's namespace: what it prints; CalledProcessError when it fails."""

    def __call__(self, *arguments: str, input: str | None = None) -> str: ...


@pytest.fixture(scope="session")
def installed(request: pytest.FixtureRequest) -> Iterator[Release]:
    """The release, with the cluster and the images brought up where that is still to be done."""
    release = Release(from_environment(), name=NAME, namespace=NAMESPACE, emulator_address=EMULATOR_ADDRESS)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with ExitStack() as stack:
        with capture.global_and_fixture_disabled():
            print(flush=True)
            bring_up()
            stack.enter_context(in_use(release))
            # The pages of tests/clients have another origin.
            install(release, values=["pool.max=2", "pool.idleSeconds=3600", "api.corsOrigins={*}"])
        yield release


@contextmanager
def in_use(release: Release) -> Iterator[None]:
    """The namespace is marked until a run ends. One that is marked before was left by a run that was killed: whatever
    that was doing, such as a quota, is removed with the release."""
    release.make_namespace()
    marked = json.loads(release.kubectl("get", "namespace", release.namespace, "-o", "json"))["metadata"]
    if _IN_USE in marked.get("annotations", {}):
        say(f"namespace {release.namespace} was left by an interrupted run: making it anew")
        release.renew_namespace()
    release.kubectl("annotate", "namespace", release.namespace, f"{_IN_USE}=true")
    yield
    release.kubectl("annotate", "namespace", release.namespace, f"{_IN_USE}-")


@pytest.fixture(scope="session")
def release(installed: Release) -> str:
    """The name of the Helm release."""
    return installed.name


@pytest.fixture(scope="session")
def namespace(installed: Release) -> str:
    """The namespace of the release."""
    return installed.namespace


@pytest.fixture(scope="session")
def kubectl(installed: Release) -> Run:
    """kubectl as the administrator."""
    return _program("kubectl", installed.namespace)


@pytest.fixture(scope="session")
def helm(installed: Release) -> Run:
    """helm as the administrator."""
    return _program("helm", installed.namespace)


@pytest.fixture(scope="session")
def api_url(installed: Release) -> str:
    """The base URL of the API."""
    return installed.url("api")


@pytest.fixture(scope="session")
def storage_url(installed: Release) -> str:
    """The base URL of the storage emulator."""
    return installed.url("storage-emulator")


@pytest.fixture
def api(api_url: str) -> Iterator[ApiClient]:
    """A client that knows the HTTP contract and nothing else."""
    with httpx.Client(base_url=api_url, timeout=40) as http:
        yield ApiClient(http)


@pytest.fixture(scope="session")
def cvs() -> Path:
    """The folder of sample CVs."""
    return CHECKOUT / "tests" / "data"


def _program(program: str, namespace: str) -> Run:
    def run(*arguments: str, input: str | None = None) -> str:
        argv = [sys.executable, "-m", "cluster", program, "-n", namespace, *arguments]
        done = subprocess.run(argv, cwd=CHECKOUT, input=input, capture_output=True, text=True, check=False)
        if done.returncode:
            error = subprocess.CalledProcessError(done.returncode, argv, done.stdout, done.stderr)
            error.add_note(done.stderr)
            raise error
        return done.stdout

    return run

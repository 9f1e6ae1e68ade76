"""The release that e2e tests have."""

from tests.e2e.conftest import helm, installed, kubectl, namespace, release, storage_url

__all__ = ["helm", "installed", "kubectl", "namespace", "release", "storage_url"]

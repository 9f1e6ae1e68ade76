"""Whatever is sent to local's API server: it answers with a Status object, and never with a 500."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from local.apiserver import ApiServer
from tests.unit.local.conftest import JOBS, NAMESPACE, PODS, job

_KEYS = st.sampled_from(
    [
        *("apiVersion", "kind", "metadata", "spec", "status", "name", "generateName", "labels", "ownerReferences"),
        *("resumeId", "templateId", "cvData", "options", "sectionOrder", "phase", "error", "preconditions", "uid"),
        *("gracePeriodSeconds", "resourceVersion", "containers", "terminationGracePeriodSeconds", "x"),
    ]
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["a", "Done", "v1", "Pod", "PdfExportJob", "pdfexport.dev/v1", "\ud800"])
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)
_REQUESTS = st.sampled_from(
    [("POST", ""), ("PUT", "/a"), ("PUT", "/a/status"), ("PATCH", "/a"), ("PATCH", "/a/status"), ("DELETE", "/a")]
)
_WHAT_IS_THERE = {JOBS: job("a"), PODS: {"metadata": {"name": "a"}, "spec": {"containers": []}}}


@settings(max_examples=25, deadline=None)
@given(
    path=st.sampled_from([JOBS, PODS]),
    requests=st.lists(st.tuples(_REQUESTS, st.dictionaries(_KEYS, _VALUES, max_size=5)), min_size=1, max_size=4),
    whole=st.booleans(),
)
def test_every_request_is_answered(
    path: str, requests: list[tuple[tuple[str, str], dict[str, Any]]], whole: bool
) -> None:
    async def send() -> None:
        server = ApiServer(namespace=NAMESPACE)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(server.app),
            base_url="http://local",
            headers={"authorization": f"Bearer {server.token_for('admin')}"},
        ) as client:
            await client.post(path, json=_WHAT_IS_THERE[path])
            for (method, below), drawn in requests:
                body = {**_WHAT_IS_THERE[path], **drawn} if whole else drawn
                kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
                answer = await client.request(
                    method, path + below, content=json.dumps(body), headers={"content-type": kind}
                )
                assert answer.status_code < 500, (method, below, body, answer.text)
                assert "kind" in answer.json()
            assert (await client.get(path)).status_code == 200

    asyncio.run(send())

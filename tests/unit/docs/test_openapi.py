"""clients/openapi.json, which the clients' types are made from: it is what the API publishes."""

from __future__ import annotations

from docs.generate import DOCS, openapi_json


def test_the_document_is_up_to_date() -> None:
    message = "clients/openapi.json is out of date: make docs, then npm run types in clients/typescript"
    assert (DOCS.parent / "clients" / "openapi.json").read_text() == openapi_json(), message

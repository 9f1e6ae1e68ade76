"""The JSON Schema of cvData: that of the models, with what their validators add to it.

It is in the OpenAPI document and, by itself, in the list of templates.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from cv.dates import PATTERN, PartialDate
from cv.resume import Resume

_Object = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_YEAR = "[12][0-9]{3}"
_LEAP_YEAR = "([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)"
_DAY = (
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])",
    "(0[469]|11)-(0[1-9]|[12][0-9]|30)",
    "02-(0[1-9]|1[0-9]|2[0-8])",
)
# The days that exist in the calendar, or an empty string, which counts as absent.
DATE_PATTERN = f"^({_YEAR}(-(0[1-9]|1[0-2]|{'|'.join(_DAY)}))?|{_LEAP_YEAR}-02-29)?$"


def cv_schemas(ref_template: str) -> _Object:
    """The schemas of Resume and its parts, by name; `ref_template` is where they refer to each other."""
    _, schema = models_json_schema([(Resume, "validation")], ref_template=ref_template)
    schemas: _Object = schema["$defs"]
    # A date is described by the text that it is parsed from.
    del schemas[PartialDate.__name__]
    drop_null_defaults(schemas)
    for part in schemas.values():
        for name, field in part["properties"].items():
            if field.get("pattern") == PATTERN:
                field["pattern"] = DATE_PATTERN
            if "items" in field:
                field["items"] = or_null(field["items"])
            if name not in part.get("required", ()):
                part["properties"][name] = or_null(field)
    return schemas


def cv_schema() -> _Object:
    """The schema of cvData (JSON Schema 2020-12), with everything that it refers to."""
    parts = cv_schemas("#/$defs/{model}")
    root = parts.pop(Resume.__name__)
    return {"$schema": DIALECT, **root, "$defs": parts}


def drop_null_defaults(schemas: _Object) -> None:
    """Remove `"default": null`: generators of clients take a field with a default for one that is always there."""
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            if field.get("default", ...) is None:
                del field["default"]


def or_null(schema: _Object) -> _Object:
    """The schema of a value that may be null, which counts as absent."""
    return {"anyOf": [schema, {"type": "null"}]}

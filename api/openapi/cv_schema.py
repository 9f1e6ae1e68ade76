"""The JSON Schema of cvData: the canonical form, which is that of the models, or what is read as one.

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


OTHER_CV = "OtherCv"
_OTHER_CV: _Object = {
    "title": OTHER_CV,
    "type": "object",
    "minProperties": 1,
    "description": (
        "A CV in another form, which is read as the canonical one: JSON Resume 0.0.0, other common names of its fields "
        "(company, website, experience), one text for a list, numbers and objects for texts, dates as people write "
        "them, no name; an export of Reactive Resume v1 to v5, a file of RenderCV, a FRESH résumé, an answer of "
        "Textkernel. What of it is not printed as it was sent is reported as a warning. "
        "An object that holds nothing of a CV is answered 422, and so is a section of one's own without a title."
    ),
}


def cv_choice(ref_template: str) -> _Object:
    """The schema of cvData, which refers to those of `cv_schemas`."""
    return {"anyOf": [{"$ref": ref_template.format(model=name)} for name in (Resume.__name__, OTHER_CV)]}


def cv_schemas(ref_template: str) -> _Object:
    """The schemas that cvData is one of, and the parts of Resume, by name; `ref_template` is where they refer to each
    other."""
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
    return {**schemas, OTHER_CV: _OTHER_CV}


def cv_schema() -> _Object:
    """The schema of cvData (JSON Schema 2020-12), with everything that it refers to."""
    where = "#/$defs/{model}"
    return {"$schema": DIALECT, **cv_choice(where), "$defs": cv_schemas(where)}


def drop_null_defaults(schemas: _Object) -> None:
    """Remove `"default": null`: generators of clients take a field with a default for one that is always there."""
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            if field.get("default", ...) is None:
                del field["default"]


def or_null(schema: _Object) -> _Object:
    """The schema of a value that may be null, which counts as absent."""
    return {"anyOf": [schema, {"type": "null"}]}

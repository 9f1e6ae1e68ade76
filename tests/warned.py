"""A request for each code of a warning that causes it: what readers of the page, the preview and the API must see."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from cv.warnings import WarningCode
from preview.paths import TEMPLATES

NAME = {"name": "Ada Lovelace"}
ROLE = {
    "name": "Analytical Engines",
    "position": "Programmer",
    "startDate": "1842-03",
    "highlights": [f"Wrote note {letter} of the sketch, and checked each of its numbers twice" for letter in "ABCDEFG"],
}


@dataclasses.dataclass(frozen=True, slots=True)
class Warned:
    """A CV with options, and the field that its warning names. A template that has all options prints it."""

    field: str
    cv: Any
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The POST."""
        return {"resumeId": 1, "templateId": "modern", "cvData": self.cv, "options": self.options}


MISSING_FAMILY = "Nowhere Sans"
"""A typeface that no machine has. Own templates may offer such a one; the project's own do not."""

CAUSES = {
    WarningCode.CHARACTER_REPLACED: Warned(
        "cvData.basics.summary", {"basics": {**NAME, "summary": "Wrote \U000f0000 programs."}}
    ),
    WarningCode.COUNTRY_UNKNOWN: Warned(
        "cvData.basics.location.countryCode", {"basics": {**NAME, "location": {"city": "Nowhere", "countryCode": "XQ"}}}
    ),
    WarningCode.CV_IN_LIST: Warned("cvData[0]", [{"basics": NAME}]),
    WarningCode.DATE_AS_WRITTEN: Warned(
        "cvData.work[0].startDate", {"basics": NAME, "work": [{**ROLE, "startDate": "Summer 1842"}]}
    ),
    WarningCode.FIELD_IGNORED: Warned("cvData.basics.nickname", {"basics": {**NAME, "nickname": "Countess"}}),
    WarningCode.FORMAT_CONVERTED: Warned(
        "cvData", {"cv": {"name": "Ada Lovelace", "sections": {"summary": ["Writes programs."]}}}
    ),
    WarningCode.LOCALE_GUESSED: Warned(
        "options.locale",
        {"basics": {**NAME, "summary": "Sie schreibt die ersten Programme für eine Maschine, die es noch nicht gibt."}},
    ),
    WarningCode.LOCALE_NOT_TRANSLATED: Warned("options.locale", {"basics": NAME}, {"locale": "sq"}),
    WarningCode.NAME_MISSING: Warned("cvData.basics.name", {"basics": {"label": "Programmer"}, "work": [ROLE]}),
    WarningCode.PAGES_EXCEEDED: Warned("options.maxPages", {"basics": NAME, "work": [ROLE] * 20}, {"maxPages": 1}),
    WarningCode.PAGES_FITTED: Warned("options.fit", {"basics": NAME, "work": [ROLE] * 5}, {"maxPages": 1}),
    WarningCode.PHOTO_IGNORED: Warned(
        "cvData.basics.image", {"basics": {**NAME, "image": "https://example.com/a.png"}}
    ),
}
"""All but FontMissing, which takes a template that offers MISSING_FAMILY."""
FONT_MISSING = Warned("options.fontFamily", {"basics": NAME}, {"fontFamily": MISSING_FAMILY})
ALL = {**CAUSES, WarningCode.FONT_MISSING: FONT_MISSING}
"""With a template of own_template()."""


def own_template(folder: Path) -> Path:
    """Modern under the name Own, with a typeface that no machine has."""
    template = folder / "own"
    shutil.copytree(TEMPLATES / "modern", template)
    file = template / "template.json"
    metadata = json.loads(file.read_text("utf-8"))
    metadata["name"] = "Own"
    metadata["options"]["fontFamily"].append(MISSING_FAMILY)
    file.write_text(json.dumps(metadata), encoding="utf-8")
    return template

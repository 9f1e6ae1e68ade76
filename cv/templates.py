"""What there is to know of the templates without filling one: each folder's template.json.

Each folder in a templates folder is a template, with a template.json:
{"name": "Modern", "description": "…", "columns": 2, "options": {…}}
Its `options` are cv.options.Takes. The folder's name is the template's id. Folders that start with _ or .
hold what templates share. A folder may have a picture.webp: how a document looks, for choosing among templates.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cv.options import Takes

METADATA_FILE = "template.json"
PICTURE_FILE = "picture.webp"
MAX_PICTURE_BYTES = 25_000
"""The page at / carries all pictures."""

_ID = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_MAX_ID = 63

log = logging.getLogger(__name__)


@dataclass(eq=False)
class TemplateFault(Exception):
    """A file of a template has a fault at `line` (from 1; 1 also when no line is known)."""

    file: Path | str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class MetadataInvalid(TemplateFault):
    """A template.json cannot be used; `file` is its path."""


class Metadata(BaseModel):
    """A template.json. Fields that are not listed here are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    columns: int = Field(1, ge=1, le=3)
    options: Takes = Takes()


def template_folders(folders: Sequence[Path]) -> dict[str, Path]:
    """The templates' folders by id; of two with the same id, that of the earlier folder.

    An empty folder counts too: a ConfigMap that does not exist leaves one, and it must be reported.

    OSError when one of `folders` cannot be read.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if not path.is_dir() or path.name.startswith(("_", ".")):
                continue
            if not _ID.fullmatch(path.name) or len(path.name) > _MAX_ID:
                log.error("template %s left out: its name is no id (a-z, 0-9 and -)", path)
            elif path.name in found:
                log.error("template %s left out: %s comes first", path, found[path.name])
            else:
                found[path.name] = path
    return found


def read_metadata(template: Path) -> Metadata:
    """The metadata of the template in a folder; MetadataInvalid when it is not usable."""
    file = template / METADATA_FILE
    try:
        return Metadata.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except json.JSONDecodeError as e:
        raise MetadataInvalid(file, e.lineno, e.msg) from e
    except FileNotFoundError as e:
        raise MetadataInvalid(file, 1, "there is no such file") from e
    except (OSError, UnicodeDecodeError) as e:
        raise MetadataInvalid(file, 1, f"cannot be read ({type(e).__name__})") from e
    except ValidationError as e:
        problems = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in e.errors(include_url=False))
        raise MetadataInvalid(file, 1, "; ".join(problems)) from e


def load_templates(folders: Sequence[Path]) -> dict[str, Metadata]:
    """The metadata of every template, by id; one that is broken is logged and left out.

    OSError when one of `folders` itself cannot be read.
    """
    templates: dict[str, Metadata] = {}
    for template_id, path in template_folders(folders).items():
        try:
            templates[template_id] = read_metadata(path)
        except MetadataInvalid as e:
            log.error("template %s left out: %s", template_id, e)
    return templates


def load_pictures(folders: Sequence[Path]) -> dict[str, bytes]:
    """The picture of every template that has one (WebP, at most MAX_PICTURE_BYTES), by id; one that does not fit is
    logged and left out.

    OSError when one of `folders` itself cannot be read.
    """
    pictures: dict[str, bytes] = {}
    for template_id, path in template_folders(folders).items():
        file = path / PICTURE_FILE
        try:
            picture = file.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as e:
            log.error("%s left out: it cannot be read (%s)", file, type(e).__name__)
            continue
        # RFC 9649, 2.4.
        if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
            log.error("%s left out: it is not WebP", file)
        elif len(picture) > MAX_PICTURE_BYTES:
            log.error("%s left out: it has %d bytes; %d are allowed", file, len(picture), MAX_PICTURE_BYTES)
        else:
            pictures[template_id] = picture
    return pictures

"""What there is to know of the templates without filling one: each folder's template.json.

A template is a folder of the templates folder with a template.json:
{"name": "Modern", "description": "…", "pageFormats": ["A4", "Letter"], "columns": 2}
The folder's name is its id. Folders that start with _ or . hold what templates share.
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

METADATA_FILE = "template.json"

_ID = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_MAX_ID = 63

log = logging.getLogger(__name__)


class MetadataInvalid(Exception):
    """A template.json cannot be used; the message names the file, the line where known, and what is wrong."""


def template_folders(folder: Path) -> dict[str, Path]:
    """The folders that hold a template, by id, in order of id; OSError when the folder cannot be read."""
    return {
        path.name: path
        for path in sorted(folder.iterdir())
        if (path / METADATA_FILE).is_file() and _ID.fullmatch(path.name) and len(path.name) <= _MAX_ID
    }


def read_metadata(template: Path) -> dict[str, Any]:
    """The metadata of the template in a folder, with its id; MetadataInvalid when it is not usable."""
    file = template / METADATA_FILE
    try:
        metadata = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as e:
        raise MetadataInvalid(f"{file}:{e.lineno}: {e.msg}") from e
    except (OSError, UnicodeDecodeError) as e:
        raise MetadataInvalid(f"{file}: {type(e).__name__}") from e
    if not isinstance(metadata, dict) or not all(
        isinstance(metadata.get(key), str) and metadata[key] for key in ("name", "description")
    ):
        raise MetadataInvalid(f"{file}: takes an object with the texts name and description")
    return {"id": template.name, **metadata}


def load_templates(folder: Path) -> dict[str, dict[str, Any]]:
    """The metadata of every template, by id; one that is broken is logged and left out.

    OSError when the folder itself cannot be read.
    """
    templates: dict[str, dict[str, Any]] = {}
    for template_id, path in template_folders(folder).items():
        try:
            templates[template_id] = read_metadata(path)
        except MetadataInvalid as e:
            log.error("template %s left out: %s", template_id, e)
    return templates

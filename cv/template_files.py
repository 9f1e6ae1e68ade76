"""What can be told of a template's files without filling it: whether each can be read, and is what it has to be.

The renderer, which fills every template with its own sample as it starts, finds what is left: names that do not exist,
filters, loops over what is no list.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from cv.resume import Resume, ResumeInvalid, validate_cv
from cv.templates import TemplateFault, template_folders

STYLE_FILE = "style.css"
SAMPLE_FILE = "sample.json"
HTML_FILE = "template.html.j2"

_FETCHES = re.compile(r"@import|url\(|image-set\(|</", re.IGNORECASE)

log = logging.getLogger(__name__)


def read_text(file: Path) -> str:
    """A file of a template; TemplateFault when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise TemplateFault(file, 1, f"cannot be read ({type(e).__name__})") from e


def read_style(template: Path) -> str:
    """The style sheet of the template in a folder; TemplateFault also when it would fetch something."""
    file = template / STYLE_FILE
    css = read_text(file)
    if found := _FETCHES.search(css):
        raise TemplateFault(file, css.count("\n", 0, found.start()) + 1, f"{found.group()} is not allowed")
    return css


def read_sample(template: Path) -> Resume:
    """The CV that the template in a folder shows itself with; TemplateFault also when it is none."""
    file = template / SAMPLE_FILE
    try:
        return validate_cv(json.loads(read_text(file)))
    except json.JSONDecodeError as e:
        raise TemplateFault(file, e.lineno, e.msg) from e
    except ResumeInvalid as e:
        raise TemplateFault(file, 1, str(e)) from e


def faulty_templates(folders: Sequence[Path], ids: Collection[str]) -> frozenset[str]:
    """Those of some templates that no renderer can use, for what their files are; a fault of each is logged.

    OSError when one of `folders` cannot be read.
    """
    found = {template_id: path for template_id, path in template_folders(folders).items() if template_id in ids}
    shared = [file for folder in folders for file in sorted(folder.glob("_*/*.j2"))]
    common = list(_syntax_faults(shared))
    faults = {template_id: [*common, *_faults(path)] for template_id, path in found.items()}
    faulty = {template_id: known for template_id, known in faults.items() if known}
    for template_id, known in faulty.items():
        log.error("template %s left out: %s", template_id, known[0])
    return frozenset(faulty)


def _faults(template: Path) -> Iterator[TemplateFault]:
    for read in (read_style, read_sample):
        try:
            read(template)
        except TemplateFault as e:
            yield e
    yield from _syntax_faults(sorted({template / HTML_FILE, *template.glob("**/*.j2")}))


def _syntax_faults(files: Sequence[Path]) -> Iterator[TemplateFault]:
    # Nothing is compiled here, let alone run.
    syntax = Environment(autoescape=True)
    for file in files:
        try:
            syntax.parse(read_text(file))
        except TemplateSyntaxError as e:
            yield TemplateFault(file, e.lineno, e.message or "syntax error")
        except TemplateFault as e:
            yield e

"""Turns a CV into the HTML that is printed: one self-contained document that fetches nothing.

Templates are Jinja2 in a sandbox, compiled once. What they get: cv (crds.resume.Resume), t (the labels of
templates/_shared/labels.json), dates (renderer.dates.Dates), lang, page_size, css (the template's style.css),
and the filters below. Every value is escaped for HTML; |css_string is the only way into CSS.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from crds.resume import Resume, ResumeInvalid, validate_cv
from crds.templates import MetadataInvalid, read_metadata, template_folders
from renderer import links
from renderer.dates import Dates, babel_locale

log = logging.getLogger("renderer")

DEFAULT_LANGUAGE = "en"
# In whole CSS pixels, the nearest to the sheet: fractions would leave seams between what is painted
# in the page's margins and in its content. Chromium makes 594.96 × 841.92 pt and 612 × 792 pt of them.
PAGE_SIZES = {"A4": "793px 1123px", "Letter": "816px 1056px"}

LABELS_FILE = "_shared/labels.json"
_FETCHES = re.compile(r"@import|url\(|</", re.IGNORECASE)


@dataclass(eq=False)
class UnknownTemplate(Exception):
    """There is no template of this id."""

    template_id: str
    known: list[str]

    def __str__(self) -> str:
        return f"Unknown template {self.template_id}; known templates: {', '.join(self.known) or 'none'}"


@dataclass(eq=False)
class TemplateBroken(Exception):
    """A template cannot be used: its author has to mend `file` (in the templates folder) at `line`."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Loaded:
    template: Template
    css: Markup


class Templates:
    """All templates of a folder, ready to fill.

    A template is tried with its own sample.json when it is loaded. One that fails is logged, kept in `broken`
    and raises again when it is asked for; the others work. OSError when the folder cannot be read,
    TemplateBroken when what the templates share cannot be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._labels = _read_labels(folder)
        self._environment = _environment(folder)
        self._loaded: dict[str, _Loaded] = {}
        self.broken: dict[str, TemplateBroken] = {}
        for template_id, path in template_folders(folder).items():
            try:
                self._loaded[template_id] = self._load(template_id, path)
                self.fill(template_id, _read_sample(template_id, path))
            except TemplateBroken as e:
                self._loaded.pop(template_id, None)
                self.broken[template_id] = e
                log.error("template %s left out: %s", template_id, e)

    @property
    def ids(self) -> list[str]:
        """The templates that can be filled."""
        return list(self._loaded)

    def fill(self, template_id: str, resume: Resume, *, locale: str = "en", page_format: str = "A4") -> str:
        """The document as HTML.

        `locale` is a BCP 47 tag; labels and dates are in English when there are none in its language.
        `page_format` is A4 or Letter. Raises UnknownTemplate and TemplateBroken.
        """
        if template_id in self.broken:
            raise self.broken[template_id]
        loaded = self._loaded.get(template_id)
        if loaded is None:
            raise UnknownTemplate(template_id, self.ids)
        language = self._language(locale)
        labels = self._labels[language.split("-")[0]]
        written = babel_locale(language)
        assert written is not None
        try:
            return loaded.template.render(
                cv=resume,
                t=labels,
                dates=Dates(written, labels["present"]),
                lang=locale.replace("_", "-"),
                page_size=PAGE_SIZES[page_format],
                css=loaded.css,
            )
        except Exception as e:
            # Whatever a template raises is the template's fault: the data has been checked before.
            raise self._broken(e, template_id) from e

    def _language(self, locale: str) -> str:
        tag = locale.replace("_", "-").lower()
        return tag if tag.split("-")[0] in self._labels and babel_locale(tag) else DEFAULT_LANGUAGE

    def _load(self, template_id: str, path: Path) -> _Loaded:
        try:
            read_metadata(path)
        except MetadataInvalid as e:
            raise TemplateBroken(f"{template_id}/template.json", 1, str(e)) from e
        css = _read(path / "style.css", f"{template_id}/style.css")
        found = _FETCHES.search(css)
        if found:
            line = css.count("\n", 0, found.start()) + 1
            raise TemplateBroken(f"{template_id}/style.css", line, f"{found.group()} is not allowed")
        try:
            template = self._environment.get_template(f"{template_id}/template.html.j2")
        except Exception as e:
            raise self._broken(e, template_id) from e
        return _Loaded(template, Markup(_squeezed(css)))

    def _broken(self, error: Exception, template_id: str) -> TemplateBroken:
        if isinstance(error, TemplateSyntaxError):
            return TemplateBroken(error.name or template_id, error.lineno, error.message or "syntax error")
        file, line = f"{template_id}/template.html.j2", 1
        for frame in traceback.extract_tb(error.__traceback__):
            if Path(frame.filename).is_relative_to(self._folder) and frame.lineno:
                file, line = Path(frame.filename).relative_to(self._folder).as_posix(), frame.lineno
        return TemplateBroken(file, line, f"{type(error).__name__}: {error}")


def css_string(value: str) -> Markup:
    """A text as a CSS string: everything but ASCII letters and digits becomes an escape."""
    safe = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in value)
    return Markup('"' + safe + '"')


def css_page_number(pattern: str) -> Markup:
    """A label such as "Page {page} of {pages}" as the value of the CSS property content."""
    parts = re.split(r"\{(pages?)\}", pattern)
    # Texts stand at the even places, the names of the counters at the odd ones.
    return Markup(" ").join(
        Markup(f"counter({part})") if place % 2 else css_string(part) for place, part in enumerate(parts) if part
    )


def _environment(folder: Path) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(
        css_string=css_string,
        css_page_number=css_page_number,
        web_link=links.web_link,
        mail_link=links.mail_link,
        phone_link=links.phone_link,
        shown_url=links.shown_url,
    )
    return environment


def _squeezed(css: str) -> str:
    """CSS without comments and indentation: Chromium parses it for each job."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise TemplateBroken(name, 1, f"cannot be read ({type(e).__name__})") from e


def _read_json(path: Path, name: str) -> Any:
    try:
        return json.loads(_read(path, name))
    except json.JSONDecodeError as e:
        raise TemplateBroken(name, e.lineno, e.msg) from e


def _read_sample(template_id: str, path: Path) -> Resume:
    name = f"{template_id}/sample.json"
    try:
        return validate_cv(_read_json(path / "sample.json", name))
    except ResumeInvalid as e:
        raise TemplateBroken(name, 1, str(e)) from e


def _read_labels(folder: Path) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = _read_json(folder / LABELS_FILE, LABELS_FILE)
    if DEFAULT_LANGUAGE not in labels:
        raise TemplateBroken(LABELS_FILE, 1, f"has no labels in {DEFAULT_LANGUAGE}")
    return labels

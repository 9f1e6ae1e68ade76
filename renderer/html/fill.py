"""Turns a CV into the HTML that is printed: one self-contained document that fetches nothing.

Templates are Jinja2 in a sandbox, compiled once. What they get: cv (cv.resume.Resume), options
(cv.options.Resolved), title, sections (the names of the sections that hold something, in their order), t (the
labels of templates/_shared/labels.json in the document's language), dates (renderer.html.dates.Dates), lang, dir,
code_last (renderer.html.countries.with_country), page_size, variables and page_breaks (renderer.html.style), base_css
and css (the template's style.css), and the filters below.
Texts of the CV are strings of words; those with markup (renderer.html.richtext) are printed with it by the filters
rich, point and inline.
Every value is escaped for HTML; what gets into CSS is in renderer/html/style.py.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError
from markupsafe import Markup

from cv.formats import Heading
from cv.normalize import ignored_warnings
from cv.options import Options, Resolved, Takes
from cv.resume import Resume
from cv.template_files import HTML_FILE, read_sample, read_style, read_text
from cv.templates import TemplateFault, read_metadata, template_folders
from cv.warnings import Warning, WarningCode
from renderer.html import links, style, texts
from renderer.html.countries import is_unknown_code, with_country
from renderer.html.dates import Dates
from renderer.html.direction import direction, in_order
from renderer.html.emoji import with_pictures
from renderer.html.glyphs import Coverage
from renderer.html.guess import guess_language
from renderer.html.headings import with_headings
from renderer.html.languages import DEFAULT, language
from renderer.html.richtext import filters
from renderer.html.richtext.resume import rich_resume
from renderer.html.sandbox import Sandbox
from renderer.html.shown import Field, texts_of, unshown
from renderer.html.whole import keep_korean, keep_whole, longest_word

log = logging.getLogger("renderer")

SHARED = "_shared"
_IN_SIGNS = texts.in_signs(keep_korean, with_pictures)


@dataclass(eq=False)
class UnknownTemplate(Exception):
    """There is no template of this id."""

    template_id: str
    known: list[str]

    def __str__(self) -> str:
        return f"Unknown template {self.template_id}; known templates: {', '.join(self.known) or 'none'}"


class TemplateBroken(TemplateFault):
    """A template cannot be used: its author has to mend `file` (its path in the templates folder) at `line`."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A document as HTML, its title and language, and what was not put in as it is in the data.

    `options` are those that it has, `resizable` the sizes that the request left to the template.
    """

    html: str
    title: str
    lang: str
    warnings: tuple[Warning, ...]
    options: Resolved
    resizable: frozenset[str]

    def resized(self, sizes: style.Sizes) -> str:
        """The HTML in other sizes."""
        if sizes == style.Sizes():
            return self.html
        # Texts are escaped: the first of these is the document's own.
        return self.html.replace("</head>", f"{style.resized(self.options, sizes, self.resizable)}</head>", 1)


@dataclass(frozen=True, slots=True)
class _Loaded:
    template: Template
    css: Markup
    takes: Takes
    sample: Resume


class Templates:
    """All templates of some folders, ready to fill; the first folder holds what they share.

    A template is tried with its own sample.json when it is loaded. One that fails is logged, kept in `broken`
    and raises again when it is asked for; the others work. OSError when a folder cannot be read,
    TemplateBroken when what the templates share cannot be. Characters that `coverage` has no glyph for are
    replaced; without it none are.
    """

    def __init__(self, folders: Sequence[Path], *, coverage: Coverage | None = None) -> None:
        self._folders = folders
        self._coverage = coverage
        self._labels = read_labels(folders[0])
        self._base_css = Markup(_squeezed(_read(folders[0] / SHARED / "base.css", f"{SHARED}/base.css")))
        self._environment = _environment(folders)
        self._loaded: dict[str, _Loaded] = {}
        self._unshown: dict[str, frozenset[Field]] = {}
        self.broken: dict[str, TemplateBroken] = {}
        for template_id, path in template_folders(folders).items():
            try:
                self._loaded[template_id] = self._load(template_id, path)
                self.fill(template_id, self.sample(template_id), Options())
                self._unshown[template_id] = self._unshown_of(template_id)
            except TemplateBroken as e:
                self._loaded.pop(template_id, None)
                self.broken[template_id] = e
                log.error("template %s left out: %s", template_id, e)

    @property
    def ids(self) -> list[str]:
        """The templates that can be filled."""
        return list(self._loaded)

    def takes(self, template_id: str) -> Takes:
        """The options that a template takes. Raises UnknownTemplate and TemplateBroken."""
        return self._get(template_id).takes

    def sample(self, template_id: str) -> Resume:
        """The CV that the template shows itself with. Raises UnknownTemplate and TemplateBroken."""
        return self._get(template_id).sample

    def fill(
        self,
        template_id: str,
        resume: Resume,
        options: Options,
        *,
        headings: Sequence[Heading] = (),
        said: str | None = None,
    ) -> Filled:
        """The document of a CV; `headings` are those of the program that it comes from, `said` is the language that
        its data names. Raises OptionsInvalid, UnknownTemplate and TemplateBroken."""
        loaded = self._get(template_id)
        resolved = loaded.takes.resolve(options)
        guessed = None if resolved.locale else guess_language(resume, said)
        written = language(resolved.locale or guessed or DEFAULT)
        resume = rich_resume(resume, resolved.textFormat)
        titles, untaken = with_headings(
            resolved.sectionTitles, headings, taken=loaded.takes.sectionTitles, english=written.labels == DEFAULT
        )
        resume, titles, warnings = self._shown(resume, titles)
        warnings = (*untaken, *warnings, *self._stand_ins(resume, resolved, translated=written.translated))
        if guessed:
            warnings = (*warnings, _guessed(guessed))
        labels = self._labels[written.labels]
        if not resolved.photo and resume.basics.image:
            resume = resume.with_basics(image="")
            warnings = (*warnings, *_hidden_photo(options))
        place, code_last = with_country(resume.basics.location, written.locale)
        resume = resume.with_basics(location=place)
        title = f"{resume.basics.name} – {labels['document']}"
        try:
            html = loaded.template.render(
                cv=resume,
                title=title,
                options=resolved,
                sections=[name for name in resolved.sectionOrder if getattr(resume, name)],
                t={**labels, **titles},
                dates=Dates(written.locale, labels["present"]),
                lang=written.tag,
                dir="rtl" if written.rtl else "ltr",
                code_last=code_last,
                page_size="{}px {}px".format(*style.PAGE_SIZES[resolved.pageFormat]),
                variables=style.variables(resolved, fallback_fonts=written.fallback_fonts(resolved.fontFamily)),
                page_breaks=style.page_breaks(resolved),
                base_css=self._base_css,
                css=loaded.css,
            )
        except Exception as e:
            # Whatever a template raises is the template's fault: the data has been checked before.
            raise self._broken(e, template_id) from e
        ignored = ignored_warnings(list(texts_of(resume, self._unshown.get(template_id, frozenset()))))
        return Filled(
            texts.with_texts(html, *([in_order] if written.rtl else []), keep_whole, _IN_SIGNS),
            title,
            written.tag,
            (*warnings, *ignored),
            resolved,
            _resizable(loaded.takes, options),
        )

    def _unshown_of(self, template_id: str) -> frozenset[Field]:
        try:
            return unshown(lambda resume: self.fill(template_id, resume, Options()).html)
        except TemplateBroken:
            # It works with its own sample. Which CVs it breaks on, their jobs say.
            return frozenset()

    def _shown(self, resume: Resume, titles: dict[str, str]) -> tuple[Resume, dict[str, str], tuple[Warning, ...]]:
        """A CV and headings in characters that the fonts have, and what was replaced."""
        if self._coverage is None:
            return resume, titles, ()
        resume, warnings = self._coverage.replace(resume)
        titles, more = self._coverage.replace_titles(titles, "options.sectionTitles")
        return resume, titles, (*warnings, *more)

    def _stand_ins(self, resume: Resume, options: Resolved, *, translated: bool) -> Iterator[Warning]:
        """What the document has something else for, or has as it was written because its meaning is not known."""
        if not translated:
            message = "has no translated headings here; they are in English. options.sectionTitles takes others"
            yield Warning(WarningCode.LOCALE_NOT_TRANSLATED, "options.locale", message)
        if self._coverage is not None and not self._coverage.has_family(options.fontFamily):
            message = f"{options.fontFamily} is not installed here; another typeface stands in for it"
            yield Warning(WarningCode.FONT_MISSING, "options.fontFamily", message)
        if is_unknown_code(resume.basics.location.countryCode):
            message = "is no country code of ISO 3166-1; it is printed as it was sent"
            yield Warning(WarningCode.COUNTRY_UNKNOWN, "cvData.basics.location.countryCode", message)

    def _get(self, template_id: str) -> _Loaded:
        if template_id in self.broken:
            raise self.broken[template_id]
        if template_id not in self._loaded:
            raise UnknownTemplate(template_id, self.ids)
        return self._loaded[template_id]

    def _load(self, template_id: str, path: Path) -> _Loaded:
        try:
            takes, css, sample = read_metadata(path).options, read_style(path), read_sample(path)
        except TemplateFault as e:
            raise TemplateBroken(f"{template_id}/{Path(e.file).name}", e.line, e.reason) from e
        try:
            template = self._environment.get_template(f"{template_id}/{HTML_FILE}")
        except Exception as e:
            raise self._broken(e, template_id) from e
        return _Loaded(template, Markup(_squeezed(css)), takes, sample)

    def _broken(self, error: Exception, template_id: str) -> TemplateBroken:
        if isinstance(error, TemplateSyntaxError):
            return TemplateBroken(error.name or template_id, error.lineno, error.message or "syntax error")
        file, line = f"{template_id}/{HTML_FILE}", 1
        for frame in traceback.extract_tb(error.__traceback__):
            for folder in self._folders:
                if Path(frame.filename).is_relative_to(folder) and frame.lineno:
                    file, line = Path(frame.filename).relative_to(folder).as_posix(), frame.lineno
        return TemplateBroken(file, line, f"{type(error).__name__}: {error}")


def _resizable(takes: Takes, options: Options) -> frozenset[str]:
    """The sizes (renderer.html.style.Sizes) that a template takes and a request leaves to it."""
    by_option = {"fontSize": "fontSize", "lineHeight": "lineHeight", "margins": "margins", "density": "space"}
    taken = takes.names()
    return frozenset(size for option, size in by_option.items() if option in taken and getattr(options, option) is None)


def _guessed(tag: str) -> Warning:
    name = Locale.parse(tag, sep="-").get_display_name("en")
    message = f"is not given; the document is in {name} ({tag}), as its texts are. Name it to be certain"
    return Warning(WarningCode.LOCALE_GUESSED, "options.locale", message)


def _hidden_photo(options: Options) -> Iterator[Warning]:
    """A photo that the template leaves out by itself; who asked for that needs no warning."""
    if options.photo is None:
        message = "is not printed: this template shows a photo only with options.photo true"
        yield Warning(WarningCode.FIELD_IGNORED, "cvData.basics.image", message)


def _environment(folders: Sequence[Path]) -> Sandbox:
    environment = Sandbox(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(
        css_string=style.css_string,
        css_page_number=style.css_page_number,
        direction=direction,
        web_link=links.web_link,
        mail_link=links.mail_link,
        phone_link=links.phone_link,
        mails=links.mails,
        phones=links.phones,
        shown_url=links.shown_url,
        rich=filters.rich,
        point=filters.point,
        points=filters.points,
        inline=filters.inline,
        listed=filters.listed,
        parts=filters.parts,
        longest_word=longest_word,
        striptags=texts.striptags,
        blocks=texts.blocks,
        lines=texts.lines,
    )
    environment.globals["sentences"] = filters.sentences
    return environment


def _squeezed(css: str) -> str:
    """CSS without comments and indentation: Chromium parses it for each job."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


def _read(path: Path, name: str) -> str:
    try:
        return read_text(path)
    except TemplateFault as e:
        raise TemplateBroken(name, e.line, e.reason) from e


def _read_json(path: Path, name: str) -> Any:
    try:
        return json.loads(_read(path, name))
    except json.JSONDecodeError as e:
        raise TemplateBroken(name, e.lineno, e.msg) from e


def read_labels(folder: Path) -> dict[str, dict[str, str]]:
    """The headings and other words of documents, by language and name. TemplateBroken when they cannot be read."""
    file = f"{SHARED}/labels.json"
    labels: dict[str, dict[str, str]] = _read_json(folder / file, file)
    return labels

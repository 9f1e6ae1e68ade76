"""The HTML of a CV: renderer.html.fill with the project's own templates and with broken ones."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from crds.errors import ErrorCode, JobError
from cv.fields import Part, is_date
from cv.options import Options, OptionsInvalid, validate_options
from cv.resume import Resume, validate_cv
from cv.templates import load_templates
from cv.warnings import WarningCode
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.html.direction import direction
from renderer.html.fill import TemplateBroken, Templates, UnknownTemplate
from renderer.html.glyphs import Coverage

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "templates"
DATA = ROOT / "tests" / "data"
SAMPLES = sorted(path.name for path in DATA.glob("cv-*.json"))
TEMPLATES = Templates([FOLDER])

PAYLOAD = '<b id="x">{{7007*7007}}\'&amp;{%raw%}</style>*/}'
SCRIPT_URL = "javascript:alert(1)"
# Not text: a picture's data, checked by its own rules.
NOT_TEXT = {("basics", "image")}

Field = tuple[str, ...]


def text_fields(model: type[Part], prefix: Field = ()) -> Iterator[Field]:
    """The path of every text of a CV; a list stands for its first item, marked []. A date may be a text, too."""
    for name, field in model.model_fields.items():
        path = (*prefix, name)
        kind = field.annotation
        if path in NOT_TEXT:
            continue
        if kind is str or is_date(kind):
            yield path
        elif isinstance(kind, type) and issubclass(kind, Part):
            yield from text_fields(kind, path)
        else:
            (item,) = get_args(kind)
            if isinstance(item, type) and issubclass(item, Part):
                yield from text_fields(item, (*path, "[]"))
            else:
                yield (*path, "[]")


FIELDS = sorted(text_fields(Resume))


def cv_with(path: Field, value: str) -> dict[str, Any]:
    """A CV that holds nothing but its name and this value."""
    inner: Any = value
    for part in reversed(path):
        inner = [inner] if part == "[]" else {part: inner}
    basics = {"name": "Jane Doe", **inner.get("basics", {})}
    own = [{"title": "Own", "summary": "Text", **section} for section in inner.get("customSections", [])]
    return {**inner, "basics": basics, "customSections": own}


class Document(HTMLParser):
    """What a document holds: its elements with their attributes, its headings, its text and its style."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            self.style += data
        else:
            self.text.append(data)

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


def fill(data: dict[str, Any], template: str = "modern", **options: Any) -> str:
    return TEMPLATES.fill(template, validate_cv(data), validate_options(options)).html


def headings(source: str) -> list[str]:
    """The texts of the h2 of a document, without what is marked up in them."""
    return [re.sub("<[^>]+>", "", html.unescape(text)).strip() for text in re.findall("<h2[^>]*>(.*?)</h2>", source)]


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "aside", "div"),
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "b", "i", "em", "strong", "br", "wbr", "a", "span", "img"),
    *("u", "s", "sub", "sup"),
}


def assert_harmless(source: str) -> None:
    document = Document(source)
    assert document.tags <= ALLOWED
    for _, attributes in document.elements:
        allowed = {"lang", "dir", "class", "charset", "http-equiv", "content", "href", "src", "alt", "start"}
        assert attributes.keys() <= allowed
    assert all(re.match(r"(https?://|mailto:|tel:)", href, re.IGNORECASE) for href in document.values("href"))
    assert all(src.startswith("data:image/") for src in document.values("src"))
    assert not re.search(r"url\(|@import|expression|</", document.style, re.IGNORECASE)


def test_no_template_of_the_project_is_broken() -> None:
    assert TEMPLATES.broken == {}
    assert TEMPLATES.ids == list(load_templates([FOLDER]))
    assert "modern" in TEMPLATES.ids


def test_the_walk_finds_the_fields() -> None:
    assert len(FIELDS) > 55
    assert ("basics", "location", "city") in FIELDS
    assert ("work", "[]", "highlights", "[]") in FIELDS


@pytest.mark.parametrize("path", FIELDS, ids=".".join)
@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_every_text_is_printed_and_escaped(template: str, path: Field) -> None:
    source = fill(cv_with(path, PAYLOAD), template, textFormat="plain")
    assert PAYLOAD not in source
    assert "49098049" not in source
    assert PAYLOAD in "".join(Document(source).text)
    assert_harmless(source)


@pytest.mark.parametrize("path", FIELDS, ids=".".join)
@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_no_text_becomes_a_link_to_a_script(template: str, path: Field) -> None:
    source = fill(cv_with(path, SCRIPT_URL), template)
    assert SCRIPT_URL in "".join(Document(source).text)
    assert_harmless(source)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_a_document_fetches_nothing_and_is_well_built(template: str, sample: str) -> None:
    source = fill(json.loads((DATA / sample).read_text()), template)
    assert_harmless(source)
    document = Document(source)
    assert document.values("lang") == ["en"]
    levels = [int(tag[1]) for tag, _ in document.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert "default-src 'none'" in "".join(document.values("content"))


def test_a_hostile_name_changes_nothing_in_the_style() -> None:
    name = re.compile(r"--running-name: \"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*\";")
    styles = set()
    for text in ("Jane Doe", "\\\"; } </style> @page { url(//x) } /* ' \\", "山田 太郎", "x" * 200):
        style = Document(fill({"basics": {"name": text}})).style
        changed, found = name.subn("", style)
        assert found == 1
        styles.add(changed)
    assert len(styles) == 1


@pytest.mark.parametrize("section", [name for name in Resume.model_fields if name not in ("basics", "customSections")])
@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_an_empty_section_vanishes(template: str, section: str) -> None:
    heading = json.loads((FOLDER / "_shared/labels.json").read_text())["en"][section]
    sample = json.loads((FOLDER / "modern" / "sample.json").read_text())
    assert heading in headings(fill(sample, template))
    empties: list[Any] = [None, [], [{}], [None]]
    for empty in empties:
        assert heading not in headings(fill({**sample, section: empty}, template))


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_a_section_of_ones_own_stands_under_its_title(template: str) -> None:
    entry = {"name": "Patent 7", "subtitle": "EPO", "location": "Munich", "date": "2020-05", "highlights": ["Granted"]}
    own = [{"title": "Patents", "summary": "All of them.", "entries": [entry]}, {"title": "Military service"}]
    source = fill({"basics": {"name": "J"}, "customSections": own}, template)
    text = " ".join(Document(source).text)
    assert headings(source)[-1] == "Patents"
    assert "Military service" not in text
    assert all(word in text for word in ("All of them.", "Patent 7", "EPO", "Munich", "May 2020", "Granted"))


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_sections_come_in_the_order_that_is_asked_for(template: str) -> None:
    sample = json.loads((FOLDER / "modern" / "sample.json").read_text())
    usual = headings(fill(sample, template))
    education_first = headings(fill(sample, template, sectionOrder=["education", "work"]))
    assert sorted(usual) == sorted(education_first)
    assert education_first.index("Education") < education_first.index("Experience")
    work_first = headings(fill(sample, template, sectionOrder=["work", "education"]))
    assert work_first.index("Experience") < work_first.index("Education")


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_headings_are_those_that_are_asked_for_and_escaped(template: str) -> None:
    sample = json.loads((FOLDER / "modern" / "sample.json").read_text())
    source = fill(sample, template, sectionTitles={"work": "Career <b>&</b>"})
    assert "Career &lt;b&gt;&amp;&lt;/b&gt;" in source
    assert "Experience" not in headings(source)


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_the_accent_colour_and_the_typeface_are_those_that_are_asked_for(template: str) -> None:
    takes = TEMPLATES.takes(template)
    assert len(takes.fontFamily) > 1
    style = Document(
        fill({"basics": {"name": "J"}}, template, accentColor="#AB12cd", fontFamily=takes.fontFamily[-1])
    ).style
    assert "--accent: #ab12cd;" in style
    assert f'--font: "{takes.fontFamily[-1]}", ' in style


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_densities_differ(template: str) -> None:
    densities = TEMPLATES.takes(template).density
    assert len({fill({"basics": {"name": "J"}}, template, density=density) for density in densities}) == 3


def test_options_that_a_template_does_not_take_are_told() -> None:
    with pytest.raises(OptionsInvalid, match=r"options\.fontFamily: must be Lato, .* with this template"):
        fill({"basics": {"name": "J"}}, fontFamily="Comic Sans")


def test_a_name_alone_makes_a_document() -> None:
    for template in TEMPLATES.ids:
        document = Document(fill({"basics": {"name": "Li Wei"}}, template))
        assert [tag for tag, _ in document.elements if re.fullmatch("h[1-6]|ul|ol|li|section|a", tag)] == ["h1"]


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_every_job_title_stands_in_the_order_of_the_data(template: str) -> None:
    data = json.loads((DATA / "cv-five-pages.json").read_text())
    text = " ".join(Document(fill(data, template)).text)
    titles = [data["basics"]["name"], *(job["position"] for job in data["work"])]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)


@pytest.mark.parametrize("template", [name for name in TEMPLATES.ids if TEMPLATES.takes(name).photo is not None])
def test_the_photo_is_put_in_with_a_description(template: str) -> None:
    photo = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC"
    data = {"basics": {"name": 'Jane "J" Doe', "image": photo}}
    document = Document(fill(data, template, photo=True))
    assert document.values("src") == [photo]
    assert document.values("alt") == ['Portrait of Jane "J" Doe']
    assert "img" not in Document(fill(data, template, photo=False)).tags


@pytest.mark.parametrize(("page_format", "size"), [("A4", "794px 1123px"), ("Letter", "816px 1056px")])
def test_the_page_has_the_size_that_was_asked_for(page_format: str, size: str) -> None:
    assert f"@page {{ size: {size} }}" in Document(fill({"basics": {"name": "J"}}, pageFormat=page_format)).style


@pytest.mark.parametrize(
    ("locale", "lang", "written", "warned"),
    [
        ("en", "en", "Mar 2021 – Present", False),
        ("en_GB", "en-GB", "Mar 2021 – Present", False),
        ("de-AT", "de-AT", "März 2021 – heute", False),
        ("xx", "xx", "Mar 2021 – Present", True),
        ("zzzzzzzz-Q-1", "zzzzzzzz", "Mar 2021 – Present", True),
    ],
)
def test_any_language_tag_makes_a_document(locale: str, lang: str, written: str, warned: bool) -> None:
    data = {"basics": {"name": "J"}, "work": [{"position": "P", "startDate": "2021-03"}]}
    filled = TEMPLATES.fill("modern", validate_cv(data), Options(locale=locale))
    assert Document(filled.html).values("lang") == [lang]
    assert filled.lang == lang
    assert written in filled.html
    assert [warning.code for warning in filled.warnings] == [WarningCode.LOCALE_NOT_TRANSLATED] * warned


@pytest.mark.parametrize(
    ("country", "unknown"),
    [
        *((known, False) for known in ("", "DE", "de", "uk", "USA", "XK", "Deutschland", "D", "49")),
        *((unknown, True) for unknown in ("xq", "XQ", "zz", "xa", "abc")),
    ],
)
def test_a_country_code_that_nobody_knows_is_warned_of(country: str, unknown: bool) -> None:
    data = {"basics": {"name": "J", "location": {"countryCode": country}}}
    filled = TEMPLATES.fill("modern", validate_cv(data), Options())
    found = [(warning.code, warning.field) for warning in filled.warnings]
    assert found == [(WarningCode.COUNTRY_UNKNOWN, "cvData.basics.location.countryCode")] * unknown


@pytest.mark.parametrize("template", TEMPLATES.ids)
@pytest.mark.parametrize(
    ("location", "locale", "shown"),
    [
        ({"city": "Aarhus", "countryCode": "DK"}, "en", "Aarhus, Denmark"),
        ({"city": "Aarhus", "countryCode": "dk"}, "de", "Aarhus, Dänemark"),
        ({"city": "Taipei", "countryCode": "TW"}, "zh-TW", "Taipei、台灣"),
        ({"city": "Leeds", "countryCode": "UK"}, "en-GB", "Leeds, United Kingdom"),
        ({"city": "Boston", "region": "MA", "countryCode": "USA"}, "en", "Boston, MA, United States"),
        ({"city": "Kyiv", "countryCode": "XQ"}, "en", "Kyiv, XQ"),
        ({"city": "Bonn", "countryCode": "Germany"}, "en", "Bonn, Germany"),
        ({"city": "Tiraspol", "countryCode": "SU"}, "en", "Tiraspol, SU"),
        ({"city": "Singapore", "countryCode": "SG"}, "en", "Singapore"),
        ({"city": "Hong Kong", "countryCode": "HK"}, "en", "Hong Kong"),
        ({"city": "London, UK", "countryCode": "GB"}, "en", "London, UK"),
    ],
)
def test_a_country_is_named_in_the_documents_language_and_once(
    template: str, location: dict[str, str], locale: str, shown: str
) -> None:
    document = Document(fill({"basics": {"name": "J", "location": location}}, template, locale=locale))
    assert shown in [text.strip() for text in document.text]


@pytest.mark.parametrize(("asked", "warned"), [(None, True), (False, False), (True, False)])
def test_a_photo_that_a_template_leaves_out_by_itself_is_warned_of(asked: bool | None, warned: bool) -> None:
    photo = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC"
    resume = validate_cv({"basics": {"name": "J", "image": photo}})
    filled = TEMPLATES.fill("compact", resume, Options(photo=asked))
    found = [(warning.code, warning.field) for warning in filled.warnings]
    assert found == [(WarningCode.FIELD_IGNORED, "cvData.basics.image")] * warned
    assert ("img" in Document(filled.html).tags) is (asked is True)


@pytest.mark.parametrize(("installed", "missing"), [(["Lato", "Noto Sans"], False), (["Noto Sans"], True)])
def test_a_typeface_that_is_not_installed_is_warned_of(installed: list[str], missing: bool) -> None:
    templates = Templates([FOLDER], coverage=Coverage((family, [(0x20, 0x2FFF)]) for family in installed))
    filled = templates.fill("modern", validate_cv({"basics": {"name": "J"}}), Options(fontFamily="Lato"))
    found = [(warning.code, warning.field) for warning in filled.warnings]
    assert found == [(WarningCode.FONT_MISSING, "options.fontFamily")] * missing


@pytest.mark.parametrize(
    ("locale", "dir_"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("ja", "ltr")]
)
def test_a_document_runs_in_the_direction_of_its_language(locale: str, dir_: str) -> None:
    source = fill({"basics": {"name": "J"}}, locale=locale)
    assert Document(source).elements[0][1]["dir"] == dir_


@pytest.mark.parametrize(
    ("text", "base", "attribute"),
    [
        ("Kubernetes", "ltr", ""),
        ("Kubernetes", "rtl", ' dir="ltr"'),
        ("Kubernetes في", "rtl", ""),
        ("2021", "rtl", ""),
        ("مهندسة", "ltr", ' dir="rtl"'),
        ("Nur نور", "ltr", ""),
        ("東京", "rtl", ' dir="ltr"'),
    ],
)
def test_a_text_in_the_other_direction_says_so(text: str, base: str, attribute: str) -> None:
    assert direction(text, base) == attribute


@pytest.mark.parametrize("template", ["academic", "classic", "compact", "executive", "modern"])
@pytest.mark.parametrize(
    ("locale", "keywords", "comma", "dots"),
    [
        ("en", ["Go", "SQL", "Rust"], ", ", 0),
        ("ar", ["بيانات", "شبكات", "أمن"], "، ", 0),
        # Readers take a comma between them for one before the next word.
        ("ar", ["Go", "شبكات", "SQL"], "، ", 2),
        ("he", ["Go", "SQL", "Rust"], ", ", 2),
        # From left to right Poppler reads a dot before the word that it stands after.
        ("en", ["Go", "SQL", "שלום"], ", ", 0),
    ],
)
def test_keywords_in_the_other_direction_have_dots_between_them(
    template: str, locale: str, keywords: list[str], comma: str, dots: int
) -> None:
    cv = {"basics": {"name": "J"}, "skills": [{"name": "S", "keywords": keywords}]}
    words = "".join(Document(fill(cv, template, locale=locale)).text)
    assert (comma.join(keywords) in words) == (dots == 0)
    assert words.count("· ") == dots


def test_a_long_list_of_words_in_the_other_direction_may_stand_on_two_pages() -> None:
    for number, style in ((20, "listed"), (40, "listed long")):
        cv = {"basics": {"name": "J"}, "skills": [{"name": "S", "keywords": ["Kubernetes"] * number}]}
        assert f'<span class="{style}">' in fill(cv, "classic", locale="ar")


RICH = {
    "basics": {"name": "J", "summary": "I **build** [it](https://example.org).\n\n- Go\n  - gRPC\n- SQL"},
    "work": [
        {
            "name": "AT&amp;T",
            "position": "P",
            "description": "The *network*",
            "summary": "<p>Ran <u>it</u>.</p>",
            "highlights": ["1. first **step**", "2. second\nstep"],
        }
    ],
    "projects": [{"name": "C**", "highlights": ["- one\n- two"], "url": "github.com/j/c"}],
    "awards": [{"summary": "<p><br></p>"}],
}


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_what_texts_hold_is_printed_as_elements(template: str) -> None:
    source = fill(RICH, template)
    assert_harmless(source)
    document = Document(source)
    text = "".join(document.text)
    assert {"strong", "em", "u", "ol"} <= document.tags
    assert document.values("href") == ["https://example.org", "https://github.com/j/c"]
    assert '<ul class="list"><li>Go<ul class="list"><li>gRPC</li></ul></li><li>SQL</li></ul>' in source
    assert re.search(
        r'<ol class="bullets"><li[^>]*>first <strong>step</strong></li><li[^>]*>second<br>step</li>', source
    )
    assert re.search(r'<ul class="bullets"><li[^>]*>one</li><li[^>]*>two</li></ul>', source)
    assert "AT&T" in text
    assert "C**" in text
    assert not re.search(r"\*\*build|<p>|&amp;|1\. first", text)
    assert "Awards" not in headings(source)


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_nothing_is_markup_in_plain_texts(template: str) -> None:
    text = "".join(Document(fill(RICH, template, textFormat="plain")).text)
    assert all(part in text for part in ("I **build** [it]", "<p>Ran <u>it</u>.</p>", "1. first **step**", "AT&amp;T"))


def test_a_template_of_ones_own_may_print_texts_as_plain_strings(folder: Path) -> None:
    (folder / "bad" / "template.html.j2").write_text(
        "<p>{{ cv.basics.summary }}</p>{% for one in cv.work %}{% for text in one.highlights %}"
        "<i>{{ text }}</i>{{ text|inline }}{% endfor %}<h3>{{ one.name ~ '!' }}</h3>{% endfor %}"
    )
    filled = Templates([folder]).fill("bad", validate_cv(RICH), Options()).html
    assert "<p>I build it.\nGo\ngRPC\nSQL</p>" in filled
    assert "<i>1. first step</i>1. first <strong>step</strong>" in filled
    assert "<h3>AT&amp;T!</h3>" in filled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A templates folder with a template of the project and a copy of it to break."""
    shutil.copytree(FOLDER / "_shared", tmp_path / "_shared")
    for name in ("good", "bad"):
        shutil.copytree(FOLDER / "modern", tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("template.html.j2", "<p>\n\n{% if %}", 3),
        ("template.html.j2", "<p>\n{{ cv.basics.nmae }}", 2),
        ("template.html.j2", "<p>\n\n\n{{ ''.__class__.__mro__ }}", 4),
        ("template.html.j2", '{% extends "nothing.j2" %}', 1),
        ("template.html.j2", "\n{{ 1 / 0 }}", 2),
        ("style.css", "body {\n background: url(https://example.com/x.png) }", 2),
        ("style.css", "\n\n@import 'x.css';", 3),
        ("style.css", "</style><script>", 1),
        ("sample.json", '{"basics":\n {"name": "J",}}', 2),
        ("sample.json", '{"basics": {}}', 1),
        ("template.json", "{", 1),
    ],
)
def test_a_broken_template_is_named_and_breaks_no_other(folder: Path, file: str, content: str, line: int) -> None:
    (folder / "bad" / file).write_text(content)
    templates = Templates([folder])
    assert templates.ids == ["good"]
    broken = templates.broken["bad"]
    assert (broken.file, broken.line) == (f"bad/{file}", line)
    assert str(broken).startswith(f"bad/{file}:{line}: ")
    resume = validate_cv({"basics": {"name": "J"}})
    with pytest.raises(TemplateBroken):
        templates.fill("bad", resume, Options())
    assert "<h1>J</h1>" in templates.fill("good", resume, Options()).html


def test_a_template_that_breaks_on_data_is_named_with_its_line(folder: Path) -> None:
    (folder / "bad" / "template.html.j2").write_text("<p>\n{% if not cv.work %}\n{{ nothing }}\n{% endif %}")
    templates = Templates([folder])
    assert templates.broken == {}
    with pytest.raises(TemplateBroken) as caught:
        templates.fill("bad", validate_cv({"basics": {"name": "J"}}), Options())
    assert (caught.value.file, caught.value.line) == ("bad/template.html.j2", 3)


async def test_a_job_whose_data_breaks_its_template_is_told_where_and_nothing_of_the_data(folder: Path) -> None:
    (folder / "bad" / "template.html.j2").write_text(
        "<p>\n{% if not cv.work %}\n{{ {}[cv.basics.name].x }}\n{% endif %}"
    )
    (folder / "good" / "template.html.j2").write_text("{{ nmae }}")
    documents = Documents(Templates([folder]), Printer(Path("chromium")))
    for template_id, code, message, detail in (
        (
            "bad",
            ErrorCode.TEMPLATE_ERROR,
            "The template bad cannot print this CV",
            "bad/template.html.j2:3: UndefinedError",
        ),
        # What its own sample breaks is told in full: its author has to mend it.
        (
            "good",
            ErrorCode.TEMPLATE_BROKEN,
            "The template good is broken",
            "good/template.html.j2:1: UndefinedError: 'nmae' is undefined",
        ),
    ):
        with pytest.raises(JobError) as caught:
            await documents.render({"templateId": template_id, "cvData": {"basics": {"name": "Ada"}}})
        assert (caught.value.code, caught.value.message, caught.value.detail) == (code, message, detail)


def test_an_error_in_what_templates_share_is_named_there(folder: Path) -> None:
    macros = folder / "_shared" / "macros.html.j2"
    macros.write_text(macros.read_text().replace("{{ item|point }}", "{{ itme|point }}"))
    assert {broken.file for broken in Templates([folder]).broken.values()} == {"_shared/macros.html.j2"}


def test_an_unknown_template_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownTemplate, match=r"known templates: .*modern"):
        TEMPLATES.fill("nothing", validate_cv({"basics": {"name": "J"}}), Options())


def test_a_folder_of_ones_own_adds_templates_and_takes_none_away(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("own")
    shutil.copytree(FOLDER / "modern", own / "good")
    shutil.copytree(FOLDER / "modern", own / "acme")
    (own / "good" / "template.html.j2").write_text("{{ nothing }}")
    (own / "acme" / "style.css").write_text("\n@import 'x';")
    templates = Templates([folder, own])
    assert templates.ids == ["bad", "good"]
    assert str(templates.broken["acme"]) == "acme/style.css:2: @import is not allowed"


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_the_authors_of_a_publication_are_printed(template: str) -> None:
    data = {
        "basics": {"name": "A"},
        "publications": [{"name": "Small debts", "authors": "B. Roe", "publisher": "Annals"}],
    }
    assert "B. Roe" in " ".join(Document(fill(data, template)).text)


def test_a_bibliography_begins_with_the_authors_and_keeps_its_address_with_a_word() -> None:
    entry = {
        "name": "Small debts",
        "authors": "B. Roe",
        "publisher": "Annals 40 (2), 188–214",
        "url": "doi.org/10.5555/a",
    }
    source = fill({"basics": {"name": "A"}, "publications": [entry]}, "academic")
    assert "B. Roe. Small debts. Annals 40 (2), 188–214. doi.org/10.5555/a" in "".join(Document(source).text)
    (kept,) = re.findall('Small debts.*?<span class="whole">(.*?)</a>', source)
    assert "".join(Document(kept).text) == "188–214. doi.org/10.5555/a"


def test_a_second_email_address_begins_a_line_rather_than_to_break() -> None:
    source = fill({"basics": {"name": "A", "email": "Home: a@example.com, b@example.com"}}, "modern")
    (email,) = re.findall('<li class="email">.*?</li>', source, re.DOTALL)
    assert "".join(Document(email).text) == "Home: a@example.com, b@example.com"
    assert ', <span class="whole"><a href="mailto:b@example.com">' in email
    # It would also end the line before it, between a bracket and the address.
    source = fill({"basics": {"name": "A", "email": "Ada <a@example.com>"}}, "modern")
    assert '&lt;<a href="mailto:a@example.com">' in source


def test_an_address_in_place_of_a_telephone_number_is_a_link() -> None:
    source = fill({"basics": {"name": "A", "phone": "https://wa.me/442079460321"}}, "modern")
    assert '<a href="https://wa.me/442079460321">wa.me/<wbr>442079460321</a>' in source


def test_a_postal_code_stays_with_its_city() -> None:
    source = fill({"basics": {"name": "A", "location": {"postalCode": "B3N 2S8", "city": "Halifax"}}}, "modern")
    assert '<span class="whole">B3N 2S8 Halifax</span>' in source


@pytest.mark.parametrize("template", TEMPLATES.ids)
@pytest.mark.parametrize(
    ("place", "written", "locale"),
    [
        (
            {"postalCode": "94105", "city": "San Francisco", "region": "CA", "countryCode": "USA"},
            'San Francisco, <span class="whole">CA 94105</span>, United States',
            "en",
        ),
        (
            {"postalCode": "LS1 4DY", "city": "Leeds", "countryCode": "United Kingdom"},
            '<span class="whole">Leeds LS1 4DY</span>, United Kingdom',
            "en",
        ),
        (
            {"postalCode": "94105", "city": "San Francisco", "countryCode": "US"},
            '<span class="whole">San Francisco 94105</span>, Vereinigte Staaten',
            "de",
        ),
        (
            {"postalCode": "80331", "city": "Munich", "region": "Bavaria", "countryCode": "DE"},
            '<span class="whole">80331 Munich</span>, Bavaria, Germany',
            "en",
        ),
        (
            {"postalCode": "94105", "city": "San Francisco", "region": "CA"},
            'San Francisco, <span class="whole">CA 94105</span>',
            "en",
        ),
        (
            {"postalCode": "20121", "city": "Milano", "region": "MI"},
            '<span class="whole">20121 Milano</span>, MI',
            "it",
        ),
        ({"postalCode": "10115", "city": "Berlin"}, '<span class="whole">10115 Berlin</span>', "en"),
    ],
)
def test_a_postal_code_stands_where_its_country_writes_it(
    template: str, place: dict[str, str], written: str, locale: str
) -> None:
    source = fill({"basics": {"name": "A", "location": place}}, template, locale=locale)
    assert written in source


@pytest.mark.parametrize(("locale", "short"), [("en", True), ("ja", False)])
@pytest.mark.parametrize("template", ["academic", "compact", "creative", "executive"])
def test_ideographs_take_twice_the_room_of_letters(template: str, locale: str, short: bool) -> None:
    data = {"basics": {"name": "A"}, "work": [{"position": "Dev", "summary": "x" * 300}]}
    source = fill(data, template, locale=locale)
    assert bool(re.search('class="entry[^"]* short', source)) is short


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ada@example.com", '<span class="whole">ada</span><wbr><span class="whole">@example.com</span>'),
        (
            "augusta.ada.king.countess.lovelace@example.com",
            'augusta<wbr>.ada<wbr>.king<wbr>.countess<wbr>.lovelace<wbr><span class="whole">@example.com</span>',
        ),
        (
            "ada@a-rather-long-subdomain.of.example.com",
            '<span class="whole">ada</span><wbr>@a-rather-long-subdomain<wbr>.of<wbr>.example<wbr>.com',
        ),
    ],
)
def test_an_email_address_breaks_before_its_at_and_when_long_before_its_dots(address: str, written: str) -> None:
    source = fill({"basics": {"name": "A", "email": address}}, "modern")
    assert f'<a href="mailto:{address}">{written}</a>' in source


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://github.com/ada/notes", "github.com/<wbr>ada/<wbr>notes"),
        (
            "https://linkedin.com/in/ada-king/de",
            'linkedin.com/<wbr>in/<wbr><span class="segment">ada-king/</span><wbr>de',
        ),
        (
            "https://ada-king.example/?a=<b>",
            '<span class="segment">ada-king.example/</span><wbr><span class="segment">?a=&lt;b&gt;</span>',
        ),
    ],
)
def test_an_address_breaks_after_slashes_and_not_after_hyphens(url: str, written: str) -> None:
    source = fill({"basics": {"name": "A", "url": url}}, "modern")
    assert f">{written}</" in source


def test_a_reference_of_compact_is_named_in_bold_as_other_entries_are() -> None:
    source = fill({"basics": {"name": "A"}, "references": [{"name": "Ada Roe", "reference": "Good."}]}, "compact")
    assert "<b>Ada Roe</b>" in source


@pytest.mark.parametrize(
    ("highlights", "classes"),
    [
        (["Go", "Rust", "Perl"], "bullets flow tiny"),
        (["Go", "Rust", "WebComponents"], "bullets flow"),
        (["Design of bridges", "Tunnels", "Harbours"], "bullets flow"),
        (["Go", "Rust"], "bullets"),
        (["Go", "Rust", "A sentence that takes most of a line."], "bullets"),
    ],
)
def test_several_items_of_a_few_letters_stand_in_rows(highlights: list[str], classes: str) -> None:
    data = {"basics": {"name": "A"}, "work": [{"position": "P", "highlights": highlights}]}
    assert f'<ul class="{classes}">' in fill(data)


def test_a_name_without_figures_is_no_key_figure() -> None:
    data = {"basics": {"name": "A"}, "references": [{"name": "Ann Roe", "reference": "She is good."}]}
    assert "figure" not in fill(data, "executive").partition("<body>")[2]


@pytest.mark.parametrize(
    ("fluency", "shown"),
    [
        ("Advanced", "English (Advanced)"),
        ("Advanced (C1)", "English\u00a0– Advanced (C1)"),
        ("(Advanced)", "English (Advanced)"),
        ("C1) or so", "English\u00a0– C1) or so"),
    ],
)
def test_brackets_do_not_stand_in_brackets(fluency: str, shown: str) -> None:
    data = {"basics": {"name": "A"}, "languages": [{"language": "English", "fluency": fluency}]}
    assert f"{shown}</p>" in fill(data, "compact")


def test_a_column_is_as_wide_as_its_longest_word() -> None:
    data = {"basics": {"name": "A"}, "interests": [{"name": "Chess"}, {"name": "Freiwilligenmanagement"}]}
    assert '<ul class="items names word-24">' in fill(data, "creative")


@pytest.mark.parametrize("style", sorted(FOLDER.glob("*/*.css")), ids=str)
def test_text_stays_as_it_is_in_the_data(style: Path) -> None:
    # Capitals of another language's rules, and a text that nobody finds: STRASSE, ILIŞKILERI.
    assert not re.search(r"text-transform|hyphens\s*:\s*auto|font-variant-caps", style.read_text(encoding="utf-8"))


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_a_text_of_nothing_but_markup_breaks_no_template(template: str) -> None:
    for path in FIELDS:
        fill(cv_with(path, "<br>"), template)


def test_a_name_and_a_title_of_nothing_but_markup_stay_as_they_are() -> None:
    document = Document(fill({"basics": {"name": "<br>"}, "customSections": [{"title": "<b></b>", "summary": "Text"}]}))
    assert "<br>" in document.text
    assert "<b></b>" in document.text


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_a_short_grade_is_not_parted(template: str) -> None:
    source = fill({"basics": {"name": "Ada"}, "education": [{"institution": "U", "score": "3.5 / 4.0"}]}, template)
    assert '<span class="whole">3.5 / 4.0</span>' in source


@pytest.mark.parametrize("template", TEMPLATES.ids)
@pytest.mark.parametrize(("score", "labelled"), [("3.8", True), ("3.8 GPA", False), ("First class", False)])
def test_a_grade_has_a_label_where_it_does_not_say_what_it_is(template: str, score: str, labelled: bool) -> None:
    source = fill({"basics": {"name": "Ada"}, "education": [{"institution": "U", "score": score}]}, template)
    assert ("Grade" in source) is labelled


def test_an_employer_of_executive_is_said_what_all_roles_share() -> None:
    shared = {"name": "Verk", "location": "Oslo"}
    work = [
        {**shared, "position": "Lead", "description": "Part-time"},
        {**shared, "position": "Developer", "description": "Full-time"},
        {"name": "Verk", "position": "Intern"},
    ]
    source = fill({"basics": {"name": "Ada"}, "work": work}, "executive")
    employer, *roles = source.partition("</section>")[0].split('<article class="role')
    assert "Oslo" in employer
    assert "time" not in employer
    assert [re.findall("Oslo|Part-time|Full-time", role) for role in roles] == [["Part-time"], ["Full-time"], []]


@pytest.mark.parametrize("template", TEMPLATES.ids)
def test_a_country_that_is_the_region_as_well_is_printed_once(template: str) -> None:
    place = {"city": "Dublin", "region": "Ireland", "countryCode": "IE"}
    source = fill({"basics": {"name": "Ada", "location": place}}, template, locale="en")
    assert "Dublin, Ireland" in "".join(Document(source).text)
    assert "".join(Document(source).text).count("Ireland") == 1

"""Strategies for CVs and options: every field of the models, and every way that we know to misuse one.

Each hostile text carries MARKER, so that a document can be searched for where it came out.
"""

from __future__ import annotations

import base64
import copy
import json
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cv.fields import Part, is_date
from cv.options import SECTIONS, Fit, Options, PageBreak, Takes, TextFormat
from cv.resume import Resume

MARKER = "zq7x"

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def _hostile(bait: str) -> list[str]:
    """Texts that try to become something else; `bait` is an address where a request would be noticed."""
    return [
        f'{MARKER}<script src="{bait}/script"></script><img src="{bait}/img" onerror=alert(1)>',
        f'{MARKER}"><iframe src={bait}/frame></iframe><svg onload=alert(1)><a href=javascript:alert(1)>',
        f"{MARKER}' onmouseover='alert(1)' style='background:url({bait}/style)",
        f"{MARKER}</style></title><style>@import '{bait}/import'; * {{ background: url({bait}/css) }}</style>",
        f"{MARKER}; }} @page {{ size: 1px }} :root {{ --accent: url({bait}/var) }} /* \\",
        f'{MARKER}\\"); background: url({bait}/escape); content: \\',
        f"{MARKER}{{{{ 7007*7007 }}}}{{% for i in range(10**9) %}}x{{% endfor %}}{{{{ ''.__class__.__mro__ }}}}",
        f"{MARKER}{{# comment #}}{{%- raw -%}}{{{{ cv }}}}{{%- endraw -%}}&lt;b&gt;&#60;i&#62;&amp;amp;",
        f'{MARKER}<!-- <!doctype html> --> ]]> <![CDATA[ <meta http-equiv="refresh" content="0;url={bait}/meta">',
        f'{MARKER}<link rel="stylesheet" href="{bait}/link"><base href="{bait}/"><object data="{bait}/object">',
    ]


def _addresses(bait: str) -> list[str]:
    return [
        *("https://example.com", "HTTPS://EXAMPLE.COM/A?b=c#d", "https://bücher.example/ä", "https://例え.jp/パス"),
        *("http://example.com", f"{bait}/href", "//example.com/x", "example.com", "https://", "https://localhost"),
        *(f"javascript:alert('{MARKER}')", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)"),
        *("file:///etc/passwd", "data:text/html,<script>alert(1)</script>", "vbscript:x", "blob:x", "about:blank"),
        *("https://user:pw@example.com", "https://example.com@evil.example", "https://example.com\\@evil.example"),
        *(
            f'https://example.com/"onclick="{MARKER}',
            f"https://example.com/<{MARKER}>",
            "mailto:a@example.com?bcc=b@c.de",
        ),
        *("tel:+45 31 55 02 78", "tel:112;phone-context=evil", "https://example.com/" + "x" * 300, "https://[::1]/"),
    ]


def _markup(bait: str) -> list[str]:
    """Pieces of Markdown and HTML, of which hostile texts are put together."""
    return [
        *(
            "**",
            "*",
            "_",
            "__",
            "~~",
            "`",
            "``",
            "[",
            "](",
            ")",
            "![",
            "<",
            ">",
            "&",
            "\\",
            "#",
            "- ",
            "* ",
            "+ ",
            "1. ",
        ),
        *(
            "\n",
            "\n\n",
            "\n  - ",
            "\n    * ",
            "\n2. ",
            "\n> ",
            "\n# ",
            "\n---\n",
            "\n```\n",
            "• ",
            "\t",
            " ",
            "x",
            MARKER,
        ),
        *(
            "<p>",
            "</p>",
            "<br>",
            "<b>",
            "</b>",
            "<u>",
            "<ul>",
            "</ul>",
            "<ol start=-7>",
            "<li>",
            "</li>",
            "<table>",
            "<td>",
        ),
        *(
            "<a>",
            "</a>",
            "<div",
            '"',
            "'",
            "/>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
            "<svg>",
            "<math>",
            "<template>",
        ),
        *(
            "&amp;",
            "&lt;script&gt;",
            "&#0;",
            "&#x202e;",
            "&#xD800;",
            "&#99999999;",
            "&notanentity;",
            "&nbsp;",
            "&colon;",
        ),
        *("[x](javascript:alert(1))", "[x](data:text/html,x)", f"[x]({bait}/md)", "<javascript:alert(1)>", "[a]: x"),
        *(
            "<a href=javascript:alert(1)>",
            '<a href="java&#10;script&colon;alert(1)">',
            f'<a href="{bait}/a" onclick=x()>',
        ),
        *(f'<img src="{bait}/i" onerror=x()>', f"![x]({bait}/image)", "<script>", "</script>", "<style>", "</style>"),
        *(
            f'<p style="background:url({bait}/s)">',
            f"<iframe src={bait}/f>",
            "{{ 7007*7007 }}",
            "https://example.com/_a_",
        ),
        *(
            "<p>**",
            "<ul><li>" * 40,
            "<div>" * 60,
            "- " * 50,
            "> " * 50,
            "[" * 80,
            "*a " * 60,
            "&amp;" * 80,
            "- a\n" * 90,
        ),
    ]


_WORLD = (
    *(
        "Ærøskøbing",
        "Straße",
        "Ελληνικά",
        "Українська",
        "Tiếng Việt",
        "हिन्दी क्षत्रिय",
        "ภาษาไทยที่ไม่มีช่องว่าง",
        "日本語の文章",
        "简体中文",
    ),
    *("繁體中文", "한국어", "العربية 123 ABC", "עברית 45%", "فارسی نیم‌فاصله", "👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 1️⃣ 👍🏽", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́"),
    *(
        "\u202eright to left\u202c",
        "\u2067isolate\u2069",
        "\u200f\u200e\u061c",
        "a\u0000b\u0007c\u001bd\u007fe\u0085f",
        "\ufeff\ufffe\uffff\ufdd0",
    ),
    *(
        "\ud800",
        "\udfff tail",
        "\ud83d alone",
        "\U0010ffff\U000e0001",
        "\ue000 private \U000f0000",
        "\u0378 unassigned",
    ),
    *(
        "soft\u00adhyphen",
        "no\u00a0break",
        "zero\u200bwidth\u200cjoin\u200d",
        "line\u2028para\u2029graph",
        "tab\tnew\nline\r\n",
    ),
    *(
        "e\u0301 \u1100\u1161 \ufb01 \ufdfa ½ ①",
        "x" * 400,
        "Donaudampfschiff" * 12,
        "漢" * 200,
        "ا" * 200,
        "👍" * 60,
        "-" * 120,
    ),
    *("", " ", "\n\n", "\u3000", ".", "0", "null", "None", "-1", "1e309", "../../etc/passwd", "%s%n{0}{}", "A", "é"),
)
_DATES = ("2024", "2024-02", "2024-02-29", "1000", "2999-12-31", " 2020-01 ", "", None)
_NO_DATES: tuple[Any, ...] = (
    *("2023-02-29", "2024-13", "20240101", "May 2020", "0000", "3000", "-2020", "2020-1", "２０２０"),
    *("2020-01-01T00:00:00Z", 2020, True),
)
_JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "text",
    [],
    {},
    [[]],
    [None],
    {"a": {"b": []}},
    [MARKER, 5],
    {MARKER: MARKER},
)

_LOCALES = (
    *("en", "en_GB", "de-AT", "pt-BR", "sr-Latn", "vi", "el", "uk", "ar", "ar-EG-u-nu-arab", "he", "fa"),
    *("hi", "th", "ja", "ko", "zh-Hant", "zh-TW", "xx", "zzzz-Q-1"),
)
_IMAGES = (
    "data:image/png;base64," + base64.b64encode(_PNG).decode(),
    "https://example.com/photo.png",
    "",
)
_NO_IMAGES = (
    "data:image/png;base64," + base64.b64encode(_PNG[:40]).decode(),
    "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    f'data:image/png;base64,{MARKER}" onerror="alert(1)',
    "data:,",
)


def texts(bait: str) -> SearchStrategy[Any]:
    """Any text: hostile, of the world's scripts, empty, of pieces of markup, or of random characters (lone surrogates
    too)."""
    known = st.sampled_from([*_hostile(bait), *_WORLD])
    anything = st.text(st.characters(), max_size=30).map(lambda text: MARKER + text)
    markup = st.lists(st.sampled_from(_markup(bait)), min_size=1, max_size=25).map("".join)
    return known | known | st.tuples(known, known).map("".join) | anything | markup | markup


def cvs(bait: str) -> SearchStrategy[Any]:
    """A CV as a client sends it, most of them valid; some have a value or two of a wrong type."""
    return _damaged(_part(Resume, bait).map(_as_sent)).map(_as_sent)


def options(takes: Takes, bait: str) -> SearchStrategy[Any]:
    """Options of which some do not fit a template that takes `takes`."""
    hostile = st.sampled_from(_hostile(bait))
    titles = st.dictionaries(
        st.sampled_from(SECTIONS), st.sampled_from(["Career", "経歴", "X" * 60]) | hostile, max_size=3
    )
    fitting = {
        "locale": st.sampled_from(_LOCALES),
        "pageFormat": st.sampled_from(takes.pageFormat),
        "accentColor": st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True),
        "fontFamily": st.sampled_from(takes.fontFamily or ["Lato"]),
        "density": st.sampled_from(takes.density or ["normal"]),
        "fontSize": st.integers(80, 130),
        "lineHeight": st.integers(85, 130),
        "margins": st.integers(60, 130),
        "pageBreaks": st.dictionaries(st.sampled_from(SECTIONS), st.sampled_from(get_args(PageBreak)), max_size=3),
        "photo": st.booleans(),
        "sectionOrder": st.permutations(SECTIONS).flatmap(lambda order: st.integers(0, 12).map(lambda n: order[:n])),
        "sectionTitles": titles,
        "fit": st.sampled_from(get_args(Fit)),
        "maxPages": st.integers(1, 20),
        "textFormat": st.sampled_from(get_args(TextFormat)),
    }
    assert fitting.keys() == Options.model_fields.keys()
    fits = st.fixed_dictionaries({}, optional={name: value for name, value in fitting.items() if name in takes.names()})
    wrong = st.dictionaries(
        st.sampled_from([*fitting, MARKER, "url"]),
        hostile
        | st.sampled_from(_JUNK)
        | st.sampled_from(["red", "#12345", "#0b5a70;", "Comic Sans", "A5", "en-", "url(x)"]),
        min_size=1,
        max_size=2,
    )
    either = st.tuples(fits, st.just({}) | st.just({}) | st.just({}) | wrong).map(lambda pair: {**pair[0], **pair[1]})
    return either.map(_as_sent)


def _part(model: type[Part], bait: str) -> SearchStrategy[Any]:
    """An object of the CV: any of its fields, of the right types."""
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {"unknown": st.sampled_from(_JUNK)}
    for name, field in model.model_fields.items():
        strategy = _field(name, field.annotation, bait)
        (required if field.is_required() else optional)[name] = strategy
    return st.fixed_dictionaries(required, optional=optional)


def _field(name: str, kind: Any, bait: str) -> SearchStrategy[Any]:
    if name == "name":
        # Mostly one that can be printed: a CV without a name is refused.
        return st.sampled_from(
            ["Jane Doe", "山田 太郎", "ليلى", f'{MARKER} <b>"O\'Neil"</b> {{{{ 7007*7007 }}}}']
        ) | texts(bait)
    if name == "image":
        return st.sampled_from(_IMAGES * 8 + _NO_IMAGES)
    if name == "url":
        return st.sampled_from(_addresses(bait)) | texts(bait)
    if name in ("email", "phone"):
        return st.sampled_from(
            ["jane@example.com", f"{MARKER}@example.com?bcc=x@y.z", "+45 31 55 02 78", f"+1 555;{MARKER}"]
        ) | texts(bait)
    if is_date(kind):
        return st.sampled_from(_DATES)
    if kind is str:
        return texts(bait)
    if isinstance(kind, type) and issubclass(kind, Part):
        return _part(kind, bait) | st.none()
    (item,) = get_args(kind)
    if isinstance(item, type) and issubclass(item, Part):
        return st.lists(_part(item, bait) | st.sampled_from([None, {}]), max_size=3)
    return st.lists(texts(bait) | st.none(), max_size=4) | st.none()


def _damaged(cvs: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Now and then a value somewhere is replaced by one of another type, or by an odd date."""
    damage = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(_JUNK + _NO_DATES)), min_size=1, max_size=2)
    choices = st.integers(0, 4).flatmap(lambda n: damage if n == 4 else st.just([]))
    return st.tuples(cvs, choices).map(lambda pair: _replace(*pair))


def _replace(cv: Any, choices: Any) -> Any:
    for number, junk in choices:
        places = list(_places(cv))
        if places:
            holder, key = places[number % len(places)]
            # A copy: what is shared by all could come to hold itself.
            holder[key] = copy.deepcopy(junk)
    return cv


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def _as_sent(value: Any) -> Any:
    """Through JSON and back, as a request comes in: lone surrogates survive it, tuples do not."""
    return json.loads(json.dumps(value))

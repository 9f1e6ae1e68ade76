"""Jinja2's sandbox, made faster: renderer.html.sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from cv.resume import Resume, validate_cv
from renderer.html.sandbox import Sandbox

CV = {"basics": {"name": "A & B"}, "work": [{"name": "<Acme>", "highlights": ["a", "b"]}]}


class _Odd:
    """An object that has a method of strings under another name, and one that is marked as unsafe."""

    written = "{0.__class__}".format
    items = (1,)

    def spoil(self) -> str:
        return "spoilt"

    spoil.unsafe_callable = True  # type: ignore[attr-defined]


def result(kind: type[ImmutableSandboxedEnvironment], source: str, resume: Resume) -> str:
    """What a template gives, or the type of what it raises."""
    environment = kind(autoescape=True, undefined=StrictUndefined)
    values: dict[str, Any] = {"cv": resume, "odd": _Odd(), "markup": Markup("<b>"), "items": [2, 1], "of": {"get": 1}}
    try:
        return environment.from_string(source).render(values)
    except Exception as e:
        return type(e).__name__


@pytest.mark.parametrize(
    "source",
    [
        "{{ cv.basics.name }} {{ cv.work[0].name }} {{ markup }} {{ 1 }} {{ none }}",
        "{{ cv.nothing }}",
        "{{ cv.model_fields }}",
        "{{ cv.__class__ }}",
        "{{ cv['__class__'] }}",
        "{{ cv|attr('__class__') }}",
        "{{ cv._x }}",
        "{{ ''.__class__.mro() }}",
        "{{ cv.is_blank.__func__.__globals__ }}",
        "{{ cv.work.append(1) }}",
        "{% set add = items.append %}{{ add(1) }}",
        "{{ of.clear() }}",
        "{{ of.get('get') }} {{ of.update }}",
        "{{ '{0.__class__}'.format(cv) }}",
        "{{ '{0.basics.name}'.format(cv) }} {{ ('{}'|safe).format('<') }}",
        "{{ odd.written(cv) }}",
        "{% for i in items %}{{ i }}{{ odd.written and 1 }}{{ odd.written(i) }}{% endfor %}",
        "{% for i in items %}{{ i }}{{ '{0.__class__}'.format and 1 }}{{ '{0.__class__}'.format(i) }}{% endfor %}",
        "{% for i in items %}{{ (markup ~ '{0.__class__}').format(i) }}{% endfor %}",
        "{% for i in items %}{{ odd.spoil and i }}{{ odd.spoil() }}{% endfor %}",
        "{% for i in items %}{{ cv.basics.location.is_blank() }}{{ cv.is_blank(1) }}{% endfor %}",
        "{% for key in of %}{{ of.items()|list }}{{ of.get(key, default=2) }}{{ loop.cycle(1) }}{% endfor %}",
        "{% for it in [of, {'keys': 2}] %}{{ it.missing|default(3) }}{{ it.keys()|list }}{% endfor %}",
        "{{ odd.spoil() }}",
        "{{ odd.spoil.unsafe_callable }}",
        "{{ items|sort|join('<') }} {{ items|map('string')|list }} {{ items|sum }} {{ items|first }}",
        "{% set n = namespace(x=1) %}{% for i in items %}{% set n.x = n.x + i %}{% endfor %}{{ n.x }}{{ n.y }}",
        "{% macro m(a, b='<', c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m('&') }}{{ m(1, 2) }}{{ m(1, c=3) }}",
        "{% macro m(a, b=1) %}{{ b }}{{ a }}{% endmacro %}{{ m(b=1) }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}",
        "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}",
        "{% macro m(a) %}{{ a }}{{ caller('<') }}{% endmacro %}{% call(x) m(1) %}{{ x }}!{% endcall %}{{ m(2) }}",
        "{% macro m(a) %}<{{ a }}>{% endmacro %}{% for i in items %}{{ m(i) }}{{ m(i) ~ '<' }}{% endfor %}",
        "{% macro m() %}<b>{% endmacro %}{% autoescape false %}{{ m() }}{{ m() ~ '<' }}{% endautoescape %}{{ m() }}",
        "{{ range(200000) }}",
        "{{ nothing }}",
    ],
)
def test_the_sandbox_of_jinja_gives_the_same(source: str) -> None:
    resume = validate_cv(CV)
    expected = result(ImmutableSandboxedEnvironment, source, resume)
    assert [result(Sandbox, source, resume) for _ in range(2)] == [expected] * 2


def test_an_answer_is_remembered_for_its_type_only() -> None:
    environment = Sandbox(autoescape=True)
    template = environment.from_string("{{ it.get and 1 }}{{ it.items and 2 }}{{ it.pop and 3 }}")
    assert template.render(it={"get": 0}) == "12"
    assert template.render(it=_Odd()) == "2"

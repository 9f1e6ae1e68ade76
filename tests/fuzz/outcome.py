"""What may come of a CV: a harmless document, or a refusal that names the field and quotes nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.fuzz.strategies import MARKER
from tests.unit.renderer.html.test_fill import assert_harmless

_VOID = {"meta", "br", "wbr", "img"}
_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# The only attributes that hold what is in the data; all values are escaped.
_FOR_DATA = {"href", "alt", "src"}
_RUNNING_NAME = re.compile(r'--running-name: "(?:[A-Za-z0-9]|\\[0-9a-f]+ )*";')
# What a template engine would make of {{ 7007*7007 }}.
_EVALUATED = "49098049"


class _Strict(HTMLParser):
    """Fails on what is not well-formed: tags that do not match, attributes twice, comments, declarations."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.style = ""
        self.policies: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open, f"not closed: {self._open}"
        assert not self.rawdata, f"not read: {self.rawdata[:100]!r}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"<{tag}> has an attribute twice: {names}"
        assert not any(name.startswith("on") or name == "style" for name in names), f"<{tag}> has {names}"
        for name, value in attrs:
            assert name in _FOR_DATA or MARKER not in (value or ""), f"data in {name} of <{tag}>"
        values = dict(attrs)
        if values.get("http-equiv"):
            assert values["http-equiv"] == "Content-Security-Policy", values
            self.policies.append(values.get("content") or "")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> out of order"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:100]!r}")

    def handle_decl(self, decl: str) -> None:
        assert decl == "doctype html", f"a declaration: {decl[:100]!r}"

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data[:100]!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data[:100]!r}")


def assert_safe_document(source: str) -> None:
    """The HTML is well-formed, fetches and runs nothing, and holds data only where data may be."""
    document = _Strict(source)
    assert document.policies == [_CSP]
    style, names = _RUNNING_NAME.subn("", document.style)
    assert names == 1
    assert MARKER not in style
    assert _EVALUATED not in source
    assert_harmless(source)


def assert_names_fields(details: list[dict[str, str]], root: str) -> None:
    """Each problem says which field, under `root`, and what is wrong with it, without quoting the data."""
    assert details
    for detail in details:
        assert re.match(rf"{root}(\.|\[|$)", detail["field"]), detail
        assert detail["message"]
        assert MARKER not in detail["field"] + detail["message"], detail

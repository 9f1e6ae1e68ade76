"""The table of the chart's values in its README, made from values.yaml and the comments there.

The comments have helm-docs' form: `# -- ` and a text over a key, on as many lines as it needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

_BEGIN = "<!-- Made from values.yaml by `make docs`; do not edit it here. -->\n"
_END = "<!-- The end of what is made. -->\n"
_FREE = ("resources", "requests", "limits")


@dataclass(frozen=True, slots=True)
class Value:
    """A value, or a group of values, by its dotted path."""

    path: str
    default: str | None
    """As JSON; None for a group."""
    meaning: str


def with_table(readme: str, values: str) -> str:
    """The README with the table made anew. ValueError where it has no place for it."""
    before, begin, rest = readme.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError("the README has no place for the table of values")
    return before + begin + "\n" + "".join(_table(values)) + end + after


def of_text(values: str) -> Iterator[Value]:
    """All values in the order of the text, groups before what is in them."""
    root = yaml.compose(values, Loader=yaml.SafeLoader)
    assert root is not None, "values.yaml is empty"
    yield from _of_node(root, values.splitlines(), "")


def _of_node(node: yaml.Node, lines: list[str], path: str) -> Iterator[Value]:
    for key, value in node.value:
        inner = f"{path}.{key.value}".lstrip(".")
        meaning = _comment(lines, key.start_mark.line)
        # Groups of an object that Kubernetes defines are one value.
        if isinstance(value, yaml.MappingNode) and value.value and key.value not in _FREE:
            yield Value(inner, None, meaning)
            yield from _of_node(value, lines, inner)
        else:
            yield Value(inner, json.dumps(_plain(value), ensure_ascii=False), meaning)


def _plain(node: yaml.Node) -> object:
    return yaml.safe_load(yaml.serialize(node))


def _comment(lines: list[str], line: int) -> str:
    """The comment over a line, without its marks."""
    found: list[str] = []
    while line and lines[line - 1].lstrip().startswith("#"):
        line -= 1
        text = lines[line].lstrip().removeprefix("#").strip()
        found.insert(0, text.removeprefix("-- "))
        if text.startswith("-- "):
            return " ".join(found)
    return ""


def _table(values: str) -> Iterator[str]:
    yield "| value | default | meaning |\n| --- | --- | --- |\n"
    for value in of_text(values):
        default = "" if value.default is None else f"`{value.default}`"
        # An empty cell says as much as a group's name without one.
        if value.default is not None or value.meaning:
            yield f"| `{value.path}` | {default} | {value.meaning.replace('|', '&#124;')} |\n"
    yield "\n"

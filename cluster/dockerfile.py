"""What a target of a Dockerfile is made of: its instructions and the files of the context, so that it can be named
after its content. Pure; understands what our Dockerfile uses and refuses what it does not.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class NotUnderstood(ValueError):
    """The Dockerfile does something that this module cannot follow; the text names it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it. needs: stages it starts from or copies from. sources: paths in the context."""

    instructions: tuple[str, ...]
    needs: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Target:
    """All that decides what a target's image holds, but the contents of `sources`."""

    instructions: tuple[str, ...]
    sources: frozenset[str]


def _instructions(text: str) -> Iterator[str]:
    """Instructions on one line each, without comments."""
    pending = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        pending += line.rstrip()
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        if re.match(r"(RUN|COPY|ADD)\b.*<<-?['\"]?\w+", pending.lstrip(), re.IGNORECASE):
            raise NotUnderstood(f"here-documents are not followed: {pending}")
        yield pending.strip()
        pending = ""


def _copy(arguments: str, needs: set[str], sources: set[str]) -> None:
    """Notes where a COPY or ADD takes its files from."""
    words = shlex.split(arguments) if not arguments.lstrip().startswith("[") else json.loads(arguments)
    flags = [word for word in words if word.startswith("--")]
    paths = [word for word in words if not word.startswith("--")]
    origin = [flag.removeprefix("--from=") for flag in flags if flag.startswith("--from=")]
    if origin:
        needs.add(origin[0])
        return
    for source in paths[:-1]:
        if re.search(r"[*?\[$]|^\w+://", source):
            raise NotUnderstood(f"only plain paths are followed: COPY {arguments}")
        sources.add(source.removeprefix("./").strip("/") or ".")


def stages(text: str) -> tuple[tuple[str, ...], Mapping[str, Stage]]:
    """The instructions before the first FROM, and the stages by name. Raises NotUnderstood."""
    preamble: list[str] = []
    found: dict[str, Stage] = {}
    name, lines, needs, sources = "", preamble, set[str](), set[str]()

    def close() -> None:
        if name:
            found[name] = Stage(tuple(lines), frozenset(needs), frozenset(sources))

    for instruction in _instructions(text):
        keyword, _, arguments = instruction.partition(" ")
        match keyword.upper():
            case "FROM":
                close()
                parsed = re.fullmatch(r"(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?", arguments, re.IGNORECASE)
                if parsed is None:
                    raise NotUnderstood(instruction)
                name, lines, needs, sources = parsed[2] or str(len(found)), [], {parsed[1]}, set()
            case "COPY" | "ADD":
                _copy(arguments, needs, sources)
            case "RUN" if re.match(r"(--\S+\s+)*--mount=(?!type=(cache|tmpfs|secret|ssh)\b)", arguments):
                raise NotUnderstood(f"bind mounts are not followed: {instruction}")
        lines.append(instruction)
    close()
    return tuple(preamble), found


def target(text: str, name: str) -> Target:
    """What the target `name` and the stages under it consist of. Raises NotUnderstood, and KeyError for no target."""
    preamble, found = stages(text)
    wanted: dict[str, Stage] = {}
    todo = [name]
    while todo:
        each = todo.pop()
        if each not in wanted and (each in found or each == name):
            wanted[each] = found[each]
            todo += found[each].needs
    ordered = [stage for key, stage in found.items() if key in wanted]
    return Target(
        instructions=preamble + tuple(line for stage in ordered for line in stage.instructions),
        sources=frozenset(source for stage in ordered for source in stage.sources),
    )

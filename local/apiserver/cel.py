"""Expressions of the Common Expression Language, evaluated by the CEL project's own implementation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional


class Broken(Exception):
    """An expression cannot be compiled, or not be evaluated with these values."""


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The value of an expression; Broken."""
    value = _compiled(expression, tuple(sorted(variables))).eval(data=dict(variables))
    if value.type() == cel.Type.ERROR:
        raise Broken(f"{expression}: {value.value()}")
    return _plain(value.value())


@cache
def _compiled(expression: str, names: Iterable[str]) -> cel.Expression:
    environment = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN), extensions=[ext_optional.ExtOptional()])
    try:
        return environment.compile(expression)
    except Exception as e:
        raise Broken(f"{expression}: {e}") from e


def _plain(value: Any) -> Any:
    """What maps and lists hold comes as values of the library."""
    if isinstance(value, cel.Value):
        return _plain(value.value())
    if isinstance(value, Mapping):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value

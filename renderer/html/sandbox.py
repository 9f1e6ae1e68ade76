"""Jinja2's sandbox, made faster: most of the time to fill a template was what Jinja2 does around reading and writing.

It asks of every access whether it is safe, which depends on the type of the object and the name only, and makes what is
escaped already anew wherever it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from inspect import unwrap
from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.nodes import Expr
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape
from pydantic import BaseModel

# Markup() of what is a string: half of its time is to find that out.
_markup: Callable[[str], Markup] = partial(str.__new__, Markup)
_METHODS = frozenset({MethodType, BuiltinMethodType})
_ESCAPED = re.compile("[&<>'\"]")


class _Generator(CodeGenerator):
    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class Sandbox(ImmutableSandboxedEnvironment):
    """The same rules and the same output as those of ImmutableSandboxedEnvironment."""

    code_generator_class = _Generator

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.escaped = _escaped
        # Each filter that has a form for asynchronous templates asks at every call which of the two is meant.
        self.filters = {name: _synchronous(function) for name, function in self.filters.items()}
        self._is_safe: dict[tuple[type, str], bool] = {}
        self._fields: dict[type, frozenset[str]] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute that exists."""
        # As many as there are attributes: `value` was read before this is asked.
        key = type(obj), attr
        safe = self._is_safe.get(key)
        if safe is None:
            safe = self._is_safe[key] = super().is_safe_attribute(obj, attr, value)
        return safe

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute or an item of this name."""
        kind = type(obj)
        fields = self._fields.get(kind)
        if fields is None:
            fields = self._fields[kind] = frozenset(kind.model_fields if issubclass(kind, BaseModel) else ())
        # Most of what is read are data of the CV, which are no methods.
        if attribute in fields:
            return getattr(obj, attribute)
        if self._is_safe.get((kind, attribute)):
            try:
                value = getattr(obj, attribute)
            except AttributeError:
                pass
            else:
                return self.wrap_str_format(value) or value if type(value) in _METHODS else value
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of a call in a template."""
        kind = type(obj)
        if kind is not Macro and (kind not in _METHODS or hasattr(obj, "jinja_pass_arg")):
            return super().call(context, obj, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if kind is not Macro:
            if not self.is_safe_callable(obj):
                raise SecurityError(f"{obj!r} is not safely callable")
            return obj(*args, **kwargs)
        # Most of what is called are macros, with arguments by position: nothing is left to find out about these.
        left = obj._argument_count - len(args)
        others = kwargs or left < 0 or obj.caller or obj.catch_kwargs or obj.catch_varargs
        if others or not context.eval_ctx.autoescape:
            return obj(context.eval_ctx, *args, **kwargs)
        return _markup(obj._func(*args, *[missing] * left))


def _synchronous(function: Callable[..., Any]) -> Callable[..., Any]:
    return unwrap(function) if hasattr(function, "jinja_async_variant") else function


def _escaped(value: Any) -> str:
    """What a template writes of a value: most texts have nothing to escape, and Markup() of them takes the time."""
    kind = type(value)
    return value if kind is Markup or (kind is str and not _ESCAPED.search(value)) else escape(value)

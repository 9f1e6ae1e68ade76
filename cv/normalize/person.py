"""What is the person's: their name, the ways to reach them, their accounts, or the whole of basics."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from cv import resume
from cv.accounts import without_scheme
from cv.names import NETWORKS, field_names, first_names, last_names, squeezed
from cv.normalize.shapes import holds_objects
from cv.normalize.texts import is_empty

_OF_NETWORK = re.compile(r"(url|link|profile|username|handle|id)$")
_ABOUT_ME = frozenset({"about", "aboutme"})
# What an object of that name holds that is a text with a heading.
_OF_TEXT = ("label", "summary")
_BETWEEN_WAYS = re.compile(r"\s*[|•·\n]\s*")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+")
_PHONE = re.compile(r"\+?[0-9() ./-]{6,}")


def way_of(text: str) -> str | None:
    """The field of basics that a text is by itself: an e-mail address or a telephone number."""
    if _EMAIL.fullmatch(text.strip()):
        return "email"
    return "phone" if _PHONE.fullmatch(text.strip()) else None


def way_of_profile(profile: dict[str, Any]) -> str | None:
    """The field of basics that an account is: one named email that has an e-mail address."""
    way = way_of(without_scheme(str(profile.get("username") or profile.get("url") or "")))
    return way if way and field_names(resume.Basics).get(squeezed(str(profile.get("network") or ""))) == way else None


def is_person(key: str, value: Any) -> bool:
    """Whether a value is the whole of basics; a text or a list of texts is one field of it.

    So is an object with a text about the person, beside one that says who it is.
    """
    if not isinstance(value, dict):
        return holds_objects(value)
    own = field_names(resume.Basics)
    if squeezed(key) not in _ABOUT_ME:
        return True
    return any(own.get(squeezed(inner)) not in (None, *_OF_TEXT) or squeezed(inner) in given_names() for inner in value)


@cache
def given_names() -> tuple[str, ...]:
    """The names, squeezed, of fields with a part of the person's name."""
    return (*first_names(), *last_names())


def ways_in_line(value: Any) -> list[str]:
    """The texts of a line with several ways to reach a person: j@example.org | 030 123 456 | York."""
    texts = _BETWEEN_WAYS.split(value) if isinstance(value, str) else []
    return texts if len(texts) > 1 and any(map(way_of, texts)) else []


def is_name(key: str) -> bool:
    """Whether a field holds the person's name or a part of it."""
    return field_names(resume.Basics).get(squeezed(key)) == "name" or squeezed(key) in given_names()


def are_in_two_scripts(one: str, other: str) -> bool:
    """Whether one name is in Latin letters, and the other in those of another script."""
    latin = [
        {unicodedata.name(sign, "").startswith("LATIN") for sign in name if sign.isalpha()} for name in (one, other)
    ]
    return latin in ([{True}, {False}], [{False}, {True}])


def has_name(key: str, value: Any) -> bool:
    """Whether a value is the whole of basics, with the person's name, at any depth of objects in it."""
    if isinstance(value, list):
        return any(has_name(key, item) for item in value)
    if not isinstance(value, dict) or not is_person(key, value):
        return False
    sections = field_names(resume.Resume)
    return any(
        is_name(inner) or (sections.get(squeezed(inner)) == "basics" and has_name(inner, item))
        for inner, item in value.items()
    )


def is_of_basics(key: str) -> bool:
    """Whether a field is one of basics, of the address or the name, or an account."""
    name = squeezed(key)
    return (
        name in field_names(resume.Basics)
        or name in field_names(resume.Location)
        or name in given_names()
        or network_of(name) is not None
    )


def network_of(name: str) -> str | None:
    """The network that a squeezed name is of: GitHub for githuburl."""
    return NETWORKS.get(name) or NETWORKS.get(_OF_NETWORK.sub("", name))


def account_of(network: str, profile: dict[str, Any]) -> dict[str, Any]:
    """A profile whose network is the name of its field."""
    if set(profile) == {"network"}:
        return {"network": network, "username": profile["network"]}
    return {"network": network, **{name: value for name, value in profile.items() if not is_empty(value)}}

"""The accounts of a person, each once: CVs name them in several lists, by a name, an address or both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cv import resume
from cv.fields import MAX_ENTRIES
from cv.names import WEBSITE, field_names, squeezed

# Before a number or an e-mail address, for programs.
_SCHEME = re.compile(r"^\s*(?:tel|mailto):\s*", re.IGNORECASE)
_NO_DIGITS = re.compile(r"[^0-9+]")
_AROUND = re.compile(r"^(?:https?://)?(?:www\.)?|/+$", re.IGNORECASE)

_WEBSITE = frozenset({*WEBSITE.split(), "webpage", "personalwebsite", "url"})

Account = dict[str, Any]
"""An entry of basics.profiles, of which nothing is certain to be there."""


def each_once(accounts: Sequence[Any], basics: Mapping[str, Any]) -> list[Any]:
    """The accounts without those that say nothing beyond another one or beyond the url, email and phone of basics.

    More than a CV may have are refused, and would be compared with each other in quadratic time.
    """
    if len(accounts) > MAX_ENTRIES:
        return [*accounts]
    kept: list[Any] = []
    for account in accounts:
        if not isinstance(account, dict) or not any(map(_text, account.values())):
            kept.append(account)
        elif not (_is_website(account, _text(basics.get("url"))) or _is_contact(account, basics)):
            place = next((n for n, other in enumerate(kept) if isinstance(other, dict) and _same(other, account)), None)
            if place is None:
                kept.append(account)
            else:
                kept[place] = _joined(kept[place], account)
    return kept


def without_scheme(text: str) -> str:
    """A telephone number or an e-mail address without tel: or mailto:, which nobody reads."""
    return _SCHEME.sub("", text)


def bare_url(url: Any) -> str:
    """An address without what differs from one way to write it to the other. Capitals count behind the host's name."""
    host, slash, path = _AROUND.sub("", _text(url)).partition("/")
    return host.casefold() + slash + path


def _same(one: Account, other: Account) -> bool:
    """Whether two entries are one account: at one address, or with one name in one network."""
    both = (one, other)
    urls = [url for account in both if (url := bare_url(account.get("url")))]
    names = {name for account in both if (name := _name(account))}
    networks = {network for account in both if (network := _network(account))}
    if len({*urls}) > 1 or len(names) > 1:
        return False
    if len(urls) == 2:
        return len(networks) < 2 or any(_says(urls[0], network) for network in networks)
    url = "".join(urls)
    handles = {_name(account) or url.rpartition("/")[2].casefold() for account in both}
    in_one = len(networks) == 1 and all(_network(account) or _says(url, *networks) for account in both)
    return in_one and len(handles) == 1


def _joined(one: Account, other: Account) -> Account:
    """One account with what both entries have; a name that its address says as well gives way to another one."""
    joined = {**other, **{field: value for field, value in one.items() if _text(value)}}
    if _network(other) not in ("", _network(one)) and _says(bare_url(joined.get("url")), _network(one)):
        joined["network"] = other["network"]
    return joined


def _is_website(account: Account, website: str) -> bool:
    """Whether an entry is the person's website again, and says nothing more of it."""
    url, network = bare_url(account.get("url")), _network(account)
    return (
        bool(url)
        and url == bare_url(website)
        and (not network or network in _WEBSITE or _says(url, network))
        and _name(account) in url.casefold()
    )


def _is_contact(account: Account, basics: Mapping[str, Any]) -> bool:
    """Whether an entry is named email or phone, and is what basics have there."""
    field = field_names(resume.Basics).get(_network(account), "")
    if field not in ("email", "phone"):
        return False
    texts = {without_scheme(_text(account.get(name))).casefold() for name in ("username", "url")} - {""}
    own = _spelled(field, _text(basics.get(field)).casefold())
    return bool(own) and {_spelled(field, text) for text in texts} == {own}


def _spelled(field: str, text: str) -> str:
    """An e-mail address, or the digits of a telephone number."""
    return text if field == "email" else _NO_DIGITS.sub("", text)


def _says(url: str, network: str) -> bool:
    """Whether the name of a network is that of an address: github in github.com/jane."""
    return network in url.partition("/")[0].split(".")


def _network(account: Account) -> str:
    return squeezed(_text(account.get("network")))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _name(account: Account) -> str:
    """The name in an account; its address says none."""
    name = _text(account.get("username"))
    return "" if bare_url(name) == bare_url(account.get("url")) else name.lstrip("@").casefold()

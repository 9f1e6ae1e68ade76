"""Accounts that a CV names in several lists: cv.accounts."""

from __future__ import annotations

from typing import Any

import pytest

from cv.accept import accept_cv

GITHUB = {"network": "GitHub", "username": "jane", "url": "https://github.com/jane"}


def profiles(**basics: Any) -> list[dict[str, str]]:
    result = accept_cv({"basics": {"name": "Jane Doe", **basics}})
    assert result.warnings == ()
    return [profile.model_dump(exclude_defaults=True) for profile in result.resume.basics.profiles]


@pytest.mark.parametrize(
    "links",
    [
        [{"name": "GitHub", "url": "https://github.com/jane"}],
        [{"name": "GitHub", "url": "http://www.github.com/jane/"}],
        ["https://github.com/jane"],
        [{"username": "github.com/jane", "url": "https://github.com/jane"}],
        [{"network": "github", "username": "@Jane"}],
        {"github": "jane"},
    ],
)
def test_an_account_that_is_named_in_two_lists_is_printed_once(links: Any) -> None:
    assert profiles(social=[GITHUB], links=links) == [GITHUB]


def test_what_two_entries_say_of_an_account_is_joined() -> None:
    named = [{"name": "My code", "url": "https://github.com/jane"}]
    assert profiles(social=[{"network": "GitHub", "username": "jane"}], links=["https://github.com/jane"]) == [GITHUB]
    assert profiles(social=[GITHUB], links=named) == [{**GITHUB, "network": "My code"}]
    assert profiles(github="jane", links=[{"name": "GitHub", "url": "https://github.com/jane"}]) == [GITHUB]


def test_the_persons_website_is_no_account() -> None:
    assert profiles(url="https://jane.example.org", links=["http://jane.example.org/"]) == []
    assert profiles(url="https://github.com/jane", links=[{"name": "GitHub", "url": "github.com/jane"}]) == []
    named = {"network": "Website", "username": "jane.example.org", "url": "https://jane.example.org"}
    assert profiles(url="https://jane.example.org", profiles=[named]) == []
    for network in ("Blog", "Portfolio"):
        named = {"network": network, "url": "https://jane.example.org"}
        assert profiles(url="https://jane.example.org", profiles=[named]) == [named]


def test_the_persons_email_and_phone_are_no_accounts() -> None:
    own = {"email": "jane@example.org", "phone": "+44 20 7946 0321"}
    assert profiles(**own, social={"email": "mailto:jane@example.org", "phone": "tel:+442079460321"}) == []
    assert profiles(**own, links=[{"name": "E-mail", "url": "mailto:Jane@example.org"}]) == []
    assert profiles(**own, links=[{"name": "E-mail", "url": "mailto: jane@example.org"}]) == []
    others = [{"network": "Email", "username": "office@example.org"}, {"network": "Work", "username": own["email"]}]
    assert profiles(**own, profiles=others) == others
    assert profiles(phone="on request", profiles=[phone := {"network": "Phone", "username": "call"}]) == [phone]


def test_two_accounts_in_one_network_are_two() -> None:
    two = [{"network": "GitHub", "username": "jane"}, {"network": "GitHub", "username": "acme"}]
    assert profiles(profiles=two) == two
    two = [{"network": "X", "username": "jane"}, {"url": "https://example.org/jane"}]
    assert profiles(profiles=two) == two
    # Capitals count in an address, though not in the name of its host.
    two = [{"network": "YouTube", "url": f"https://youtube.com/channel/{channel}"} for channel in ("UCaB", "UCAb")]
    assert profiles(profiles=two) == two
    assert profiles(profiles=[two[0]], links=["HTTPS://www.YouTube.com/channel/UCaB"]) == [two[0]]
    two = [{"network": "GitHub", "url": "https://github.com/jane"}, {"network": "GitHub", "username": "acme"}]
    assert profiles(profiles=two) == two

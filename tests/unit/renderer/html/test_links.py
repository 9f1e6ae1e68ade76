"""Which addresses become links: renderer.html.links."""

from __future__ import annotations

import pytest

from renderer.html.links import addresses, mail_link, mails, phone_link, phones, shown_url, web_link


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://example.com", "https://example.com"),
        ("http://example.com", "http://example.com"),
        ("HTTPS://example.com:8443/a?b=c#d", "HTTPS://example.com:8443/a?b=c#d"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("https://example.org/d'observation", "https://example.org/d'observation"),
        ("example.com", "https://example.com"),
        ("www.example.com/", "https://www.example.com/"),
        ("github.com/jane/tool", "https://github.com/jane/tool"),
        ("Example.com:8080/a", "https://Example.com:8080/a"),
        ("jane@example.com", "mailto:jane@example.com"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("tel:+45 31 55 02 78", "tel:+4531550278"),
    ],
)
def test_an_address_becomes_a_link(url: str, href: str) -> None:
    assert web_link(url) == href


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "data:text/html,x.example",
            "vbscript:x.io",
        ),
        *("file:///etc/passwd", "//example.com", "https://user@example.com", "https://a:b@example.com"),
        *("https://example.com@evil.example", "https://example.com\\@evil.example", "C:\\files.com"),
        *('https://example.com/" onclick="x', "https://localhost", "https://", "", "n/a", "@jane", "192.168.0.1"),
        "https://example.com/" + "x" * 3000,
    ],
)
def test_what_is_no_safe_address_stays_text(url: str) -> None:
    assert web_link(url) is None


def test_a_mail_address_carries_nothing_else() -> None:
    assert mail_link("jane+cv@example.com") == "mailto:jane+cv@example.com"
    assert mail_link("jané@exämple.com") == "mailto:jan%C3%A9@ex%C3%A4mple.com"
    for address in ("a@b.c?bcc=x@y.z", "a@b.c&x", "a b@c.d", "a@b", "a@b.c,d@e.f", "<a@b.c>", "a%0d@b.c"):
        assert mail_link(address) is None


@pytest.mark.parametrize(
    ("number", "href"),
    [
        ("+44 (0)20 7946 0321", "tel:+442079460321"),
        ("(555) 010-0199", "tel:5550100199"),
        ("(+49) 157-30404362", "tel:+4915730404362"),
        ("+49\u00a0157\u2011304", "tel:+49157304"),
        ("555.010.0199", "tel:5550100199"),
    ],
)
def test_a_telephone_number_becomes_a_link(number: str, href: str) -> None:
    assert phone_link(number) == href


@pytest.mark.parametrize("number", ["+1 555 0199;ext=5", "call me", "+", "12", "", "+++1 234", "1" * 29])
def test_what_is_no_telephone_number_stays_text(number: str) -> None:
    assert phone_link(number) is None


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("+49 30 901820", ["tel:+4930901820"]),
        ("Mobile (+49 30 901820)", [None, "tel:+4930901820", None]),
        ("(030) 901820, (030) 901821 (evenings)", ["tel:030901820", None, "tel:030901821", None]),
        ("ask me", [None]),
        ("room A901820b", [None]),
        ("030 901820 (since 2019-05-01)", ["tel:030901820", None, None, None]),
        ("030/901820 (at home)", ["tel:030901820", None]),
        ("030 901820 (9-17h)", ["tel:030901820", None]),
        ("+49 30 901820x", [None]),
        ("home 555-0100/0101 or 2019/05/01", [None, None, None, None]),
        ("born 12.03.1990, abroad 2010 - 2012", [None, None, None, None]),
    ],
)
def test_each_telephone_number_in_a_text_becomes_a_link(text: str, hrefs: list[str | None]) -> None:
    pieces = list(phones(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert [href for _, href in pieces] == hrefs


def test_each_mail_address_in_a_text_becomes_a_link() -> None:
    assert list(mails("Work (a@example.org), b@example.org")) == [
        ("Work (", None),
        ("a@example.org", "mailto:a@example.org"),
        ("), ", None),
        ("b@example.org", "mailto:b@example.org"),
    ]


def test_an_address_is_written_without_its_scheme() -> None:
    assert shown_url("https://www.example.com/") == "example.com"
    assert shown_url("github.com/jane") == "github.com/jane"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.org/talks.", {"https://example.org/talks": "https://example.org/talks"}),
        ("HTTP://EXAMPLE.ORG", {"HTTP://EXAMPLE.ORG": "HTTP://EXAMPLE.ORG"}),
        ("(https://example.org/A_(b))", {"https://example.org/A_(b)": "https://example.org/A_(b)"}),
        ("“https://example.org/a”", {"https://example.org/a": "https://example.org/a"}),
        ("请看https://example.org/a。谢谢", {"https://example.org/a": "https://example.org/a"}),
        (
            "https://example.org/a,https://example.org/b",
            {"https://example.org/a": "https://example.org/a", "https://example.org/b": "https://example.org/b"},
        ),
        (
            "jane@example.org or tel:+4531550278",
            {"jane@example.org": "mailto:jane@example.org", "tel:+4531550278": "tel:+4531550278"},
        ),
        ("mailto:jane@example.org;", {"mailto:jane@example.org": "mailto:jane@example.org"}),
        ("github.com/jane/x!", {"github.com/jane/x": "https://github.com/jane/x"}),
        ("GitHub.com/jane", {"GitHub.com/jane": "https://GitHub.com/jane"}),
        ("www.example.at, jane.example.at", {"www.example.at": "https://www.example.at"}
         | {"jane.example.at": "https://jane.example.at"}),
    ],
)  # fmt: skip
def test_addresses_in_a_text_are_found_without_the_sentence_around_them(text: str, found: dict[str, str]) -> None:
    assert {text[start:end]: href for start, end, href in addresses(text)} == found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ASP.NET, Node.js and socket.io",
            "README.md, main.rs, deploy.sh, src/main.py",
            "e.g. this, i.e. that, 3.5 km",
        ),
        *("and/or", "os.path/join", "in the team.Then I", "done.it was", "v1.2.3", "foo@bar", "key=example.com"),
        *("javascript:alert(1)", "JAVASCRIPT:alert(1)//example.com/a", "data:text/html;base64,PHN", "file:///a.com/x"),
        *("https://user:pw@example.org/", "https://localhost", "mailto:", "tel:", "://", "www.", "@"),
    ],
)
def test_what_merely_looks_like_an_address_stays_text(text: str) -> None:
    assert list(addresses(text)) == []


@pytest.mark.parametrize("end", [")", "]", ".", "(", ")."])
def test_a_million_brackets_after_an_address_are_no_link_and_take_no_quadratic_time(end: str) -> None:
    assert list(addresses("https://example.org/" + end * 1_000_000)) == []

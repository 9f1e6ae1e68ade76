"""Pictures among the signs: renderer.html.emoji."""

from __future__ import annotations

import pytest

from renderer.html.emoji import with_pictures


def marked(text: str) -> str:
    return (
        with_pictures(f"<body>{text}")
        .removeprefix("<body>")
        .replace('<span class="emoji">', "[")
        .replace("</span>", "]")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up 📈, ✅ done", "up [📈], [✅] done"),
        ("👩🏽‍💻 and 👨‍👩‍👧‍👦", "[👩🏽‍💻] and [👨‍👩‍👧‍👦]"),
        ("🏳️‍🌈 🏴\U000e0067\U000e0062\U000e007f", "[🏳️‍🌈] [🏴\U000e0067\U000e0062\U000e007f]"),
        # Begun by a sign that is no picture by itself.
        ("❤️‍🔥 ☝🏽", "❤️‍🔥 ☝🏽"),
        # Signs, and what is wanted as one.
        ("☎ ✔ → ★ ♂ 📈\ufe0e 5 #", "☎ ✔ → ★ ♂ 📈\ufe0e 5 #"),
        ('<a href="x📈">📈</a>', '<a href="x📈">[📈]</a>'),
    ],
)
def test_a_picture_is_marked_as_a_whole(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_the_head_stays_as_it_is() -> None:
    assert with_pictures("<title>📈</title><body>") == "<title>📈</title><body>"

"""Pictures among the signs: renderer.html.emoji."""

from __future__ import annotations

import pytest

from renderer.html.emoji import with_pictures


def marked(text: str) -> str:
    return with_pictures(text).replace('<span class="emoji">', "[").replace("</span>", "]")


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
        # A joiner at the end of a text joins nothing behind the tag, which U+0000 stands for.
        ("📈\u200d\0📈", "[📈]\u200d\0[📈]"),
    ],
)
def test_a_picture_is_marked_as_a_whole(text: str, expected: str) -> None:
    assert marked(text) == expected

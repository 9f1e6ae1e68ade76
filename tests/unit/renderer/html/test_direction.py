"""Texts in a document that runs the other way, and Latin words in brackets in a sentence from right to left."""

from __future__ import annotations

import pytest

from renderer.html.direction import in_order


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("מערכות (Kubernetes, Go, Rust)", "מערכות (Kubernetes,\u200f Go,\u200f Rust)"),
        ("تحليل (Spark، Airflow)، و", "تحليل (Spark،\u200f Airflow)، و"),
        ("שפות\0 (a, b)\0", "שפות\0 (a, b)\0"),
    ],
)
def test_latin_words_in_brackets_come_in_the_order_of_the_sentence(text: str, ordered: str) -> None:
    assert in_order(text) == ordered


@pytest.mark.parametrize("text", ["Go (Kubernetes, Rust)", "API. (Django, PaaS) שלום", "שלום (דנה, Go)", "שלום a, b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert in_order(text) == text

"""The share of words that readers get of CVs in scripts whose glyphs are shaped, in all templates: see docs/ats.md."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from tests.documents import ats, readers

# In per cent: what was reached, less a word or two. What PDFium lacks in Arabic and Hebrew are Latin words and
# addresses, and test_limits.py shows that it does so in any document.
LEAST: Mapping[str, Mapping[str, float]] = {
    "Devanagari": {"pdftotext": 99.8, "PDFium": 99.8, "pdftotext -layout": 99.8, "pdftotext -raw": 99.8, "MuPDF": 99.8},
    "Thai": {"pdftotext": 99.8, "PDFium": 99.8, "pdftotext -layout": 99.2, "pdftotext -raw": 99.8, "MuPDF": 99.8},
    "Arabic": {"pdftotext": 99.8, "PDFium": 99.0, "pdftotext -layout": 99.8, "pdftotext -raw": 82.0, "MuPDF": 93.2},
    "Hebrew": {"pdftotext": 99.7, "PDFium": 98.7, "pdftotext -layout": 99.7, "pdftotext -raw": 88.0, "MuPDF": 96.5},
}


@cache
def shares() -> Mapping[str, ats.Share]:
    """Of each script, over all templates."""
    samples = [sample for sample, script in ats.SCRIPTS.items() if script in LEAST]
    found = {script: ats.Share(0, Counter()) for script in LEAST}
    for document, lost in ats.read_all(asyncio.run(ats.print_all(samples, ()))):
        share = found[ats.SCRIPTS[document.sample]]
        share.words += len(document.words)
        share.lost.update({reader: len(words) for reader, words in lost.items()})
    return found


@pytest.mark.parametrize(
    ("script", "reader"), [(script, reader) for script, least in LEAST.items() for reader in least]
)
def test_readers_get_the_words(script: str, reader: str) -> None:
    if reader not in readers.readers():
        pytest.skip(f"{reader} is not on this machine")
    assert shares()[script].of(reader) >= LEAST[script][reader]

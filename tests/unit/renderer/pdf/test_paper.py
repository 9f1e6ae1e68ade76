"""The size of finished pages."""

from __future__ import annotations

import pikepdf
import pytest

from renderer.pdf.paper import cut


@pytest.mark.parametrize(
    ("width", "wanted"), [(595.92, 595.276), (595.5, 595.276), (595.276, 595.276), (594.96, 594.96), (612, 612)]
)
def test_a_page_that_is_a_little_wider_than_a4_is_cut_to_it(width: float, wanted: float) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width, 841.92)).obj
        cut(page)
        assert [float(edge) for edge in page.MediaBox] == pytest.approx([0, 0, wanted, 841.92])

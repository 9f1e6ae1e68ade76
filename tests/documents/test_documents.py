"""Every template with every sample CV on both papers keeps every rule (see rules.py and report.py)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.documents.report import Row
from tests.documents.samples import Case, cases


@pytest.mark.parametrize("case", cases(), ids=str)
def test_document(rows: Mapping[Case, Row], case: Case) -> None:
    if rows[case].broken:
        pytest.fail(str(rows[case]), pytrace=False)

"""Each warning reaches a client that asks for details, and one that does not."""

from __future__ import annotations

import pytest

from cv.warnings import WarningCode
from tests.contract.client import Client
from tests.warned import CAUSES


def test_each_code_has_a_request_that_causes_it() -> None:
    # No template of the project offers a typeface that its image lacks.
    assert set(WarningCode) - set(CAUSES) == {WarningCode.FONT_MISSING}


@pytest.mark.parametrize("code", CAUSES)
def test_a_client_reads_each_warning(client: Client, code: WarningCode) -> None:
    caused = CAUSES[code]
    job_id = client.job(caused.body)

    plain = client.finished(job_id)

    assert plain["status"] == "done", plain
    (warning,) = [warning for warning in plain["warnings"] if warning["code"] == code]
    assert warning["field"] == caused.field
    assert warning["message"]
    assert client.get(job_id, details="true").json()["warnings"] == plain["warnings"]


def test_many_warnings_come_together(client: Client) -> None:
    together = [WarningCode.COUNTRY_UNKNOWN, WarningCode.DATE_AS_WRITTEN, WarningCode.FIELD_IGNORED]
    basics = {name: value for code in together for name, value in CAUSES[code].cv["basics"].items()}
    cv = CAUSES[WarningCode.DATE_AS_WRITTEN].cv | {"basics": basics}

    job_id = client.job({**CAUSES[WarningCode.DATE_AS_WRITTEN].body, "cvData": cv})
    client.finished(job_id)

    warnings = client.get(job_id, details="true").json()["warnings"]
    assert {(warning["code"], warning["field"]) for warning in warnings} == {
        (code, CAUSES[code].field) for code in together
    }

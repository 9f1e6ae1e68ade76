"""Selectors and durations, as Kubernetes writes them."""

from __future__ import annotations

import pytest

from local.apiserver.forms import human_duration
from local.apiserver.resources import PODS
from local.apiserver.selectors import field_selector, label_selector
from local.apiserver.status import Refused

POD = {
    "metadata": {"name": "a,b", "labels": {"app": "pdf", "example.com/tier": "web"}},
    "spec": {"nodeName": "local"},
    "status": {},
}


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ("", True),
        ("app=pdf", True),
        ("app == pdf,example.com/tier=web", True),
        ("app=pdf,example.com/tier!=web", False),
        ("app in (x, pdf), example.com/tier", True),
        ("app notin (x,y)", True),
        ("!app", False),
        ("!other", True),
        ("other!=x", True),
        ("other notin (x)", True),
        ("other=", False),
    ],
)
def test_labels_are_selected_by(selector: str, selected: bool) -> None:
    assert label_selector(selector)(POD) is selected


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ("", True),
        (r"metadata.name=a\,b", True),
        ("spec.nodeName==local,status.phase=", True),
        ("status.phase!=Running", True),
        ("spec.nodeName!=local", False),
    ],
)
def test_fields_are_selected_by(selector: str, selected: bool) -> None:
    assert field_selector(PODS, selector)(POD) is selected


@pytest.mark.parametrize("selector", ["a b", "=x", "a in x", "a=b=c"])
def test_what_is_no_label_selector_is_refused(selector: str) -> None:
    with pytest.raises(Refused) as caught:
        label_selector(selector)
    assert caught.value.code == 400


@pytest.mark.parametrize("selector", ["metadata.name", "spec.image=x"])
def test_what_is_no_field_selector_is_refused(selector: str) -> None:
    with pytest.raises(Refused) as caught:
        field_selector(PODS, selector)
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (205, "3m25s"),
        (725, "12m"),
        (7200, "120m"),
        (10_800, "3h"),
        (11_100, "3h5m"),
        (40_000, "11h"),
        (172_800, "2d"),
        (180_000, "2d2h"),
        (864_000, "10d"),
        (3 * 365 * 86_400, "3y"),
        (3 * 365 * 86_400 + 86_400, "3y1d"),
        (9 * 365 * 86_400 + 86_400, "9y"),
    ],
)
def test_an_age_is_written_as_kubectl_does(seconds: int, text: str) -> None:
    assert human_duration(seconds) == text

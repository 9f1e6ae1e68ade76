"""The wrong clocks of the fault tests: what is wrong is the time of day, and nothing else."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.chaos import faketime

# What the API and the controller run on: the time of day, and timers of every kind.
PROGRAM = """
import asyncio, json, threading, time

def took(wait):
    began = time.monotonic()
    wait()
    return time.monotonic() - began

async def times_out():
    try:
        async with asyncio.timeout(0.05):
            await asyncio.Event().wait()
    except TimeoutError:
        pass

waits = {
    "sleep": lambda: time.sleep(0.05),
    "thread": lambda: threading.Event().wait(0.05),
    "asyncio": lambda: asyncio.run(asyncio.sleep(0.05)),
    "timeout": lambda: asyncio.run(times_out()),
}
day, durations = time.time(), time.monotonic()
print(json.dumps({"day": day, "durations": durations, "waits": {name: took(wait) for name, wait in waits.items()}}))
"""


@pytest.mark.parametrize("seconds", [900, -900])
def test_the_time_of_day_is_wrong_and_no_duration(seconds: int) -> None:
    variables = {**os.environ, **faketime.environment(str(faketime.library()), seconds)}
    day, durations = time.time(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=variables, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    seen = json.loads(done.stdout)
    assert 0 <= seen["day"] - day - seconds < 30
    assert 0 <= seen["durations"] - durations < 30
    assert all(0.04 < took < 10 for took in seen["waits"].values()), seen["waits"]


def test_the_config_map_carries_the_library() -> None:
    content = faketime.library().read_bytes()
    manifest = faketime.config_map(content)
    assert {name: base64.b64decode(data) for name, data in manifest["binaryData"].items()} == {
        "libfaketime.so.1": content
    }
    assert len(json.dumps(manifest)) < 2**20, "more than a ConfigMap takes"


def test_a_patched_container_preloads_what_the_config_map_brings() -> None:
    pod = pod_of(faketime.wrong_clock("api", seconds=-900))
    [container], [volume] = pod["containers"], pod["volumes"]
    [mount] = container["volumeMounts"]
    manifest = faketime.config_map(b"")
    [file] = manifest["binaryData"]
    assert container["name"] == "api"
    assert volume == {"name": mount["name"], "configMap": {"name": manifest["metadata"]["name"]}}
    assert {each["name"]: each["value"] for each in container["env"]} == {
        "LD_PRELOAD": f"{mount['mountPath']}/{file}",
        "FAKETIME": "-900s",
        "DONT_FAKE_MONOTONIC": "1",
    }


def test_all_of_it_is_taken_back() -> None:
    wrong, right = pod_of(faketime.wrong_clock("api", seconds=900)), pod_of(faketime.right_clock("api"))
    # By the keys that strategic merge patches go by.
    for items, key in (("env", "name"), ("volumeMounts", "mountPath")):
        given, gone = wrong["containers"][0][items], right["containers"][0][items]
        assert gone == [{key: each[key], "$patch": "delete"} for each in given]
    assert right["volumes"] == [{"name": each["name"], "$patch": "delete"} for each in wrong["volumes"]]
    assert right["containers"][0]["name"] == "api"


def pod_of(patch: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = patch["spec"]["template"]["spec"]
    return pod

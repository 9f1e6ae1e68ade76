"""The probes of a container: one try, and the count of tries that decides."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from local.kubelet.launch import ADDRESS, CannotRun, Launch


class Prober:
    """Tries the probes of one container. Close it at the end."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))

    async def close(self) -> None:
        """Close its connections."""
        await self._session.close()

    async def succeeds(self, probe: Mapping[str, Any]) -> bool:
        """Whether a probe (core/v1 Probe with httpGet or exec) succeeds now, within its timeoutSeconds."""
        try:
            async with asyncio.timeout(probe.get("timeoutSeconds", 1)):
                if "httpGet" in probe:
                    return await self._http(probe["httpGet"])
                return await self._exec(probe["exec"]["command"])
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    async def _http(self, get: Mapping[str, Any]) -> bool:
        port = self._launch.ports.get(get["port"], get["port"])
        url = f"http://{ADDRESS}:{port}{get.get('path', '/')}"
        async with self._session.get(url, allow_redirects=False) as response:
            return 200 <= response.status < 400

    async def _exec(self, command: list[str]) -> bool:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self._launch.folder,
            env=dict(self._launch.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            return await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def check(container: Mapping[str, Any]) -> None:
    """CannotRun when a container has a probe of another kind."""
    for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
        probe = container.get(kind)
        if probe and not {"httpGet", "exec"} & probe.keys():
            raise CannotRun("CreateContainerConfigError", f"{kind}: only httpGet and exec can be tried here")


@dataclass(slots=True)
class Threshold:
    """Turns the outcomes of a probe into a verdict, by its failureThreshold and successThreshold."""

    probe: Mapping[str, Any]
    verdict: bool | None = None
    """None until one of the thresholds is reached for the first time."""
    _last: bool | None = None
    _in_a_row: int = 0

    def note(self, success: bool) -> bool | None:
        """Count an outcome; the verdict after it."""
        self._in_a_row = self._in_a_row + 1 if success is self._last else 1
        self._last = success
        needed = self.probe.get("successThreshold", 1) if success else self.probe.get("failureThreshold", 3)
        if self._in_a_row >= needed:
            self.verdict = success
        return self.verdict

"""The storage endpoint as a thing one opens and closes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from local.serving import serving
from local.storage.app import storage_app
from local.storage.objects import Objects


class StorageServer:
    """A bucket whose objects are files in a folder.

    Its `url` is both a renderer's STORAGE_EMULATOR_HOST and its PDFEXPORT_STORAGE_PUBLIC_URL.
    """

    def __init__(self, folder: Path, bucket: str, *, port: int = 0) -> None:
        """The folder is made when it is not there. Port 0 is a free one."""
        self._app = storage_app(Objects(folder, bucket))
        self._port = port
        self._open = AsyncExitStack()
        self.url = ""
        """Where it listens, without a slash at the end; empty until it is open."""

    async def __aenter__(self) -> Self:
        self.url = await self._open.enter_async_context(serving(self._app, port=self._port))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

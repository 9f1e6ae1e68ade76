"""The storage endpoint as a thing one opens and closes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.applications import Starlette

from local.serving import serving


class StorageServer:
    """A bucket whose objects are files in a folder. STORAGE_EMULATOR_HOST of the renderers is its `url`, and so is
    PDFEXPORT_STORAGE_PUBLIC_URL."""

    def __init__(self, folder: Path, bucket: str, *, port: int = 0) -> None:
        """The folder is made when it is not there. Port 0 is a free one."""
        self._folder = folder
        self._bucket = bucket
        self._port = port
        self._open = AsyncExitStack()
        self.url = ""
        """Where it listens, without a slash at the end; empty until it is open."""

    async def __aenter__(self) -> Self:
        self.url = await self._open.enter_async_context(serving(Starlette(), port=self._port))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

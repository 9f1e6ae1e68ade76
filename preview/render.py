"""Renders what the page asks for, with the renderer's own code, and keeps the last documents."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import tempfile
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY

from cv.warnings import Warning
from preview.cvs import Cv, read_cv
from preview.paths import Workspace
from preview.problems import Problem, problem_of
from preview.watch import Snapshot, snapshot
from renderer.chromium.browser import Printer
from renderer.document import Documents
from renderer.html.fill import Templates
from renderer.html.glyphs import Coverage
from renderer.pdf.finish import Document
from runtime.text import counted

log = logging.getLogger("preview")

# As a job's timeoutSeconds by default.
_SECONDS = 60
# Documents whose pages can still be asked for: the one shown, the one before, those of other tabs.
_KEPT = 16
_STEPS = ("fill", "print", "finish")


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What came of one rendering: a document or a problem. `milliseconds` has what each step took."""

    document: Document | None = None
    warnings: tuple[Warning, ...] = ()
    problem: Problem | None = None
    milliseconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.document is None:
            return str(self.problem)
        size, spent = len(self.document.pdf) / 1000, sum(self.milliseconds.values())
        parts = [counted(self.document.pages, "page"), f"{size:.1f} kB", f"{spent:.0f} ms"]
        return ", ".join([*parts, *([counted(len(self.warnings), "warning")] if self.warnings else [])])


class Previews:
    """Renders one template; what it is made of is read anew when a file of it has changed."""

    def __init__(self, workspace: Workspace, printer: Printer, coverage: Coverage | None) -> None:
        self._workspace = workspace
        self._printer = printer
        self._coverage = coverage
        self._lock = asyncio.Lock()
        self._links = tempfile.TemporaryDirectory(prefix="pdf-export-preview-")
        self._folder = Path(self._links.name)
        self._loaded: tuple[Snapshot, Documents] | None = None
        self._schema: dict[str, Any] | None = None
        self._documents: OrderedDict[str, Document] = OrderedDict()

    def close(self) -> None:
        """Remove the folder of links."""
        self._links.cleanup()

    def document(self, sha256: str) -> Document | None:
        """A document rendered lately."""
        return self._documents.get(sha256)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what the template takes, as it last could be read."""
        return self._schema or {"properties": {}}

    async def render(self, cv: Path, options: Mapping[str, Any]) -> RenderResult:
        """The document of the CV in a file. `options` come before those that the file asks for."""
        async with self._lock:
            try:
                return await self._render(cv, options)
            except Exception as e:
                # Whatever it is, the page says it, and the next change is another try.
                return RenderResult(problem=problem_of(e, self._folder))

    async def _render(self, cv: Path, options: Mapping[str, Any]) -> RenderResult:
        loaded = 0.0
        state = await asyncio.to_thread(lambda: snapshot(self._workspace.sources()))
        if self._loaded is None or self._loaded[0] != state:
            began = time.monotonic()
            self._loaded = state, await asyncio.to_thread(self._load)
            loaded = time.monotonic() - began
        documents = self._loaded[1]
        read = await asyncio.to_thread(read_cv, cv)
        spec = spec_of(self._workspace.template_id, read, options)
        before = _step_seconds()
        async with asyncio.timeout(_SECONDS):
            rendered = await documents.render(spec)
        steps = {name: seconds - before[name] for name, seconds in _step_seconds().items()}
        self._keep(rendered.document)
        return RenderResult(
            rendered.document,
            rendered.warnings,
            milliseconds={name: seconds * 1000 for name, seconds in {"load": loaded, **steps}.items()},
        )

    def _load(self) -> Documents:
        self._workspace.link(self._folder)
        templates = Templates([self._folder], coverage=self._coverage)
        if self._workspace.template_id in templates.ids:
            self._schema = templates.takes(self._workspace.template_id).options_schema()
        return Documents(templates, self._printer)

    def _keep(self, document: Document) -> None:
        self._documents[document.sha256] = document
        self._documents.move_to_end(document.sha256)
        while len(self._documents) > _KEPT:
            self._documents.popitem(last=False)


def spec_of(template_id: str, cv: Cv, options: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of the job that would make this document; `options` come before the CV's own."""
    # Own options that are no object are passed on, so that the validation reports them.
    own = {**cv.options, **options} if isinstance(cv.options, Mapping) else cv.options
    return {"templateId": template_id, "cvData": cv.data, "options": own}


def coverage_here() -> Coverage | None:
    """What the fonts of this machine can show; None without fontconfig, and then no character is replaced."""
    try:
        return Coverage.of_system()
    except (OSError, subprocess.SubprocessError):
        log.warning("fontconfig is not here (fc-list): characters without a glyph are not reported")
        return None


def _step_seconds() -> dict[str, float]:
    """The seconds that the renderer has spent in each step so far, as its metrics have them."""
    name = "pdf_export_renderer_step_seconds_sum"
    return {step: REGISTRY.get_sample_value(name, {"step": step}) or 0.0 for step in _STEPS}

"""The objects of one bucket, as files in a folder: for each its content and, beside it, its metadata as JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]

# What a client may set of an object's metadata.
_CLIENT_FIELDS = ("contentType", "contentDisposition", "cacheControl", "contentLanguage", "contentEncoding", "metadata")


class NotStored(Exception):
    """There is no object of this name."""


class ConditionNotMet(Exception):
    """The object is of another generation than the request was for."""


class Damaged(Exception):
    """The content is not what its checksum says."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its metadata as Cloud Storage's JSON API shows it, and the file of its content."""

    metadata: JsonObject
    file: Path

    @property
    def generation(self) -> int:
        """The number that each new content gets."""
        return int(self.metadata["generation"])

    @property
    def download_tokens(self) -> list[str]:
        """The tokens of which one must be in a download link."""
        tokens: str = (self.metadata.get("metadata") or {}).get("firebaseStorageDownloadTokens", "")
        return [token for token in tokens.split(",") if token]


class Objects:
    """A bucket. Files are named by the hash of the object's name, which may be longer than a file name or be a path."""

    def __init__(self, folder: Path, bucket: str) -> None:
        """The folder is made when it is not there; what is in it is served."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.bucket = bucket

    def get(self, name: str) -> Stored:
        """One object. NotStored."""
        content, metadata = self._files(name)
        try:
            return Stored(json.loads(metadata.read_text()), content)
        except FileNotFoundError:
            raise NotStored(name) from None

    def list(self, prefix: str) -> list[Stored]:
        """The objects whose names begin with a prefix, by name."""
        every = (json.loads(file.read_text()) for file in self._folder.glob("*.json"))
        found = sorted((each for each in every if each["name"].startswith(prefix)), key=lambda each: str(each["name"]))
        return [Stored(metadata, self._files(metadata["name"])[0]) for metadata in found]

    def put(self, given: JsonObject, content: bytes, *, generation: int | None) -> Stored:
        """Store an object with the metadata that the client gives it, its name among them.

        `generation` is the one to be replaced, 0 for none; None: whatever there is. ConditionNotMet, Damaged.
        """
        name: str = given["name"]
        self._check(name, generation)
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        if given.get("md5Hash", digest) != digest:
            raise Damaged(name)
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        number = str(time.time_ns() // 1000)
        metadata = {
            "kind": "storage#object",
            "id": f"{self.bucket}/{name}/{number}",
            "name": name,
            "bucket": self.bucket,
            "generation": number,
            "metageneration": "1",
            "contentType": "application/octet-stream",
            **{key: given[key] for key in _CLIENT_FIELDS if key in given},
            "storageClass": "STANDARD",
            "size": str(len(content)),
            "md5Hash": digest,
            "etag": number,
            "timeCreated": now,
            "updated": now,
        }
        file, description = self._files(name)
        file.write_bytes(content)
        description.write_text(json.dumps(metadata))
        return Stored(metadata, file)

    def delete(self, name: str, *, generation: int | None) -> None:
        """Remove an object. NotStored, ConditionNotMet."""
        self.get(name)
        self._check(name, generation)
        for file in reversed(self._files(name)):
            file.unlink()

    def _check(self, name: str, generation: int | None) -> None:
        if generation is None:
            return
        try:
            current = self.get(name).generation
        except NotStored:
            current = 0
        if current != generation:
            raise ConditionNotMet(name)

    def _files(self, name: str) -> tuple[Path, Path]:
        stem = hashlib.sha256(name.encode()).hexdigest()
        return self._folder / stem, self._folder / f"{stem}.json"

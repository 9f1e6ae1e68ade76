"""python -m renderer.erase USER: remove all documents of a user from storage, for a request by the law (GDPR, art. 17).

It runs in a renderer's pod, which has the credentials: `kubectl pdfexport erase` starts it there, after it has deleted
the user's jobs. A user is found by the userId of the requests.
"""

from __future__ import annotations

import asyncio
import sys

from crds.errors import JobError
from renderer.settings import Settings
from renderer.storage.firebase import Storage
from runtime.settings import SettingsError
from runtime.text import counted


async def erase(settings: Settings, user_id: str) -> int:
    """Remove the user's documents; how many. JobError when storage refuses or is unreachable."""
    storage = Storage(
        project=settings.storage_project,
        bucket=settings.storage_bucket,
        public_url=settings.storage_public_url,
        threads=1,
    )
    try:
        return await storage.erase(user_id)
    finally:
        storage.close()


def main(arguments: list[str]) -> int:
    """Run the program: 0 when all is removed, 1 when storage failed, 2 for a wrong call."""
    if len(arguments) != 1 or not arguments[0]:
        print("usage: python -m renderer.erase USER", file=sys.stderr)
        return 2
    try:
        removed = asyncio.run(erase(Settings.from_env(), arguments[0]))
    except SettingsError as e:
        print(e, file=sys.stderr)
        return 2
    except JobError as e:
        print(f"{e.code}: {e.detail or e.message}", file=sys.stderr)
        return 1
    print(f"removed {counted(removed, 'document')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Settings from environment variables that a test names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeVar
from unittest.mock import patch

from runtime.settings import ProgramSettings

S = TypeVar("S", bound=ProgramSettings)


def read_settings(program: type[S], variables: Mapping[str, str]) -> S:
    """What the program reads when `variables` are all that is set."""
    with patch.dict(os.environ, variables, clear=True):
        return program.from_env()

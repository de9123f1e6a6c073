"""What the tests share: the command line to hold against, and questions at random."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


class CommandLine:
    """The command line, in a process of its own."""

    def __call__(self, *words: str) -> Any:
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        line = [sys.executable, "-m", "regimes._command", *words, "-q"]
        return subprocess.run(line, capture_output=True, env=environment, check=False)

    def json(self, *words: str) -> Any:
        done = self(*words, "--format", "json")
        assert done.returncode in (0, 3), (words, done.stderr.decode())
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def command_line() -> CommandLine:
    return CommandLine()


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")



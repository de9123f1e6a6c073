"""What type checkers know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import regimes

ROOT = Path(__file__).parents[2]

EXAMPLE = '''
from __future__ import annotations

import numpy as np
import regimes as rg

data = rg.clusters(d=1024, mu=1, sigma="0.5")
table: rg.Table = data.times(n=20_000, schedule="ddpm-linear")
phi = data.curve("phi", t=np.linspace(0, 8, 200))
column: rg.Column = phi["phi"]
entry = table["t_C.asymptotic"][0]
if isinstance(entry, rg.Number):
    double: float = 2 * entry
    spread: float | None = entry.error
text: str = table.to_csv()
model: rg.Model = rg.linear_manifold(beta=0.5)
try:
    rg.model("manifold", activation="relu")
except rg.ArgumentError as error:
    name: str = error.argument
'''


def run(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_identity_stubs_are_those_of_the_catalogue() -> None:
    generator = ROOT / "crates/python/stubs.py"
    if not generator.exists():
        pytest.skip("the sources are not here")
    space: dict[str, object] = {"__name__": "stubs", "__file__": str(generator)}
    exec(compile(generator.read_text(encoding="utf-8"), str(generator), "exec"), space)
    written = Path(regimes.__file__).with_name("__init__.pyi").read_text(encoding="utf-8")
    assert written == space["text"](), "run python crates/python/stubs.py"  # type: ignore[operator]


def test_identity_examples_pass_strict_type_checks(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    example = tmp_path / "example.py"
    example.write_text(EXAMPLE)
    run("mypy", "--strict", str(example))
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import regimes as rg\nrg.clusters(d=1).times(n=2)['x'].valeu\nrg.clster(d=1)\n")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", str(wrong)], capture_output=True, text=True)
    assert "valeu" in done.stdout and "clster" in done.stdout


def test_identity_the_package_itself_is_typed() -> None:
    pytest.importorskip("mypy")
    package = Path(regimes.__file__).parent
    run("mypy", "--strict", "--ignore-missing-imports", "-p", "regimes")
    assert (package / "py.typed").exists()


def test_identity_the_native_half_has_the_stubs_it_is_said_to_have() -> None:
    pytest.importorskip("mypy")
    run("mypy.stubtest", "regimes._regimes", "--ignore-missing-stub")


def test_identity_examples_pass_another_type_checker(tmp_path: Path) -> None:
    pytest.importorskip("pyright")
    # It fetches itself when it is first run.
    if subprocess.run([sys.executable, "-m", "pyright", "--version"], capture_output=True).returncode:
        pytest.skip("pyright cannot be fetched here")
    (tmp_path / "example.py").write_text(EXAMPLE)
    run("pyright", "--pythonpath", sys.executable, str(tmp_path / "example.py"))

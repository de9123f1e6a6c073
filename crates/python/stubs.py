"""Writes `regimes/__init__.pyi`: what a type checker and an editor know of the package.

The models are the library's catalogue, so their functions are written from it. Run this after the catalogue has
changed, with the package installed: ``python crates/python/stubs.py``. A test compares.
"""

from __future__ import annotations

import ast
from pathlib import Path

import regimes
from regimes import _regimes
from regimes._model import Parameter

HERE = Path(__file__).parent / "regimes"


def function(name: str, about: str, parameters: list[Parameter]) -> str:
    keywords = "".join(f"    {p[0].replace('-', '_')}: Given = ...,\n" for p in parameters)
    doc = f'"""{about[:1].upper()}{about[1:]}."""'
    return f"def {name.replace('-', '_')}(\n    *,\n{keywords}    **parameters: Given,\n) -> Model:\n    {doc}\n    ...\n"


def text() -> str:
    source = (HERE / "__init__.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    imports = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            names = ", ".join(f"{a.name} as {a.name}" for a in node.names if a.name != "makers")
            imports.append(f"from .{node.module} import {names}")
    lines = [
        "# Written by crates/python/stubs.py.",
        "",
        "from ._given import Given",
        *imports,
        "",
        "__version__: str",
        "__all__: list[str]",
        "",
        "def models() -> list[str]: ...",
        "def quantities(model: str | None = None) -> Table: ...",
    ]
    functions = [function(*model) for model in _regimes.models()]
    return "\n".join(lines) + "\n" + "".join(functions)


if __name__ == "__main__":
    (HERE / "__init__.pyi").write_text(text(), encoding="utf-8")
    print(f"{len(regimes.models())} models")

"""The package and the command line give the same bytes for the same question."""

from __future__ import annotations

import random
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Optional

import numpy as np
import pytest

import regimes as rg
from regimes import _regimes

from conftest import CommandLine

#: Seed of the questions: the same ones in every run.
SEED = 20_261_130

#: Parameters of each model, and values that make sense together.
MODELS: dict[str, list[dict[str, str]]] = {
    "clusters": [{"d": "64,1024"}, {"d": "256", "mu": "0.5,2"}, {"d": "30", "sigma": "0.3:1:#3"}, {"d": "inf"}],
    "gaussian": [{"sigma": "2"}, {"eigenvalues": "4,1,0.25"}, {"d": "128", "power-law": "1"}, {"d": "9", "sigma": "0.1"}],
    "linear-manifold": [
        {"beta": "0.3", "embedding": "orthonormal"},
        {"beta": "0.5,2", "embedding": "iid-p"},
        {"p": "20", "d": "80", "embedding": "orthonormal"},
    ],
    "manifold": [{"activation": "relu", "beta": "0.5"}, {"activation": "sign", "beta": "0.7"}],
    "curie-weiss": [{"temperature": "0.5", "d": "1000"}, {"temperature": "0.8,1.5", "d": "400"}],
}

#: Curves that cost little.
CURVES = {
    "clusters": ["phi", "excess-entropy", "information", "class-entropy", "potential"],
    "gaussian": ["excess-entropy", "information"],
    "linear-manifold": ["excess-entropy", "information"],
    "manifold": ["information"],
    "curie-weiss": ["phi", "information", "class-entropy", "potential"],
}


#: Questions of each command.
COUNT = 300

#: How a question is put here, and the words that put it on the command line.
Put = tuple[Callable[[], str], list[str]]


def arguments(given: Mapping[str, str]) -> list[str]:
    return [word for name, text in given.items() for word in (f"--{name}", text)]


def keywords(given: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): text for name, text in given.items()}


def drawn(draw: random.Random, *, single: bool = False) -> tuple[str, dict[str, str], dict[str, str]]:
    """A model, what is given of it, and a sample size."""
    model = draw.choice(list(MODELS))
    given = dict(draw.choice(MODELS[model]))
    if single:
        given = {name: text.split(":")[0] if name == "eigenvalues" else text.split(",")[0].split(":")[0] for name, text in given.items()}
    size = {"alpha": f"{draw.uniform(0.01, 1):.3f}"}
    if given.get("d", "inf") != "inf" and draw.random() < 0.5:
        size = {"n": str(draw.randint(2, 10**6))}
    return model, given, size


def times(draw: random.Random, _: Path) -> Put:
    model, given, size = drawn(draw)
    return lambda: rg.model(model, **keywords(given)).times(**size).to_json(), ["times", model, *arguments({**given, **size})]


def curve(draw: random.Random, _: Path) -> Put:
    model, given, size = drawn(draw)
    name = draw.choice(CURVES[model])
    level = draw.choice([("t", "0.2:3:#4"), ("snr", "0.1:100:*3"), ("t", f"{draw.uniform(0.05, 4):.17g}")])
    asked = {**(size if name == "excess-entropy" else {}), level[0]: level[1]}
    line = ["curve", name, model, *arguments({**given, **asked})]
    return lambda: rg.model(model, **keywords(given)).curve(name, **asked).to_json(), line


def solve(draw: random.Random, _: Path) -> Put:
    model, given, _size = drawn(draw)
    unknown, such_that = draw.choice(["alpha", "log-n"]), f"t_C={draw.uniform(0.2, 2):.4f}"
    line = ["solve", model, *arguments({**given, "for": unknown, "such-that": such_that})]
    if unknown == "log-n" and given.get("d", "inf") == "inf":
        unknown, line[line.index("log-n")] = "alpha", "alpha"
    return lambda: rg.model(model, **keywords(given)).solve(unknown.replace("-", "_"), such_that).to_json(), line


def explain(draw: random.Random, _: Path) -> Put:
    model, given, size = drawn(draw, single=True)
    name = draw.choice([*(["t_S.spectral", "t_C"]), *CURVES[model]])
    level = {"t": f"{draw.uniform(0.1, 3):.17g}"} if name in CURVES[model] and name != "potential" else {}
    asked = {**(size if name in ("t_C", "excess-entropy") else {}), **level}
    if name == "potential":
        asked = {"t": "1.5", "q": "0.3"}
    return lambda: repr(rg.model(model, **keywords(given)).explain(name, **asked)), ["explain", name, model, *arguments({**given, **asked})]


def steps(draw: random.Random, _: Path) -> Put:
    grid = draw.choice(["karras", "optimal", "geometric", "uniform-t", "entropic"])
    given = {
        "sigma": f"{draw.uniform(0.3, 3):.4f}",
        "grid": grid,
        "steps": str(draw.randint(2, 60)),
        "sigma-noise": f"{draw.uniform(5, 90):.3f}:{draw.uniform(0.01, 1):.3f}",
    }
    return lambda: rg.gaussian().steps(**keywords(given)).to_json(), ["steps", "gaussian", *arguments(given)]


def levels(draw: random.Random, _: Path) -> Put:
    name, t = draw.choice(["ddpm-linear", "edm", "flow", "vp", "sd-scaled-linear"]), f"{draw.uniform(0.1, 3):.17g}"
    return lambda: "\n".join(rg.levels(name, t=t).to_csv().splitlines()[1:]) + "\n", ["schedule", *arguments({"t": t, "schedule": name})]


def simulate(draw: random.Random, _: Path) -> Put:
    experiment = draw.choice(["entropy", "clones", "collapse", "levels"])
    given = {"d": str(draw.randint(1, 8)), "n": str(draw.randint(2, 40)), "blocks": "2", "points": "8", "seed": str(draw.randint(1, 10**6))}
    if experiment != "collapse":
        given["t"] = f"{draw.uniform(0.3, 1):.4f},{draw.uniform(1, 2):.4f}"
    return lambda: rg.clusters().simulate(experiment, **given).to_json(), ["simulate", experiment, "clusters", *arguments(given)]


def dataset(draw: random.Random, folder: Path) -> Put:
    random_numbers = np.random.default_rng(draw.randint(1, 10**9))
    array = random_numbers.normal(size=(draw.randint(6, 40), draw.randint(1, 5)))
    kind = draw.choice(["f8", "f4", "i2"])
    array = (array * 100).astype(kind) if kind == "i2" else array.astype(kind)
    file = folder / "samples.npy"
    np.save(file, array)
    given = {"queries": "16", "blocks": "3", "seed": str(draw.randint(1, 10**6))}
    if draw.random() < 0.4:
        del given["blocks"]
        given["t"] = f"{draw.uniform(0.1, 2):.17g}"
    return lambda: rg.dataset(array).times(**given).to_csv(), ["dataset", str(file), *arguments(given)]


def validate(draw: random.Random, folder: Path) -> Put:
    t = sorted(draw.uniform(0.1, 3) for _ in range(4))
    value, stderr = [draw.uniform(0.4, 1) for _ in t], [draw.uniform(0.01, 0.2) for _ in t]
    file = folder / "measured.csv"
    rows = [f"{a!r},{b!r},{c!r}" for a, b, c in zip(t, value, stderr)]
    file.write_text("\n".join(["t,value,stderr", *rows]) + "\n")
    given = {"d": str(draw.randint(2, 200)), "sigma": f"{draw.uniform(0.3, 3):.4f}"}
    data = rg.clusters(**given)
    line = ["validate", str(file), "clusters", *arguments({**given, "against": "phi"})]
    return lambda: data.validate({"t": t, "value": value, "stderr": stderr}, "phi").to_csv(), line


def training(draw: random.Random, _: Path) -> Put:
    given = {
        "activation": draw.choice(["tanh", "relu", "erf", "z+0.1*z^3"]),
        "psi-n": f"{10 ** draw.uniform(-1, 2):.17g}",
        "psi-p": f"{10 ** draw.uniform(-1, 2):.17g}",
        "t": f"{10 ** draw.uniform(-3, 0.3):.17g}",
    }
    word = draw.choice(["losses", "losses", "times", "spectrum"])
    if draw.random() < 0.3:
        given["noise-draws"] = str(draw.randint(1, 4))
    if word == "losses":
        given[draw.choice(["tau", "ridge"])] = f"{10 ** draw.uniform(-2, 4):.17g}"
    put = getattr(rg.training(**keywords(given)), word)
    return lambda: put().to_json(), ["training", word, *arguments(given)]


COMMANDS = (times, curve, solve, explain, steps, levels, simulate, dataset, validate, training)

#: Formats in which they are compared, where it is not JSON.
FORMATS = {explain: [], levels: ["--format", "csv"], dataset: ["--format", "csv"], validate: ["--format", "csv"]}


@pytest.mark.parametrize("command", COMMANDS)
def test_identity_random_questions_give_the_bytes_of_the_command_line(
    command: Callable[[random.Random, Path], Put], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    draw, answered = random.Random(SEED), 0
    for _ in range(COUNT):
        ask, line = command(draw, tmp_path)
        try:
            mine: Optional[str] = ask()
        except rg.RegimesError:
            mine = None
        capfd.readouterr()
        # In this process: thousands of interpreters would take minutes to start.
        status = _regimes.run(["regimes", *line, *FORMATS.get(command, ["--format", "json"]), "--quiet"])
        theirs = capfd.readouterr().out
        if mine is None:
            assert status == 2 and not theirs, shlex.join(line)
            continue
        if command in (levels, dataset, validate):  # the first lines say what was typed
            mine, theirs = body(mine), body(theirs)
        assert mine == theirs, shlex.join(line)
        answered += 1
    assert answered >= 0.9 * COUNT


def body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def test_identity_numbers_are_the_texts_that_they_print_as(command_line: CommandLine) -> None:
    draw = random.Random(SEED)
    for _ in range(50):
        sigma, t = draw.uniform(0.1, 3), 10 ** draw.uniform(-3, 1)
        table = rg.clusters(d=64, sigma=sigma).curve("phi", t=[t, 2 * t])
        done = command_line("curve", "phi", "clusters", "--d", "64", "--sigma", repr(sigma), "--t", f"{t!r},{2 * t!r}", "--format", "csv")
        assert table.to_csv() == done.stdout.decode()


def test_identity_any_number_of_threads_gives_the_same_bits() -> None:
    data = rg.gaussian(eigenvalues=[4, 1, 0.25])
    tables = [data.curve("excess-entropy", n=50, t=[0.5, 1, 2], order="exact", threads=k) for k in (1, 2, 3)]
    assert tables[0] == tables[1] == tables[2]


@pytest.mark.parametrize("name", MODELS)
def test_identity_every_explanation_is_that_of_the_command_line(name: str, command_line: CommandLine) -> None:
    given = {name: text.split(",")[0] for name, text in MODELS[name][0].items()}
    if name == "clusters":
        given["d"] = "64"
    data, compared, same = rg.model(name, **given), 0, 0
    for row in set(map(str, data.quantities()["name"].value)):
        asked = {} if row.startswith(("t_S", "phase")) else {"alpha": "0.4"}
        try:
            page = data.explain(row, **asked)
        except rg.RegimesError:
            asked = {"t": "0.7", **asked}
            try:
                page = data.explain(row, **asked)
            except rg.RegimesError:
                continue
        done = command_line("explain", row, name, *arguments({**given, **asked}))
        assert repr(page) == done.stdout.decode(), row
        assert page == data.explain(row, **asked)
        if isinstance(page.value, rg.Number):
            table = data.curve(row, **asked) if "t" in asked else data.times(**{"alpha": "0.4", **asked})
            if page.value.name in table:  # some times are shown only where they are asked for
                assert page.value == table[page.value.name][0], row
                assert (page.value.unit, page.value.source) == (table[page.value.name].unit, table[page.value.name].source)
                same += 1
        compared += 1
    assert compared >= 8 and same >= 3

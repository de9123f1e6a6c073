"""The package and the command line give the same bytes for the same question."""

from __future__ import annotations

import random
import shlex

import pytest

import regimes as rg

from conftest import CommandLine

#: A question: the command's words before the model, the model, and its parameters as both faces take them.
Question = tuple[tuple[str, ...], str, dict[str, str]]

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


def questions(count: int) -> list[Question]:
    draw = random.Random(SEED)
    made: list[Question] = []
    while len(made) < count:
        model = draw.choice(list(MODELS))
        given = dict(draw.choice(MODELS[model]))
        size = {"alpha": f"{draw.uniform(0.01, 1):.3f}"}
        if given.get("d", "inf") != "inf" and draw.random() < 0.5:
            size = {"n": str(draw.randint(2, 10**6))}
        kind = draw.choice(["times", "curve", "curve", "solve"])
        if kind == "times":
            made.append((("times",), model, {**given, **size}))
        elif kind == "curve":
            curve = draw.choice(CURVES[model])
            level = draw.choice([("t", "0.2:3:#4"), ("snr", "0.1:100:*3"), ("t", f"{draw.uniform(0.05, 4):.17g}")])
            sized = size if curve == "excess-entropy" else {}
            made.append((("curve", curve), model, {**given, **sized, level[0]: level[1]}))
        else:
            made.append((("solve",), model, given))
    return made


@pytest.mark.parametrize("index", range(0, 300, 20))
def test_identity_random_questions_give_the_bytes_of_the_command_line(index: int, command_line: CommandLine) -> None:
    for words, model, given in questions(300)[index : index + 20]:
        flags = [word for name, text in given.items() for word in (f"--{name}", text)]
        data = rg.model(model, **{name.replace("-", "_"): text for name, text in given.items()})
        line = [*words, model, *flags]
        if words[0] == "times":
            table = data.times()
        elif words[0] == "curve":
            table = data.curve(words[1])
        else:
            table = data.solve("alpha", "t_C=0.7")
            line += ["--for", "alpha", "--such-that", "t_C=0.7"]
        done = command_line(*line, "--format", "json")
        assert table.to_json() == done.stdout.decode(), shlex.join(line)


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


def arguments(given: dict[str, str]) -> list[str]:
    return [word for name, text in given.items() for word in (f"--{name}", text)]


@pytest.mark.parametrize("name", MODELS)
def test_identity_every_explanation_is_that_of_the_command_line(name: str, command_line: CommandLine) -> None:
    given = {name: text.split(",")[0] for name, text in MODELS[name][0].items()}
    if name == "clusters":
        given["d"] = "64"
    data, compared = rg.model(name, **given), 0
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
        compared += 1
    assert compared >= 8


def test_identity_steps_levels_and_simulations_are_those_of_the_command_line(command_line: CommandLine) -> None:
    draw = random.Random(SEED)
    for _ in range(30):
        sigma, count = f"{draw.uniform(0.3, 3):.4f}", str(draw.randint(2, 60))
        grid = draw.choice(["karras", "optimal", "geometric", "uniform-t", "entropic"])
        given = {"sigma": sigma, "grid": grid, "steps": count, "sigma-noise": "40:0.05"}
        done = command_line("steps", "gaussian", *arguments(given), "--format", "json")
        table = rg.gaussian().steps(sigma=sigma, grid=grid, steps=count, sigma_noise="40:0.05")
        assert table.to_json() == done.stdout.decode(), given
    for _ in range(30):
        name = draw.choice(["ddpm-linear", "edm", "flow", "vp", "sd-scaled-linear"])
        t = f"{draw.uniform(0.1, 3):.17g}"
        done = command_line("schedule", "--t", t, "--schedule", name, "--format", "csv")
        assert rg.levels(name, t=t).to_csv().splitlines()[1:] == done.stdout.decode().splitlines()[1:]
    for experiment in ("entropy", "clones", "collapse", "levels"):
        given = {"d": "6", "n": "30", "t": "0.5,1.5", "blocks": "3", "points": "8"}
        if experiment == "collapse":
            del given["t"]
        done = command_line("simulate", experiment, "clusters", *arguments(given), "--format", "json")
        table = rg.clusters().simulate(experiment, **given)
        assert table.to_json() == done.stdout.decode(), experiment

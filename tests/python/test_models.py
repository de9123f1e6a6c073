"""Models, what is given of them, and schedules."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import regimes as rg


def test_identity_every_model_is_a_function_with_its_parameters() -> None:
    assert rg.models() == ["clusters", "gaussian", "mixture", "linear_manifold", "manifold", "curie_weiss"]
    for name in rg.models():
        make = getattr(rg, name)
        assert name in rg.__all__ and "Parameters" in (make.__doc__ or "")
        assert "parameters" in inspect.signature(make).parameters
    assert "sigma" in inspect.signature(rg.clusters).parameters


def test_identity_names_may_be_greek() -> None:
    assert rg.clusters(d=64, σ=2).times(n=100)["sigma"][0] == 2
    assert rg.linear_manifold(β=0.5, embedding="iid-p").times(alpha=0.5)["beta"][0] == 0.5


def test_identity_whatever_holds_numbers_may_be_given() -> None:
    def values(d: object) -> list[float]:
        return rg.clusters(d=d).times(n=100)["t_S.spectral"].value.tolist()

    expected = values("64,128")
    for given in ([64, 128], (64.0, 128.0), np.array([64, 128]), np.array([64, 128], dtype=np.float32), range(64, 129, 64), ["64", "2^7"]):
        assert values(given) == expected
    assert values(np.arange(64, 192)[::64]) == expected
    assert values(np.int64(64)) == values(np.array(64)) == values(64.0) == values("64") == expected[:1]


def test_identity_activations_are_texts() -> None:
    table = rg.manifold(activation=["relu", "max(z,0)"], beta=0.5).times(alpha=0.5)
    assert list(table["activation"].value) == ["relu", "max(z,0)"]
    a, b = table["t_C.asymptotic"].value
    assert abs(a - b) < 1e-9


def test_identity_what_is_given_last_wins_and_runs_fastest() -> None:
    data = rg.clusters(d=64, sigma=1)
    assert data.times(n=100, sigma=2)["sigma"][0] == 2
    assert data.given(sigma=3).parameters == {"d": 64, "sigma": 3}
    assert data.curve("phi", mu=[1, 2], t=[1, 2, 3]).axes == {"mu": 2, "t": 3}
    assert data == rg.clusters(d=64, sigma=1) != rg.clusters(d=64, sigma=2)
    assert repr(data) == "clusters(d=64, sigma=1)"


def test_identity_a_model_may_know_more_than_a_question_takes() -> None:
    data = rg.clusters(d=64, n=100)
    assert data.times()["n"][0] == 100
    assert "n" not in data.curve("phi", t=1).names
    assert data.curve("excess-entropy", t=1)["n"][0] == 100
    assert data.solve("n", "t_C=1")["n"][0] > 1
    # What is asked with a question must belong to it.
    with pytest.raises(rg.ArgumentError, match="n = 100: is no parameter"):
        data.curve("phi", t=1, n=100)


def test_identity_bounds_of_the_regimes() -> None:
    data = rg.clusters(d=1024)
    speciation, collapse = data.bounds(n=20_000)
    times = data.times(n=20_000)
    assert (speciation, collapse) == (times["t_S.spectral"][0], times["t_C.asymptotic"][0])
    assert data.bounds()[1] is None
    assert rg.gaussian(sigma=1).bounds(alpha=0.5)[0] is None


def test_identity_quantities() -> None:
    every = rg.quantities()
    assert {"t_S.spectral", "t_C.onset", "phi"} <= set(every["name"].value)
    own = rg.gaussian(sigma=1).quantities()
    assert len(own) < len(every) and "phi" not in own["name"].value
    assert "phi" in rg.clusters(d=2).curves


CONFIG = {
    "_class_name": "DDPMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
}


def test_identity_schedules_of_all_kinds(tmp_path: Path) -> None:
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps(CONFIG))
    live = SimpleNamespace(config=CONFIG)
    data = rg.clusters(d=64)
    tables = [data.times(n=100, schedule=s) for s in (CONFIG, path, str(path), live, rg.schedule(CONFIG))]
    steps = [t["t_C.asymptotic.step"][0] for t in tables]
    assert len(set(steps)) == 1
    named = data.times(n=100, schedule=rg.schedule("sd-scaled-linear"))
    assert named["t_C.asymptotic.step"][0] == steps[0]
    assert rg.schedule(CONFIG).name == "DDPMScheduler"
    assert rg.schedule("ddpm-linear", beta_end=0.03).parameters["beta_end"] == 0.03
    array = {**CONFIG, "num_train_timesteps": 10, "trained_betas": np.linspace(1e-4, 0.02, 10)}
    assert rg.schedule(array)


def test_identity_plots_on_matplotlib_axes() -> None:
    pytest.importorskip("matplotlib")
    import matplotlib.pyplot as plt

    data = rg.clusters(d=256, n=1000)
    figure, ax = plt.subplots()
    assert data.curve("phi", t=np.linspace(0.5, 5, 20)).plot(ax) is ax
    assert len(ax.lines) >= 3 and ax.patches  # the curve, t_S and t_C, shading
    assert ax.get_xlabel().startswith("t")
    plt.close(figure)
    figure, ax = plt.subplots()
    data.curve("phi", sigma=[0.5, 1, 2], t=np.linspace(0.5, 5, 20)).plot(ax, y="phi")
    assert len(ax.get_legend().get_texts()) == 3
    plt.close(figure)
    figure, ax = plt.subplots()
    rg.clusters(sigma=1).times(d="16:1024:*5", n="10:1000:*4").plot(ax, y="t_C.asymptotic")
    assert ax.collections and ax.get_xscale() == "log"
    plt.close(figure)
    with pytest.raises(rg.UsageError, match="nothing was swept"):
        data.times().plot(ax)

"""Models, what is given of them, and schedules."""

from __future__ import annotations

import inspect
import json
import pickle
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import regimes as rg

from conftest import CommandLine


def test_identity_every_model_is_a_function_with_its_parameters() -> None:
    assert {"clusters", "gaussian", "mixture", "linear_manifold", "manifold", "curie_weiss"} <= set(rg.models())
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
    assert rg.clusters(d=4, mu=np.array([1.0])) != rg.clusters(d=4, mu=np.array([1 + 1e-10]))
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
    with pytest.raises(rg.UsageError, match="one value of each"):
        data.bounds(sigma=[1, 2])


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
    assert pickle.loads(pickle.dumps(sampler := rg.schedule(CONFIG))) == sampler != rg.schedule("edm")
    assert rg.schedule("ddpm-linear", beta_end=0.03).parameters["beta_end"] == 0.03
    sampler = rg.schedule(CONFIG, num_inference_steps=10, timestep_spacing="trailing")
    assert sampler.levels()["step"].value.tolist() == pytest.approx(list(range(999, 0, -100)))
    steps = data.times(n=100, schedule=sampler)["t_C.asymptotic.inference_step"][0]
    assert 0 < steps < 10
    asked = data.times(n=100, schedule=CONFIG, num_inference_steps=10, timestep_spacing="trailing")
    assert asked["t_C.asymptotic.inference_step"][0] == steps
    with pytest.raises(rg.ArgumentError, match="num_inference_steps = 5: goes with a schedule by name"):
        data.times(n=100, schedule=sampler, num_inference_steps=5)
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
    assert len(ax.lines) > 2 * 3  # the times of each curve, in its colour
    plt.close(figure)
    figure, ax = plt.subplots()
    rg.clusters(sigma=1).times(d="16:1024:*5", n="10:1000:*4").plot(ax, y="t_C.asymptotic")
    assert ax.collections and ax.get_xscale() == "log"
    plt.close(figure)
    figure, ax = plt.subplots()
    rg.independent(prior=["rademacher", "binary:0.3"]).times(alpha=[0.1, 0.2]).plot(ax)
    with pytest.raises(rg.UsageError, match="no place for inf"):
        rg.clusters(d=[64, "inf"]).times(alpha=[0.1, 0.2]).plot(ax)
    plt.close(figure)
    figure, ax = plt.subplots()
    rg.clusters(d=8, n=50).simulate("entropy", t=[0.5, 1.0, 2.0], blocks=4, points=8).plot(ax)
    assert ax.containers
    plt.close(figure)
    with pytest.raises(rg.UsageError, match="nothing was swept"):
        data.times().plot(ax)


CLASSES = {
    "class": [
        {"mean": np.array([1.0, 0.0, 0.0]), "variance": 1.0, "weight": 0.25},
        {"mean": [-1.0, 0.0, 1.0], "variances": np.array([1, 2, 3]), "weight": 0.75},
    ]
}


def test_identity_files_may_be_given_as_dicts(tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    path.write_text(json.dumps(CLASSES, default=np.ndarray.tolist))
    memory = rg.mixture(CLASSES).times(n=100)
    stored = rg.mixture(path).times(n=100)
    for name in set(stored.names) - {"file"}:
        assert repr(memory[name][0]) == repr(stored[name][0])
    with pytest.raises(rg.FileError, match="given.json, line 1, class: needs at least two classes"):
        rg.mixture({"class": [{"mean": 0, "variance": 1}]}).times(n=100)
    with pytest.raises(rg.ArgumentError, match="must hold numbers"):
        rg.mixture({"class": [object()]})
    with pytest.raises(rg.UsageError, match="by name"):
        rg.clusters(3)
    prior = {"component": [{"weight": 0.5, "mean": -1, "variance": 0}, {"weight": 0.5, "mean": 1, "variance": 0}]}
    binary = rg.independent(prior="rademacher").times(alpha=0.3)["t_C.asymptotic"][0]
    mixed = rg.independent(prior="mixture:" + json.dumps(prior)).times(alpha=0.3)["t_C.asymptotic"][0]
    assert abs(binary - mixed) < 1e-9


def test_identity_explanations() -> None:
    data = rg.clusters(d=1024)
    page = data.explain("t_S.cloning")
    assert page.value == data.times(n=100)["t_S.cloning"][0]
    assert "\\begin{align*}" in page.latex and "BBDM24" in repr(page)
    assert "$$\\begin{aligned}" in page._repr_markdown_() and page.failure is None
    absent = rg.clusters(d=64, mu=0).explain("t_S.spectral")
    assert isinstance(absent.value, rg.Absent) and absent.value.reason
    with pytest.raises(rg.ArgumentError, match="did you mean t_S.cloning"):
        data.explain("t_S.clonin")


def test_identity_steps_of_a_sampler() -> None:
    cost = rg.gaussian(sigma=1.3).steps(grid=["geometric", "optimal"], steps=[5, 10], sigma_noise="0.03:30")
    kl = cost["kl"].value.reshape(2, 2)
    assert (kl[1] < kl[0]).all() and (kl[:, 1] < kl[:, 0]).all()
    assert cost.axes == {"grid": 2, "steps": 2}
    assert rg.gaussian(sigma=1.3).steps(grid="optimal", steps=5, sigma_noise=(0.03, 30))["kl"][0] == kl[1, 0]
    levels = rg.gaussian(sigma=1.3).steps(grid="optimal", steps=5, sigma_noise="0.03:30", levels=True)
    assert len(levels) == 6


def test_identity_a_learned_score() -> None:
    tanh = rg.training(activation="tanh", psi_n=4, psi_p=16, t=0.1)
    losses = tanh.losses(tau=[1, "inf"])
    assert losses["train"][0] == pytest.approx(0.95790649513, abs=1e-10) and losses.axes == {"tau": 2}
    assert len(tanh.spectrum()) == 3 and len(tanh.density(points=4)) >= 12
    times = tanh.times(psi_n=[4, 8])
    assert (times["tau_opt"].value < times["tau_half"].value).all()
    assert tanh == rg.training(activation="tanh", psi_n=4, psi_p=16, t=0.1) and "psi_p=16" in repr(tanh)
    network = rg.training(activation="tanh", psi_n=4, psi_p=32)
    assert network.collapse(tau=1e4)["t_C.trained"][0] == pytest.approx(0.18331349523, abs=1e-9)
    assert not network.collapse(tau=1)["t_C.trained"][0]
    assert rg.training(psi_n=2).linear(ridge=[0.1, 0.5])["kl"].value.shape == (2,)
    drawn = tanh.simulate(d=20, tau=1, blocks=4)
    assert drawn == tanh.simulate(d=20, tau=1, blocks=4, threads=1) and (drawn["test"].stderr > 0).all()
    with pytest.raises(rg.ArgumentError, match="did you mean psi_"):
        tanh.losses(psi_m=1, tau=1)
    with pytest.raises(rg.UsageError, match="exactly one"):
        tanh.losses()
    with pytest.raises(rg.ArgumentError, match="must be a number or text"):
        rg.training(activation=True)


def test_identity_simulations_and_comparisons() -> None:
    data = rg.clusters(d=8, n=50)
    simulated = data.simulate("entropy", t=[0.5, 1.0], blocks=4, points=16)
    f = simulated["f"]
    assert f.stderr is not None and (f.stderr > 0).all() and f.error is None
    assert simulated == data.simulate("entropy", t=[0.5, 1.0], blocks=4, points=16, threads=1)
    assert isinstance(f[0], rg.Number) and f[0].stderr == f.stderr[0]
    phi = rg.clusters(d=64).curve("phi", t=[1.5, 2.0, 2.5])
    columns = {"t": [1.5, 2.0, 2.5], "phi": phi["phi"].value, "stderr": [0.01] * 3}
    compared = rg.clusters(d=64).validate(columns, "phi")
    assert np.abs(compared["z"].value).max() < 1e-6
    pandas = pytest.importorskip("pandas")
    assert rg.clusters(d=64).validate(pandas.DataFrame(columns), "phi").to_csv() == compared.to_csv()
    theory = data.validate(simulated, "excess-entropy", order="exact")
    assert theory.summary["agrees"] == 1 and len(theory) == 2
    with pytest.raises(rg.ArgumentError, match="must be a list of numbers"):
        rg.clusters(d=64).validate({"t": ["a"]}, "phi")


def test_identity_specifications_and_figures(tmp_path: Path) -> None:
    table = rg.clusters(sigma=1).curve("phi", d=[64, 256], t="0.5:4:#30")
    figure = table.figure(title="cloning")
    assert figure.svg.startswith("<svg") or "<svg" in figure.svg[:200]
    figure.save(tmp_path / "figure.svg")
    assert figure._repr_svg_() == (tmp_path / "figure.svg").read_text()
    with pytest.raises(rg.UsageError, match="give a range"):
        rg.clusters(d=64).curve("phi", t=np.linspace(1, 2, 2000)).figure()
    with pytest.raises(rg.RegimesError):
        table.figure(y="nothing")
    root = Path(__file__).parents[2] / "tables"
    if not root.exists():
        pytest.skip("the specifications are not here")
    assert rg.table(root / "bbdm24-table-1.toml").to_csv().count("\n") > 3
    with pytest.raises(rg.FileError):
        rg.table(tmp_path / "none.toml")


def test_identity_noise_levels_in_every_coordinate() -> None:
    table = rg.levels("ddpm-linear,edm", t=[0.5, 1.0])
    assert len(table) == 4
    steps = rg.schedule("ddpm-linear").levels(t=[0.5, 1.0])["step"].value
    back = rg.levels(rg.schedule("ddpm-linear"), step=steps)["t"].value
    assert np.allclose(back, [0.5, 1.0], rtol=1e-12)
    assert rg.levels(snr=1)["t"][0] == pytest.approx(np.log(2) / 2)
    assert rg.levels(CONFIG, t=1.0)["step"][0] == rg.levels("sd-scaled-linear", t=1.0)["step"][0]
    with pytest.raises(rg.UsageError, match="exactly one of t, snr, sigma"):
        rg.levels("ddpm-linear")
    with pytest.raises(rg.ArgumentError, match="did you mean"):
        rg.levels("ddpm-liner", t=1)


def test_identity_strings_of_tokens_are_models_too(command_line: CommandLine) -> None:
    tokens = rg.tokens(tokens="uniform:4", d=32)
    times = tokens.times(n=1000, schedule="llada:1e-3")
    assert times["kept_C.asymptotic"][0] == pytest.approx(np.log(1000) / (32 * np.log(4)), rel=1e-12)
    words = ["times", "tokens", "--tokens", "uniform:4", "--d", "32", "--n", "1000", "--schedule", "llada:1e-3"]
    assert times.to_csv().splitlines()[-1] == command_line(*words, "--format", "csv").stdout.decode().splitlines()[-1]
    curve = tokens.curve("excess-entropy", n=1000, kept=[0.05, 0.3], order="exact")
    assert curve["f"].value[0] > curve["f"].value[1] > 0
    assert "phi" not in tokens.curves and "phi" in rg.product_classes(first=0.6, second=0.4).curves
    spins = rg.curie_weiss(temperature=0.8, d=200)
    assert "kept_C.class-bit" in spins.times(n=10_000, corruption="masked") and "t_S.bayes" in spins.times(n=10_000)
    with pytest.raises(rg.ArgumentError, match="kept_C"):
        tokens.explain("t_C", n=10)
    assert tokens.explain("kept_C", n=1000).value == times["kept_C.asymptotic"][0]
    solved = tokens.solve("log-n", "kept_C=0.5")
    assert solved["log_n"][0] == pytest.approx(16 * np.log(4), rel=1e-12)
    steps = rg.ising_chain(temperature=1).steps(grid=["uniform", "optimal"], steps=8)
    assert steps["kl"].value[0] > steps["kl"].value[1] > 0
    seen = tokens.simulate("entropy", n=50, kept=[0.1, 0.3], blocks=4, points=20)
    assert seen["f"].value[0] > seen["f"].value[1] > 0
    with pytest.raises(rg.ArgumentError, match="did you mean"):
        tokens.curve("informations", kept=0.3)
    chain = rg.markov_chain(file={"transition": [[0.9, 0.1], [0.3, 0.7]]}, d=10)
    assert chain.curve("information", kept=0.8)["information"][0] == pytest.approx(0.3478534623726, rel=1e-12)

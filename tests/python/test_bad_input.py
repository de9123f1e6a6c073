"""Wrong arguments: the command line's messages without its dashes, as exceptions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import regimes as rg


def fails(expected: str, **given: Any) -> None:
    with pytest.raises(rg.RegimesError) as caught:
        rg.clusters(**{"d": 64, **given}).times(**({} if {"n", "alpha", "log_n"} & given.keys() else {"n": 100}))
    message = str(caught.value)
    assert expected in message and "--" not in message, message


def test_bad_input_arguments_name_themselves_and_what_would_be_right() -> None:
    fails("sigma = -1: must be a finite number, 0 or above", sigma=-1)
    fails("sgima", sgima=1)
    fails("did you mean sigma", sgima=1)
    fails("say the same thing", n=3, alpha=0.1)
    fails("n = \"abc\": unknown name 'abc'", n="abc")
    fails("n = 0.5", n=0.5)
    fails("needs a finite", d="inf", n=10)
    fails("log_n", log_n=-1)


def test_bad_input_arrays_are_described() -> None:
    fails("holds 2 NaN, the first at index 1", n=[1.0, np.nan, np.nan])
    fails("shape (2, 2), dtype float64: must have one dimension", n=np.ones((2, 2)))
    fails("is empty", n=[])
    fails("must hold real numbers", n=np.array([1j, 2]))
    fails("must hold real numbers", n=[1, None])
    fails("must be a number", n={"a": 1})
    fails("must be a number", n=object())
    fails("is no number", n=float("nan"))
    fails("must be a number", n=1j)
    fails("2 masked", n=np.ma.array([1, 2, 3], mask=[0, 1, 1]))
    fails("holds a comma", n=["1,2", "3"])


def test_bad_input_errors_carry_their_parts() -> None:
    with pytest.raises(rg.ArgumentError) as caught:
        rg.clusters(d=64).times(n=100, sigma=-1)
    error = caught.value
    assert (error.argument, error.value) == ("sigma", "-1") and "finite" in error.expected
    assert isinstance(error, ValueError) and isinstance(error, rg.RegimesError)


def test_bad_input_names() -> None:
    with pytest.raises(rg.ArgumentError, match="did you mean clusters"):
        rg.model("cluster")
    with pytest.raises(rg.ArgumentError, match="clusters has phi"):
        rg.clusters(d=64).curve("fi", t=1)
    with pytest.raises(rg.UsageError, match="exactly one of t, snr and sigma_noise"):
        rg.clusters(d=64).curve("phi")
    with pytest.raises(rg.RegimesError, match="sgima"):
        rg.clusters(sgima=1)
    with pytest.raises(rg.ArgumentError, match="finite_size"):
        rg.clusters(d=64).times(n=100, finitesize=True)
    for threads in (0, -1, 1.5, True, "2"):
        with pytest.raises(rg.ArgumentError, match="whole number from 1"):
            rg.clusters(d=64).times(n=100, threads=threads)  # type: ignore[arg-type]
    assert len(rg.clusters(d=64).times(n=100, threads=10**30)) == 1
    data = rg.clusters(d=64)
    for wrong in (
        lambda: data.curve(None),  # type: ignore[arg-type]
        lambda: data.simulate(3, n=5),  # type: ignore[arg-type]
        lambda: data.solve(3, "t_C=1"),  # type: ignore[arg-type]
        lambda: data.solve("n", 3),  # type: ignore[arg-type]
        lambda: data.explain(None),  # type: ignore[arg-type]
        lambda: data.validate(None, "phi"),  # type: ignore[arg-type]
        lambda: data.validate({"t": [1, [2]]}, "phi"),
        lambda: data.solve("n", "t_C=1", between=5),  # type: ignore[arg-type]
        lambda: data.solve("n", "t_C=1", between=(1, None)),  # type: ignore[arg-type]
        lambda: rg.model(1),  # type: ignore[arg-type]
        lambda: rg.table(1),  # type: ignore[arg-type]
        lambda: rg.table("--help"),
        lambda: rg.levels("edm", t=True),
        lambda: data.times(n=100)[["d"]],  # type: ignore[index]
        lambda: rg.dataset([[1.0], [2.0]], labels=[None, None]),
    ):
        with pytest.raises((rg.ArgumentError, rg.FileError)):
            wrong()
    with pytest.raises(rg.ArgumentError, match="sd-scaled-linear"):
        rg.schedule("sd-scaled-liner")
    with pytest.raises(rg.ArgumentError, match="beta_start"):
        rg.schedule("ddpm-linear", beta_start="a")
    with pytest.raises(rg.ArgumentError, match="must be a name, a configuration"):
        rg.schedule(3)
    with pytest.raises(rg.FileError):
        rg.schedule("no_such_file.json")
    with pytest.raises(AttributeError):
        rg.cluster  # noqa: B018


values = st.one_of(
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=12),
    st.binary(max_size=4),
    st.lists(st.one_of(st.floats(), st.integers(), st.text(max_size=4)), max_size=4),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(["d", "mu", "sigma", "n", "alpha", "t", "tolerance", "x", ""]), value=values)
@pytest.mark.filterwarnings("ignore")
def test_property_whatever_is_given_there_is_an_answer_or_an_error_of_ours(name: str, value: Any) -> None:
    try:
        data = rg.Model("clusters", **{"d": 16, name: value})
        data.times(**({} if name in ("n", "alpha") else {"n": 10}))
    except rg.InternalError:
        raise
    except rg.RegimesError as error:
        assert str(error)

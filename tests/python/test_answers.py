"""Tables, columns and numbers."""

from __future__ import annotations

import copy
import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest

import regimes as rg


@pytest.fixture(scope="module")
def times() -> rg.Table:
    return rg.clusters(d=1024).times(n=20_000)


@pytest.fixture(scope="module")
def sweep() -> rg.Table:
    return rg.clusters(sigma=1).times(d=[256, 1024], n=[1000, 10_000, 100_000])


def test_identity_a_number_is_a_float_with_its_error(times: rg.Table) -> None:
    number = times["t_C.asymptotic"][0]
    assert isinstance(number, rg.Number) and isinstance(number, float)
    assert repr(number) == "1.9775467186321605 ± 1.8e-15"
    assert (number.unit, number.source) == ("OU time", "BBDM24 Eq. 5")
    assert number.error is not None and 0 < number.error < 1e-12
    assert number + 1 == float(number) + 1
    for same in (pickle.loads(pickle.dumps(number)), copy.deepcopy(number)):
        assert same == number and same.error == number.error and same.source == number.source


def test_identity_tables_are_kept_to_the_bit(sweep: rg.Table) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(sweep, protocol)) == sweep
    column = pickle.loads(pickle.dumps(sweep["t_C.onset"]))
    assert np.array_equal(column.value, sweep["t_C.onset"].value) and column.source == "AALMV25"
    assert copy.deepcopy(sweep).to_json() == sweep.to_json()
    assert sweep != rg.clusters(sigma=1).times(d=[256, 1024], n=[1000, 10_000, 100_001])


def test_identity_arrays_hold_what_the_rows_hold(sweep: rg.Table) -> None:
    column = sweep["t_C.asymptotic"]
    assert len(column) == len(sweep) == 6
    assert np.array_equal(np.asarray(column), [float(x) for x in column])
    assert column.error is not None and column.error.shape == (6,) and column.stderr is None
    assert column.reason == [None] * 6 and not column.missing.any()
    assert sweep.axes == {"d": 2, "n": 3}
    assert list(sweep.row(-1)) == sweep.names == sweep.keys() == list(sweep)
    assert "t_C.asymptotic" in sweep and "t_C" not in sweep
    with pytest.raises(TypeError, match="6 values"):
        float(column)
    assert np.array_equal(column[1:3], column.value[1:3])
    with pytest.raises(IndexError):
        column[6]


def test_bad_input_columns_that_are_not_there(sweep: rg.Table) -> None:
    with pytest.raises(rg.ArgumentError, match="did you mean t_C.asymptotic"):
        sweep["t_C.asymptotik"]


def test_identity_what_is_missing_says_why() -> None:
    table = rg.clusters(d=64, mu=0).times(n=100)
    absent = table["t_S.spectral"][0]
    assert isinstance(absent, rg.Absent) and not absent and absent.reason
    assert table["t_S.spectral"].reason == [absent.reason]
    with pytest.raises(rg.AbsentError, match="t_S.spectral"):
        float(absent)
    with pytest.warns(rg.MissingValueWarning, match="1 of 1 values of t_S.spectral are missing"):
        assert np.isnan(table["t_S.spectral"].value).all()
    assert "no value" in repr(table["t_S.spectral"])


def test_identity_main_values_of_curves_carry_their_errors() -> None:
    phi = rg.clusters(d=256).curve("phi", t=np.linspace(2, 4, 7))
    assert phi["phi"].error is not None and "error" not in phi
    assert "error" in phi.to_csv() and "phi" in phi.to_csv()


def test_identity_other_peoples_tables(sweep: rg.Table) -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    pytest.importorskip("xarray")
    value = sweep["t_C.onset"].value
    frame = sweep.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and frame.attrs["units"]["t_C.onset"] == "OU time"
    assert np.array_equal(frame["t_C.onset"], value)
    assert np.array_equal(sweep.to_polars()["t_C.onset"].to_numpy(), value)
    data = sweep.to_xarray()
    assert data["t_C.onset"].dims == ("d", "n")
    assert np.array_equal(data["t_C.onset"].values.ravel(), value)
    assert float(data["t_C.onset"].sel(d=1024, n=10_000)) == value[4]
    assert data["alpha"].dims == ("d", "n") and data["log_n"].dims == ("n",) and data["sigma"].dims == ()
    assert data["t_C.onset"].attrs == {"units": "OU time", "source": "AALMV25", "symbol": "t_o", "long_name": "t_C.onset"}
    arrow = pytest.importorskip("pyarrow")
    assert np.array_equal(arrow.table(sweep)["t_C.onset"].to_numpy(), value)
    assert isinstance(polars.DataFrame(sweep), polars.DataFrame)


def test_identity_reasons_travel_to_other_peoples_tables() -> None:
    pandas = pytest.importorskip("pandas")
    table = rg.clusters(d=64).times(mu=[0, 1], n=100)
    reasons = table.to_pandas()["t_S.spectral.reason"]
    assert reasons[0] and pandas.isna(reasons[1])
    assert table.to_xarray()["t_S.spectral.reason"].dims == ("mu",)
    table.to_polars()


def test_identity_axes_are_dimensions_whatever_their_values() -> None:
    pytest.importorskip("xarray")
    same = rg.clusters(d=[64, 64], sigma=1).times(n=100).to_xarray()
    assert same.sizes == {"d": 2} and same["d"].dims == ("d",)
    levels = rg.clusters(d=64).curve("phi", sigma_noise=[0.1, 1, 10.0]).to_xarray()
    assert float(levels["phi"].sel(sigma_noise=1.0)) == float(levels["phi"][1])
    ranged = rg.clusters(d=64).curve("phi", sigma_noise="0.1:10:*3").to_xarray()
    assert np.allclose(ranged["sigma_noise"], [0.1, 1, 10], rtol=1e-14)
    simulated = rg.clusters(d=8).simulate("entropy", n=[20, 50], t=[0.5, 1.0], blocks=2, points=8).to_xarray()
    assert simulated["f"].dims == ("n", "t") and simulated["f.stderr"].dims == ("n", "t")


def test_bad_input_what_cannot_be_written(sweep: rg.Table) -> None:
    with pytest.raises(rg.OutputError, match="cannot write"):
        sweep.to_csv("/no/such/folder/table.csv")
    for digits in (-1, 0, 18, 1.5, True, "a"):
        with pytest.raises(rg.ArgumentError, match="whole number from 1 to 17"):
            sweep.to_latex(digits=digits)  # type: ignore[arg-type]
    with pytest.raises(rg.UsageError, match="draws tables of"):
        rg.clusters(d=64).solve("n", "t_C=1").figure()


def test_identity_files_are_what_the_methods_return(sweep: rg.Table, tmp_path: Path) -> None:
    chosen = sweep.to_csv(columns=["t_C.onset", "n"]).splitlines()
    assert chosen[2] == "t_C.onset,t_C.onset.error,n,notes"
    assert sweep.to_latex(columns="n,t_S") != sweep.to_latex()
    with pytest.raises(rg.ArgumentError, match="did you mean t_C.onset"):
        sweep.to_csv(columns="t_C.onse")
    for method in (sweep.to_csv, sweep.to_json, sweep.to_latex, sweep.to_markdown):
        path = tmp_path / "table"
        assert method(path) == path.read_bytes().decode() == method()


def test_identity_notebooks_see_numbers_units_and_the_regimes(times: rg.Table, sweep: rg.Table) -> None:
    shown = times._repr_html_()
    for part in ("1.977546719", "± 1.8e-15", "OU time", "BBDM24 Eq. 5", "memorised", "class committed"):
        assert part in shown
    assert "6 rows" in sweep._repr_html_() and "memorised" not in sweep._repr_html_()
    missing = rg.clusters(d=64, mu=0).times(n=100)._repr_html_()
    assert "nan" not in missing
    assert rg.quantities()._repr_html_()


def test_identity_text_is_what_the_terminal_shows(times: rg.Table) -> None:
    assert "t_C.asymptotic      1.977546719" in str(times)
    assert "class committed" in repr(times)


def test_identity_values_that_miss_their_accuracy_are_warned_of() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data = rg.manifold(activation="abs", prior="gauss-bernoulli:0.05", beta=0.5)
        data.times(alpha=0.1, phases=True)
    assert [w.category for w in caught] == [rg.ToleranceWarning]

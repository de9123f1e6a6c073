"""A table as an xarray data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import _regimes

if TYPE_CHECKING:
    import xarray

    from ._table import Table


def dataset(table: Table) -> xarray.Dataset:
    """See `Table.to_xarray`."""
    import xarray

    raw = table._raw
    axes = table.axes or {"row": len(table)}
    dims, shape = tuple(axes), tuple(axes.values())
    if int(np.prod(shape)) != len(table):
        dims, shape = ("row",), (len(table),)
    coords: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    for place, (name, symbol, unit, source, kind) in enumerate(raw.columns):
        values = np.array(raw.texts(place), dtype=object) if kind == "text" else raw.value(place)
        block = values.reshape(shape)
        about = {"units": unit, "source": source, "symbol": symbol, "long_name": name}
        about = {key: text for key, text in about.items() if text}
        if kind in ("number", "text"):
            own, least = _dimensions(block, dims, name.replace("-", "_"))
            # A parameter or coordinate of the axes; `d` beside an axis `d` is that axis.
            coords[name.replace("-", "_") if name.replace("-", "_") in dims else name] = (own, least, about)
            continue
        spread = "error" if kind == "estimate" else "stderr"
        variables[name] = (dims, block, about)
        beside = {"units": unit, "long_name": f"{'bound on the error' if kind == 'estimate' else spread} of {name}"}
        variables[f"{name}.{spread}"] = (dims, raw.spread(place).reshape(shape), beside)
        reasons = raw.reasons(place)
        if reasons:
            texts = np.array([reasons.get(k) for k in range(len(table))], dtype=object)
            variables[f"{name}.reason"] = (dims, texts.reshape(shape), {"long_name": f"why {name} is missing"})
    if "sigma_noise" in dims and "sigma_noise" not in coords:
        coords["sigma_noise"] = _sigma(table, axes["sigma_noise"], coords["snr"])
    about = table._about()
    return xarray.Dataset(variables, coords, {key: about[key] for key in ("command_line", "version", "notes")})


def _sigma(table: Table, count: int, snr: tuple[tuple[str, ...], Any, dict[str, str]]) -> Any:
    """The noise levels of an axis given as σ: as they were given, else from the signal-to-noise ratio."""
    given = table._model.parameters.get("sigma_noise") if table._model is not None else None
    about = {"long_name": "sigma_noise", "symbol": "σ_VE"}
    if given is not None and not isinstance(given, str):
        values = np.asarray(given)
        if values.shape == (count,) and values.dtype.kind in "iuf":
            return ("sigma_noise",), values.astype(np.float64), about
    return snr[0], _regimes.sigma(np.atleast_1d(snr[1])), about


def _dimensions(block: np.ndarray[Any, Any], dims: tuple[str, ...], own: str) -> tuple[tuple[str, ...], Any]:
    """The dimensions on which a block depends, `own` always, and the block without the others."""
    kept = []
    for axis, name in reversed(list(enumerate(dims))):
        first = block.take([0], axis)
        same = block == first
        if block.dtype != object:
            same = same | (np.isnan(block) & np.isnan(first))
        if name == own or (block.shape[axis] > 1 and not np.all(same)):
            kept.append(name)
        else:
            block = first[(slice(None),) * axis + (0,)]
    return tuple(reversed(kept)), block

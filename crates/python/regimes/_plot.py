"""Tables on matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import numpy as np

from . import _regimes
from ._errors import ArgumentError, UsageError

if TYPE_CHECKING:
    import matplotlib.axes

    from ._column import Column
    from ._table import Table

#: Coordinates of the noise level.
_NOISE = ("t", "snr", "sigma_noise")

#: Contours drawn over a heat map.
_CONTOURS = 8


def plot(table: Table, ax: Optional[matplotlib.axes.Axes], **options: Any) -> matplotlib.axes.Axes:
    """See `Table.plot`."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise UsageError("plots need matplotlib: pip install 'regimes[plot]'") from None
    axes = ax if ax is not None else plt.gca()
    y = _computed(table, options.pop("y", None))
    regimes = options.pop("regimes", True)
    swept = _axes(table)
    if not swept:
        raise UsageError("nothing was swept: a single row has no curve")
    # The noise level is the abscissa, else what runs fastest.
    x = next((name for name in swept if name in _NOISE), list(swept)[-1])
    numbers = all(name in table and not table[name].is_text for name in swept)
    if len(swept) == 2 and x not in _NOISE and numbers:
        _map(table, axes, y, list(swept), options)
        return axes
    _lines(table, axes, y, x, list(swept), options)
    if regimes and x == "t":
        if len(swept) == 1:
            _shade(table, axes)
        else:
            _mark(table, axes, [name for name in swept if name != x])
    return axes


def _axes(table: Table) -> dict[str, int]:
    """What was swept; of a table that is no product of sweeps its noise level, or its rows."""
    if table.axes or len(table) < 2:
        return table.axes
    for name in (*_NOISE, "eigenvalue"):
        if name in table and len(np.unique(table[name].value)) > 1:
            return {name: len(table)}
    return {"row": len(table)}


def _computed(table: Table, name: Optional[str]) -> Column:
    if name is not None:
        return table[name]
    for candidate, *_, kind in table._raw.columns:
        if kind in ("estimate", "sampled"):
            return table[candidate]
    raise ArgumentError("y", "none", f"no column of this table is computed: {', '.join(table.names)}")


def _abscissa(table: Table, name: str) -> Any:
    if name == "row":
        return np.arange(len(table))
    if name == "sigma_noise" and name not in table:
        return _regimes.sigma(table["snr"].value)
    return table[name].value


def _label(table: Table, name: str) -> str:
    if name not in table:
        return name
    column = table[name]
    return f"{column.symbol} [{column.unit}]" if column.unit else column.symbol


def _lines(
    table: Table, axes: matplotlib.axes.Axes, y: Column, x: str, swept: list[str], options: dict[str, Any]
) -> None:
    shape = tuple(_axes(table).values())
    place = swept.index(x)

    def lines(values: Any) -> Any:
        return np.moveaxis(np.asarray(values).reshape(shape), place, -1).reshape(-1, shape[place])

    spread = y.error if y.error is not None else y.stderr
    values = table._raw.value(y._place)
    widths = lines(np.zeros_like(values) if spread is None else np.nan_to_num(spread))
    others = [name for name in swept if name != x]
    labels = {name: lines(table[name].value) for name in others if name in table}
    style = {"capsize": 2} if y.stderr is not None else {}
    for k, (along, line, width) in enumerate(zip(lines(_abscissa(table, x)), lines(values), widths)):
        label = ", ".join(f"{table[name].symbol} = {labels[name][k, 0]}" for name in labels)
        bars = width if np.any(width > 0) else None
        axes.errorbar(along, line, bars, **{"label": label or None, **style, **options})
    axes.set_xlabel(_label(table, x))
    axes.set_ylabel(_label(table, y.name))
    if labels and "label" not in options:
        axes.legend()


def _map(table: Table, axes: matplotlib.axes.Axes, y: Column, swept: list[str], options: dict[str, Any]) -> None:
    shape = tuple(table.axes.values())
    up, along = (np.asarray(table[name].value).reshape(shape) for name in swept)
    for name, place in zip(swept, (up, along)):
        if not np.isfinite(place).all():
            raise UsageError(f"{name}: a heat map has no place for inf")
    values = np.ma.masked_invalid(table._raw.value(y._place).reshape(shape))
    mesh = axes.pcolormesh(along, up, values, **{"shading": "nearest", **options})
    if min(shape) > 1 and values.count() > 1 and values.min() < values.max():
        lines = axes.contour(along, up, values, _CONTOURS, colors="k", linewidths=0.6)
        axes.clabel(lines, fontsize="small")
    for name, place, set_label, scale in (
        (swept[0], up[:, 0], axes.set_ylabel, axes.set_yscale),
        (swept[1], along[0], axes.set_xlabel, axes.set_xscale),
    ):
        set_label(_label(table, name))
        if _is_geometric(place):
            scale("log")
    if axes.figure is not None:
        axes.figure.colorbar(mesh, ax=axes, label=_label(table, y.name))


def _is_geometric(values: Any) -> bool:
    """Whether points are evenly spaced in the logarithm rather than in themselves."""
    if len(values) < 3 or np.min(values) <= 0:
        return False
    uneven = [np.ptp(np.diff(v)) / np.abs(np.diff(v)).mean() for v in (values, np.log(values))]
    return bool(uneven[1] < 0.5 * uneven[0])


def _shade(table: Table, axes: matplotlib.axes.Axes) -> None:
    model = table._model
    if model is None:
        return
    speciation, collapse = model.bounds()
    low, high = axes.get_xlim()
    cuts = [low]
    for name, time in (("$t_C$", collapse), ("$t_S$", speciation)):
        if time is None:
            continue
        if low < time < high:
            axes.axvline(time, color="0.3", lw=0.8, ls="--" if "C" in name else "-")
            axes.annotate(name, (time, 1.0), xycoords=("data", "axes fraction"), ha="center", va="bottom")
        if time > cuts[-1]:
            cuts.append(min(time, high))
    colours = ["#d9534f"] if collapse is not None else []
    if speciation is not None and len(cuts) > len(colours) + 1:
        colours.append("#5b9bd5")
    for start, stop, colour in zip(cuts, cuts[1:], colours):
        axes.axvspan(start, stop, color=colour, alpha=0.12, lw=0)
    axes.set_xlim(low, high)


#: Curves beyond which times are not marked one by one.
_MARKED = 8


def _mark(table: Table, axes: matplotlib.axes.Axes, others: list[str]) -> None:
    """A line at the times of each curve, in its colour."""
    model = table._model
    if model is None or any(name not in table for name in others):
        return
    shape = tuple(table.axes.values())
    rows = np.moveaxis(np.arange(len(table)).reshape(shape), list(table.axes).index("t"), -1).reshape(-1, table.axes["t"])
    if len(rows) > _MARKED:
        return
    low, high = axes.get_xlim()
    drawn: list[Any] = list(axes.containers[-len(rows) :])
    for container, row in zip(drawn, rows[:, 0]):
        entries = {name: table[name][int(row)] for name in others}
        colour = container.lines[0].get_color()
        given = {name: entry if isinstance(entry, str) else float(entry) for name, entry in entries.items()}
        for time, style in zip(model.given(**given).bounds(), ("-", "--")):
            if time is not None and low < time < high:
                axes.axvline(time, color=colour, lw=0.8, ls=style)
    axes.set_xlim(low, high)

"""Tables as a notebook shows them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ._number import Absent, Number

if TYPE_CHECKING:
    from ._table import Table

#: Rows shown of a long table, at its beginning and at its end.
SHOWN = 10

_CELL = "text-align:{align};padding:2px 10px;white-space:{wrap}"


def html(table: Table) -> str:
    """See `Table._repr_html_`."""
    body = _report(table) if len(table) == 1 else _rows(table)
    below = [escape(note) for note in table.notes]
    if len(table) == 1:
        below += [escape(note) for note in table.remarks.get(0, [])]
    notes = "".join(f"<div>{note}</div>" for note in below)
    line = f"<div style='opacity:.6'><code>{escape(_shortened(table.command_line))}</code></div>"
    return f"<div class='regimes'>{body}{_bar(table)}<div style='font-size:smaller'>{notes}{line}</div></div>"


def _shortened(line: str) -> str:
    return line if len(line) <= 200 else f"{line[:197]}…"


def _cell(text: str, tag: str = "td", align: str = "left", wrap: str = "nowrap") -> str:
    return f"<{tag} style='{_CELL.format(align=align, wrap=wrap)}'>{text}</{tag}>"


def _number(value: object, digits: int = 10) -> str:
    if isinstance(value, Absent):
        return f"<i>{escape(value.reason) or '–'}</i>"
    if isinstance(value, Number):
        spread = value.error if value.error is not None else value.stderr
        width = "" if spread is None else f" <span style='opacity:.6'>± {spread:.1e}</span>"
        reason = f" <i>{escape(value.reason)}</i>" if value.reason else ""
        return f"{float(value):.{digits}g}{width}{reason}"
    return escape(str(value))


def _report(table: Table) -> str:
    heads = ("", "", "value", "unit", "source")
    rows = ["<tr>" + "".join(_cell(head, "th") for head in heads) + "</tr>"]
    for name, symbol, unit, source, kind in table._raw.columns:
        value = table[name][0]
        wrap = "normal" if isinstance(value, Absent) else "nowrap"
        shown = [_cell(escape(name)), _cell(escape(symbol) if symbol != name else "")]
        shown += [_cell(_number(value), wrap=wrap), _cell(escape(unit)), _cell(escape(source), wrap="normal")]
        rows.append("<tr>" + "".join(shown) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _rows(table: Table) -> str:
    columns = table._raw.columns
    heads = []
    for name, _, unit, source, _ in columns:
        title = f" title='{escape(source, quote=True)}'" if source else ""
        below = f"<div style='font-weight:normal;opacity:.6'>{escape(unit)}</div>" if unit else ""
        heads.append(f"<th{title} style='text-align:right;padding:2px 10px'>{escape(name)}{below}</th>")
    count = len(table)
    if count <= 2 * SHOWN:
        indices: list[int] = list(range(count))
    else:
        indices = [*range(SHOWN), -1, *range(count - SHOWN, count)]
    rows = ["<tr>" + "".join(heads) + "</tr>"]
    for index in indices:
        if index < 0:
            rows.append("<tr>" + _cell("…", align="right") * len(columns) + "</tr>")
            continue
        cells = (_cell(_number(table[name][index], 7), align="right") for name, *_ in columns)
        rows.append("<tr>" + "".join(cells) + "</tr>")
    return f"<table>{''.join(rows)}</table><div>{count} rows</div>"


#: Regimes backward in time, from the left: name and colour, which reads on light and dark pages.
_REGIMES = (("memorised", "#d9534f55"), ("class committed", "#5b9bd555"), ("noise", "#99999955"))


def _bar(table: Table) -> str:
    """The regimes on the axis of times, of a table of one row that has both transitions."""
    if len(table) != 1:
        return ""
    (speciation, collapse) = table._raw.bounds
    if speciation is None or collapse is None:
        return ""
    (name_s, t_s), (name_c, t_c) = speciation, collapse
    end = 1.3 * max(t_s, t_c)
    # Where collapse comes first there is no regime of committed classes.
    cuts = [0.0, t_c, max(t_s, t_c), end]
    parts = []
    for (name, colour), start, stop in zip(_REGIMES, cuts, cuts[1:]):
        if stop > start:
            style = f"width:{100 * (stop - start) / end:.3f}%;background:{colour};text-align:center;overflow:hidden"
            parts.append(f"<div style='{style}'>{name}</div>")
    marks = f"{escape(name_c)} = {t_c:.4g}, {escape(name_s)} = {t_s:.4g}; OU time from 0 to {end:.3g}"
    bar = "".join(parts)
    return (
        f"<div style='display:flex;max-width:42em;font-size:smaller;margin-top:6px'>{bar}</div>"
        f"<div style='font-size:smaller;opacity:.7'>{marks}</div>"
    )

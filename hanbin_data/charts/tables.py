"""Rows typeset as a table that reads the same in every front end.

Styles stand in each cell: JupyterLab drops ``<style>`` in notebooks that are not trusted.
"""

import html
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hanbin_data.charts.terms import label, name_of, note_of, period, records, written
from hanbin_data.words import say

if TYPE_CHECKING:
    from IPython.display import HTML

_LEFT = "text-align:left;vertical-align:top"
_NUMBER = "text-align:right;vertical-align:top;white-space:nowrap"
_WHOLE = ("period", "published", "unit", "comparability")
"""Columns whose short entries are not broken."""


def table(
    rows: pd.DataFrame | Mapping[str, Iterable[Any]],
    columns: Iterable[str] = (),
    *,
    folded: str = "",
) -> "HTML":
    """A table under headers that readers know, codes as their labels.

    Args:
        rows: a frame of the package, or columns of cells by the code of their header.
        columns: of a frame, which columns are shown; ``number`` is the number as charts
            write it, ``period`` the years with their basis, ``name`` and ``note`` what the
            frame has of these. What reads best for the frame if not given.
        folded: a line under which the table is folded until it is clicked.

    Raises:
        TypeError: ``rows`` is neither a frame nor a dict.
        ValueError: a column is none of the frame's; the message lists those.
    """
    from IPython.display import HTML

    if isinstance(rows, pd.DataFrame):
        rows = {column: _cells(rows, column) for column in columns or _columns(rows)}
    elif not isinstance(rows, Mapping):
        raise TypeError(f"rows must be a frame or a dict of columns, not {type(rows).__name__}")
    filled = {column: list(cells) for column, cells in rows.items()}
    # A note that no row has needs no column.
    filled = {k: c for k, c in filled.items() if k != "note" or any(c) or len(filled) == 1}
    head = "".join(
        f'<th scope="col" style="{_LEFT}">{_shown(label("header", column, column))}</th>'
        for column in filled
    )
    body = "".join(
        "<tr>" + "".join(map(_cell, filled, line)) + "</tr>"
        for line in zip(*filled.values(), strict=True)
    )
    typeset = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    if folded:
        typeset = f"<details><summary>{_shown(say(folded))}</summary>{typeset}</details>"
    return HTML(typeset)


def _columns(rows: pd.DataFrame) -> list[str]:
    """What reads best: what it is, its number with unit and period, and what to know."""
    if "rule" in rows:
        return ["rule", "holds", "evidence", "note"]
    if "reason" in rows and "formula" in rows:
        return ["label", "computed", "reason"]
    if "status" in rows:
        return ["label", "number", "unit", "computed", "note"]
    if "comparability" in rows:
        return ["label", "place", "number", "comparability", "confidence", "note"]
    if "publisher" in rows:
        return ["label", "number", "unit", "period", "publisher", "published", "note"]
    if "kind" in rows:
        return ["label", "theme", "kind"]
    if "definition" in rows:
        return ["name", "definition", "unit", "period", "basis", "caveat"]
    if "low" in rows:
        return ["label", "number", "unit", "period", "printed", "note"]
    return [str(column) for column in rows]


def _cells(rows: pd.DataFrame, column: str) -> list[Any]:
    if column == "number":
        return written(rows)
    if column == "period" and "period" not in rows:
        return [period(row) for row in records(rows)]
    if column == "note" and "note" not in rows:
        return [note_of(row) for row in records(rows)]
    if column == "name" and "name" not in rows:
        return [name_of(row) for row in records(rows)]
    if column not in rows:
        raise ValueError(f"the frame has no column {column!r}, only {', '.join(map(str, rows))}")
    if column == "unit":
        return [label("unit", code, code) for code in rows[column]]
    return [label(column, str(cell), cell) for cell in rows[column]]


def _cell(column: str, cell: Any) -> str:
    right = column == "number" or (isinstance(cell, int | float) and not isinstance(cell, bool))
    style = _NUMBER if right else _LEFT
    if column in _WHOLE and len(str(cell)) < 24:
        style += ";white-space:nowrap"
    return f'<td style="{style}">{_shown(cell)}</td>'


def _shown(cell: Any) -> str:
    return "" if not isinstance(cell, str) and pd.isna(cell) else html.escape(str(cell))

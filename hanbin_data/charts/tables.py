"""Rows typeset as a table that reads the same in every front end.

Styles stand in each cell: JupyterLab drops ``<style>`` in notebooks that are not trusted.
"""

import html
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hanbin_data.charts.terms import (
    check_columns,
    fields,
    label,
    name_of,
    note_of,
    period,
    records,
    written,
)
from hanbin_data.words import say

if TYPE_CHECKING:
    from IPython.display import HTML

_LEFT, _RIGHT = "text-align:left;vertical-align:top", "text-align:right;vertical-align:top"
_UNBROKEN = ";white-space:nowrap"
_WHOLE = ("period", "published", "unit", "comparability", "printed")
"""Columns whose short entries are not broken."""


def table(
    rows: pd.DataFrame | Mapping[str, Iterable[Any]],
    columns: Iterable[str] = (),
    *,
    codes: bool = False,
    folded: str = "",
) -> "HTML":
    """A table under headers that readers know, codes as their labels.

    Args:
        rows: a frame of the package, or columns of cells by the code of their header.
        columns: of a frame, which columns are shown; ``number`` is the number as charts
            write it, ``period`` the years with their basis, ``name`` and ``note`` what the
            frame has of these. What reads best for the frame if not given.
        codes: headers and cells as they are typed in code, not in words.
        folded: a line under which the table is folded until it is clicked.

    Raises:
        TypeError: ``rows`` is neither a frame nor a dict.
        ValueError: a column is none of the frame's; the message lists those.
    """
    from IPython.display import HTML

    if isinstance(rows, pd.DataFrame):
        chosen = list(columns) or _columns(rows)
        check_columns(rows, *(chosen if codes else ()))
        rows = {column: rows[column] if codes else _cells(rows, column) for column in chosen}
    elif not isinstance(rows, Mapping):
        raise TypeError(
            f"rows must be a frame or a dict of columns, not {type(rows).__name__}; "
            "reset_index() makes a Series a frame"
        )
    filled = {column: list(cells) for column, cells in rows.items()}
    # A note that no row has needs no column.
    filled = {k: c for k, c in filled.items() if k != "note" or any(c) or len(filled) == 1}
    heads = [column if codes else label("header", column, column) for column in filled]
    aligned = [_RIGHT if _is_number(*pair) else _LEFT for pair in filled.items()]
    head = _line('th scope="col"', heads, aligned, [12] * len(heads))
    lengths = [24 if column in _WHOLE and not codes else 0 for column in filled]
    lines = zip(*filled.values(), strict=True)
    body = "".join(_line("td", line, aligned, lengths) for line in lines)
    if codes:  # long names may be broken where their words end
        body = re.sub(r"(?<=\w_)(?=\w)", "<wbr>", body)
    typeset = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
    if folded:
        typeset = f"<details><summary>{_shown(say(folded))}</summary>{typeset}</details>"
    return HTML(typeset)


_BEST = {
    "rule": ("rule", "holds", "evidence", "note"),
    "outside": ("label", "computed", "reason"),
    "status": ("label", "number", "unit", "computed", "note"),
    "comparability": ("label", "place", "number", "comparability", "confidence", "note"),
    "publisher": ("label", "number", "unit", "period", "publisher", "published", "note"),
    "kind": ("label", "theme", "kind"),
    "definition": ("name", "definition", "unit", "period", "basis", "caveat"),
    "low": ("label", "number", "unit", "period", "printed", "note"),
}
"""What reads best of a frame that has this column, the first that fits: what a row is, its
number with unit and period, and what to know."""

_TOLD = {"period": period, "note": note_of, "name": name_of}
"""Columns that are told from a whole row, where a frame has none of this name."""


def _columns(rows: pd.DataFrame) -> Iterable[Any]:
    best = next((columns for key, columns in _BEST.items() if key in rows), ())
    made = ["note", *["number"] * ("low" in rows), *["period"] * ("period_start" in rows)]
    return best if best and {*best} <= {*rows, *made} else rows


def _cells(rows: pd.DataFrame, column: str) -> list[Any]:
    if column == "number" and "low" in rows:
        return written(rows)
    if column in _TOLD and column not in rows:
        return [_TOLD[column](row) for row in records(rows)]
    check_columns(rows, column)
    if column in fields():
        return [label(column, str(code), code) for code in rows[column].astype(object)]
    return list(rows[column])


def _is_number(column: str, cells: list[Any]) -> bool:
    numbers = [isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells]
    return column == "number" or (bool(cells) and all(numbers))


def _line(tag: str, cells: Iterable[Any], aligned: list[str], whole: list[int]) -> str:
    """A row of cells, unbroken where they are numbers or shorter than so many characters."""
    line = ""
    for cell, style, length in zip(map(_shown, cells), aligned, whole, strict=True):
        style += _UNBROKEN * (style is _RIGHT or len(cell) < length)
        line += f'<{tag} style="{style}">{cell}</{tag[:2]}>'
    return f"<tr>{line}</tr>"


def _shown(cell: Any) -> str:
    if isinstance(cell, float):  # whole numbers as such, others to six digits
        cell = "" if cell != cell else f"{cell:.0f}" if cell.is_integer() else f"{cell:.6g}"
    return "" if cell is None or cell is pd.NA else html.escape(str(cell))

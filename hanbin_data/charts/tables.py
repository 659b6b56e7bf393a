"""Rows typeset as a table that reads the same in every front end.

Styles stand in each cell: JupyterLab drops ``<style>`` in notebooks that are not trusted.
"""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML

from hanbin_data.charts import terms
from hanbin_data.words import say

_WHOLE = ("period", "published", "unit", "comparability", "printed")
"""Columns whose short entries are not broken."""


def table(
    rows: pd.DataFrame | Mapping[str, Iterable[Any]],
    columns: Iterable[str] = (),
    *,
    codes: bool = False,
    folded: str = "",
) -> HTML:
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
    if isinstance(rows, pd.DataFrame):
        chosen = list(columns) or _columns(rows)
        terms.check_columns(rows, *(chosen if codes else ()))
        rows = {column: rows[column] if codes else _cells(rows, column) for column in chosen}
    elif not isinstance(rows, Mapping):
        raise TypeError(
            f"rows must be a frame or a dict of columns, not {type(rows).__name__}; "
            "reset_index() makes a Series a frame"
        )
    filled = {column: list(cells) for column, cells in rows.items()}
    # A note that no row has needs no column.
    filled = {k: c for k, c in filled.items() if k != "note" or any(c) or len(filled) == 1}
    lines = zip(*(_column(*pair, codes) for pair in filled.items()), strict=True)
    typeset = [f"<tr>{''.join(line)}</tr>" for line in lines]
    head, body = "".join(typeset[:1]), "".join(typeset[1:])
    if codes:  # long names may be broken where their words end
        body = re.sub(r"(?<=\w_)(?=\w)", "<wbr>", body)
    page = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
    if folded:
        page = f"<details><summary>{_shown(say(folded))}</summary>{page}</details>"
    return HTML(page)


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

_TOLD = {"period": terms.period, "note": terms.note_of, "name": terms.name_of}
"""Columns that are told from a whole row, where a frame has none of this name."""


def _columns(rows: pd.DataFrame) -> Iterable[Any]:
    best = next((columns for key, columns in _BEST.items() if key in rows), ())
    made = ["note", *["number"] * ("low" in rows), *["period"] * ("period_start" in rows)]
    return best if best and {*best} <= {*rows, *made} else rows


def _cells(rows: pd.DataFrame, column: str) -> list[Any]:
    if column == "number" and "low" in rows:
        return terms.written(rows)
    if column == "period" and "published" in rows:
        return list(map(terms.dated, rows[column]))
    if column in _TOLD and column not in rows:
        return [_TOLD[column](row) for row in terms.records(rows)]
    terms.check_columns(rows, column)
    if column in terms.coded():
        return [terms.label(column, str(code), code) for code in rows[column].astype(object)]
    return list(rows[column])


def _column(column: str, cells: list[Any], codes: bool) -> Iterable[str]:
    """A header and its cells, numbers at the right; short ones and short entries stay whole."""
    numbers = [isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells]
    right = column == "number" or (bool(cells) and all(numbers))
    head = column if codes else terms.label("header", column, column)
    whole = 24 if right or (column in _WHOLE and not codes) else 0
    entries = [('th scope="col"', head, 12), *(("td", cell, whole) for cell in cells)]
    for tag, cell, length in entries:
        text = _shown(cell)
        unbroken = ";white-space:nowrap" * (len(text) < length)
        style = f"text-align:{'right' if right else 'left'};vertical-align:top{unbroken}"
        yield f'<{tag} style="{style}">{text}</{tag[:2]}>'


def _shown(cell: Any) -> str:
    if isinstance(cell, float):  # whole numbers as such, others to six digits
        cell = "" if cell != cell else f"{cell:.0f}" if cell.is_integer() else f"{cell:.6g}"
    return "" if cell is None or cell is pd.NA else html.escape(str(cell))

"""The report's figures as pandas DataFrames.

A number is typed in one place, ``data/figures.csv``. Every function here reads the CSV
files beside it and returns a fresh frame; ``data/codebook.csv`` gives the columns and
their types, ``data/vocabulary.csv`` the codes, their order and their labels.
"""

import csv
import io
import re
from collections import ChainMap
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from hanbin_data.numerals import scan

LANGUAGES = ("en", "zh")

Row = dict[str, str]

_TEXT = pd.StringDtype(na_value=np.nan)  # what pandas means by "str"


def choose(what: str, given: object, valid: Collection[str]) -> str:
    """Return ``given``, as a plain string, if it is one of ``valid``.

    Raises:
        TypeError: ``given`` is not a string.
        ValueError: it is none of ``valid``; the message lists them and names the nearest.
    """
    if isinstance(given, str) and given in valid:
        return str.__str__(given)  # an enumeration's member would print as itself
    listed = ", ".join(valid)
    if not isinstance(given, str):
        raise TypeError(f"{what} must be a string, not {type(given).__name__}; valid: {listed}")
    from difflib import get_close_matches  # only an error needs it

    near = get_close_matches(given[:80].lower(), valid, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"unknown {what} {given[:80]!r}{hint} Valid: {listed}")


def rows(name: str) -> list[Row]:
    """The lines of one CSV of the package, as text; they may be changed freely."""
    return [dict(line) for line in _parsed(name)]


# The package's own files do not change while it runs: each is read and split once.
@cache
def _parsed(name: str) -> list[Row]:
    # The encoding is named, so that no locale decides.
    text = (files("hanbin_data") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(header, line, strict=True)) for line in lines]


@cache
def _dtypes(table: str) -> Row:
    return {row["column"]: row["dtype"] for row in _parsed("codebook") if row["table"] == table}


@cache
def _codes(column: str) -> tuple[dict[str, int], pd.CategoricalDtype]:
    codes = [word["code"] for word in _parsed("vocabulary") if word["field"] == column]
    positions = {"": -1} | {code: position for position, code in enumerate(codes)}
    return positions, pd.CategoricalDtype(pd.Index(codes, dtype=_TEXT), ordered=column == "theme")


def frame(lines: list[Row], table: str, columns: list[str] | None = None) -> pd.DataFrame:
    """A frame of these lines with the columns and types that the codebook gives a table.

    An empty cell is missing.

    Raises:
        ValueError: a cell does not fit its column; the message names table, line and column.
    """
    dtypes = _dtypes(table)
    columns = columns or list(dtypes)
    # A slice of one long array of texts costs less than an array a column.
    texts = [column for column in columns if dtypes[column] == "str"]
    text = pd.array([line[column] or None for column in texts for line in lines], dtype=_TEXT)
    arrays = {}
    for column in columns:
        if column in texts:
            at = texts.index(column) * len(lines)
            arrays[column] = text[at : at + len(lines)]
            continue
        cells = [line[column] for line in lines]
        try:
            arrays[column] = _array(cells, column, dtypes[column])
        except ValueError:
            for number, cell in enumerate(cells, 1):
                try:
                    _array([cell], column, dtypes[column])
                except ValueError as error:
                    raise ValueError(f"{table}, line {number}, {column}: {error}") from error
            raise
    return pd.DataFrame(arrays, copy=False)  # the arrays are new, and this frame's alone


def _array(cells: list[str], column: str, dtype: str) -> Any:
    match dtype:
        case "category":
            positions, codes = _codes(column)
            for cell in cells:
                if cell not in positions:
                    choose(column, cell, codes.categories)
            return pd.Categorical.from_codes([positions[cell] for cell in cells], dtype=codes)
        case "int64":
            return np.array([int(cell) for cell in cells], dtype="int64")
        case "float64":
            return np.array([float(cell or "nan") for cell in cells], dtype="float64")
        case _:
            truths = [choose(column, cell, ("False", "True")) == "True" for cell in cells]
            return np.array(truths, dtype="bool")


def figure_rows() -> list[Row]:
    """The lines of figures.csv; a label or note that quotes a number has it filled in."""
    return [dict(line) for line in _stated()]


@cache
def _stated() -> list[Row]:
    lines = rows("figures")
    numbers = {line["id"]: _counted(line, "value") for line in lines}
    for line in lines:
        for key in ("label_en", "label_zh", "note_en", "note_zh"):
            if "{" in line[key]:
                own = {end: _counted(line, end) for end in ("value", "low", "high")}
                own |= {part: line[part] for part in ("printed", "period_start", "period_end")}
                known = ChainMap(own, numbers)
                try:
                    line[key] = line[key].format_map(known)
                except KeyError as error:
                    choose(f"name in {key} of the figure {line['id']}", error.args[0], known)
    return lines


def _counted(line: Row, column: str) -> str:
    try:
        return f"{int(line[column]):,}"
    except ValueError as error:
        raise ValueError(f"figures, {line['id']}, {column}: {error}") from error


def figures() -> pd.DataFrame:
    """Every quantity that the report states about the district.

    Each row is one figure. Columns: ``id``, ``theme``, ``label_en``, ``label_zh``,
    ``value``, ``low``, ``high`` (in the base unit), ``qualifier``, ``unit``,
    ``unit_zh``, ``measure``, ``period_start``, ``period_end`` (years),
    ``period_basis``, ``part_of``, ``printed``, ``counted``, ``section``, ``offset``
    (characters of the normalised text), ``note_en``, ``note_zh``.
    ``codebook("figures")`` defines each.

    Shape: one row per figure × 21 columns, in the order of the report.

    Source: the article that :data:`hanbin_data.SOURCE` describes.
    """
    return frame(figure_rows(), "figures")


def tables() -> pd.DataFrame:
    """The themed tables that :func:`load` returns.

    Each row is one table. Columns: ``name``, ``theme``, ``rows`` and ``columns``
    (counts), ``description_en``, ``description_zh``.

    Shape: one row per table × 6 columns.

    Source: derived from :func:`figures`.
    """
    members = [line["table"] for line in rows("table_rows")]
    lines = rows("tables")
    for line in lines:
        line["rows"] = str(members.count(line["name"]))
        line["columns"] = str(len(_themed_columns(line)))
    return frame(lines, "tables")


def _themed_columns(spec: Row) -> list[str]:
    year = ["year"] if spec["key"] == "statistic" else []
    natural = ["figure_id", spec["key"], *year, "label", spec["value_column"]]
    travelling = ["low", "high", "qualifier", "unit", "measure", "period_start", "period_end"]
    return [*natural, *travelling, "period_basis", "part_of", "printed", "note"]


def load(name: str, lang: str = "en") -> pd.DataFrame:
    """One themed table, tidy, derived from :func:`figures`.

    Each row is one figure in the table's own terms: ``figure_id``, the table's key (say
    ``level``), a short ``label`` in ``lang``, the number (in a column named after what it
    counts where the table has one unit, else ``value``), and what must travel with it:
    ``low``, ``high``, ``qualifier``, ``unit``, ``measure``, ``period_start``,
    ``period_end``, ``period_basis``, ``part_of``, ``printed``, ``note`` in ``lang``.
    ``tables()`` lists names and shapes, ``codebook(name)`` defines the columns.

    Raises:
        TypeError: ``name`` or ``lang`` is not a string.
        ValueError: ``name`` or ``lang`` is unknown; the message lists the valid ones.
    """
    specs = {line["name"]: line for line in rows("tables")}
    spec = specs[name := choose("table", name, specs)]
    lang = choose("language", lang, LANGUAGES)
    stated = {line["id"]: line for line in figure_rows()}
    labels = {
        word["code"]: word[f"label_{lang}"]
        for word in rows("vocabulary")
        if word["field"] == spec["key"]
    }
    lines = []
    for member in rows("table_rows"):
        if member["table"] == name:
            line = dict(stated[choose(f"figure of {name}", member["figure_id"], stated)])
            line["figure_id"] = member["figure_id"]
            line["year"] = line["period_end"]
            line["label"] = labels[choose(spec["key"], member["key"], labels)]
            line["note"] = line[f"note_{lang}"]
            line[spec["value_column"]] = line["value"]
            line[spec["key"]] = member["key"]
            lines.append(line)
    return frame(lines, "themed", _themed_columns(spec))


def programmes(lang: str = "en") -> pd.DataFrame:
    """The named campaigns, programmes, mechanisms, documents and recognitions.

    Each row is one name that the report prints; no natural persons. Columns: ``offset``
    (characters of the normalised text), ``name_zh``, ``name_en`` (our gloss), ``label``
    in ``lang``, ``theme``, ``kind``.

    Shape: one row per name × 6 columns, in the order of the report.

    Source: the article that :data:`hanbin_data.SOURCE` describes.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    lines = rows("programmes")
    for line in lines:
        whole = re.fullmatch("“([^”]*)”", line["name_zh"])  # quoted from end to end
        bare = whole[1] if whole else line["name_zh"]
        line["label"] = bare if lang == "zh" else f"{line['name_en']} ({bare})"
    return frame(lines, "programmes")


def numerals() -> pd.DataFrame:
    """Every numeral of the article, accounted for.

    Each row is one numeral, Arabic or Chinese, in digits or in words. Columns:
    ``offset`` (characters of the normalised text), ``printed``, and either ``figure_id``
    or the ``reason`` why it is no figure.

    Shape: one row per numeral × 4 columns, in the order of the report.

    Source: the article that :data:`hanbin_data.SOURCE` describes.
    """
    lines = [{**line, "figure_id": ""} for line in rows("numerals")]
    for figure in rows("figures"):
        for start, numeral in scan(figure["printed"]):
            offset = str(int(figure["offset"]) + start)
            lines.append(
                {"offset": offset, "printed": numeral, "figure_id": figure["id"], "reason": ""}
            )
    return frame(sorted(lines, key=lambda line: int(line["offset"])), "numerals")


def vocabulary(lang: str = "en") -> pd.DataFrame:
    """Every code of every category column with its label.

    Each row is one code. Columns: ``field`` (the column that uses it), ``code``,
    ``label`` in ``lang``.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    lang = choose("language", lang, LANGUAGES)
    lines = [{**line, "label": line[f"label_{lang}"]} for line in rows("vocabulary")]
    return frame(lines, "vocabulary")


def codebook(table: str) -> pd.DataFrame:
    """What the columns of a table mean.

    Each row is one column of the table, in its order. Columns: ``table``, ``column``,
    ``dtype``, ``unit`` ("unit" where the table's own unit column tells it, missing where
    there is none), ``missing`` (whether a cell may be), ``meaning_en``, ``meaning_zh``.

    Args:
        table: a name from :func:`tables`, or the name of a function of this package that
            returns a frame, such as ``"figures"``.

    Raises:
        TypeError: ``table`` is not a string.
        ValueError: there is no such table; the message lists the valid ones.
    """
    lines = rows("codebook")
    specs = {line["name"]: line for line in rows("tables")}
    own = dict.fromkeys(line["table"] for line in lines if line["table"] != "themed")
    table = choose("table", table, [*own, *specs])
    if table in specs:
        meaning = {line["column"]: line for line in lines if line["table"] == "themed"}
        columns = _themed_columns(specs[table])
        return frame([{**meaning[column], "table": table} for column in columns], "codebook")
    return frame([line for line in lines if line["table"] == table], "codebook")

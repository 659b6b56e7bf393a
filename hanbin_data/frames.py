"""The report's figures as pandas DataFrames.

A number is typed in one place, ``data/figures.csv``. Every function reads the CSV files
there and returns a fresh frame, its texts in ``lang``, ``"en"`` or ``"zh"`` (None is the
default language). A word that is not known is a ValueError that lists the valid ones, and
what is no string a TypeError. ``data/datapackage.json`` gives the columns of files and
frames, their types and meanings, ``data/vocabulary.csv`` the codes and their labels.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from hanbin_data.names import Described, Figure, Lang, Table
from hanbin_data.numerals import scan
from hanbin_data.words import choose, language, say

Row = dict[str, str]

TEXT = pd.StringDtype(na_value=np.nan)
"""What pandas means by "str", whatever its options."""

_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}


def rows(name: str) -> list[Row]:
    """The lines of one CSV of the package, as text; they may be changed freely."""
    return [dict(line) for line in _parsed(name)]


# The package's own files do not change while it runs: each is read and split once.
@cache
def _parsed(name: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(_read(f"{name}.csv"), newline="")))


def _read(name: str) -> str:
    # The encoding is named, so that no locale decides.
    return (files("hanbin_data") / "data" / name).read_text(encoding="utf-8")


@cache
def described() -> dict[str, dict[str, dict[str, Any]]]:
    """The columns of each frame by its name, as ``datapackage.json`` describes them.

    There a column that is also one of a file or of an earlier frame refers to it.
    """
    package = json.loads(_read("datapackage.json"))
    known: dict[str, dict[str, Any]] = {
        f"{file['name']}.{column['name']}": column
        for file in package["resources"]
        for column in file["schema"]["fields"]
    }
    for own in package["frames"]:
        for column in own["fields"]:
            column = {"from": column} if isinstance(column, str) else column
            column = known[column["from"]] | column if "from" in column else column
            column = column | {"dtype": _DTYPES[column["type"]]}
            known[f"{own['name']}.{column['name']}"] = column
            own.setdefault("columns", {})[column["name"]] = column
    return {own["name"]: own["columns"] for own in package["frames"]}


def labels(field: str, lang: str | None = None) -> dict[str, str]:
    """The labels of a field of the vocabulary, by code."""
    lang = language(lang)
    return {line["code"]: line[f"label_{lang}"] for line in _parsed("vocabulary")
            if line["field"] == field}  # fmt: skip


def frame(lines: list[Row], table: str, columns: Iterable[str] = ()) -> pd.DataFrame:
    """A frame of these lines with the columns and types that are described for a table.

    An empty cell is missing. Codes are plain text, so that they may be joined with text,
    counted and changed; each must be one of the vocabulary's.

    Raises:
        ValueError: a cell does not fit its column; the message names table, line and column.
    """
    fields = described()[table]
    arrays = {}
    for column in columns or fields:
        dtype = fields[column]["dtype"]
        known = labels(column, "en") if fields[column].get("codes") else {}
        cells: list[Any] = []
        for number, line in enumerate(lines, 1):
            cell = line[column]
            try:
                if dtype == "bool":
                    cells.append(choose(column, cell, ("False", "True")) == "True")
                elif dtype == "str":
                    cells.append((choose(column, cell, known) if known and cell else cell) or None)
                else:
                    cells.append(int(cell) if dtype == "int64" else float(cell or "nan"))
            except ValueError as error:
                raise ValueError(f"{table}, line {number}, {column}: {error}") from error
        arrays[column] = pd.array(cells, dtype=TEXT if dtype == "str" else dtype)
    return pd.DataFrame(arrays)


Term = tuple[float, float, float]
"""Value, low and high."""


def terms(stated: Iterable[Mapping[Any, Any]]) -> dict[str, Term]:
    """What a formula or a text may name: figures, and the years of their periods."""
    known: dict[str, Term] = {}
    parts = ("value", "low", "high", "period_start", "period_end")
    for line in stated:
        try:
            value, low, high, start, end = (float(line[part]) for part in parts)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{line['id']}: its numbers and years must be so: {error}") from error
        known[line["id"]] = (value, low, high)
        known[f"{line['id']}_start"] = (start, start, start)
        known[f"{line['id']}_end"] = (end, end, end)
    return known


def written(term: Term, lang: str) -> str:
    """A number for a text; the range, where the printed number lies outside it.

    English marks thousands, Chinese does not, as the report prints.
    """
    value, low, high = (f"{part:.12g}" if lang == "zh" else f"{part:,.12g}" for part in term)
    return value if term[1] <= term[0] <= term[2] else f"{low}–{high}"


def spoken(line: Row, known: Mapping[str, Term], lang: str, **own: str) -> Row:
    """The line with its texts in a language, under names without ``_en`` and ``_zh``.

    A text names numbers in braces, as ``{cases_filed}``, which are filled in.
    """

    def number(found: re.Match[str]) -> str:
        name = found[1]
        if name in own:
            return own[name]
        term = known[choose("figure in a text", name, known)]
        return f"{term[0]:.0f}" if name.endswith(("_start", "_end")) else written(term, lang)

    for column in [name.removesuffix("_en") for name in line if name.endswith("_en")]:
        line[column] = re.sub(r"{(\w+)}", number, line[f"{column}_{lang}"])
    return line


def figure_rows(lang: str = "en") -> list[Row]:
    """The lines of figures.csv with label and note in a language."""
    lines = rows("figures")
    known = terms(lines)
    for line in lines:
        own = {end: written((float(line[end]),) * 3, lang) for end in ("value", "low", "high")}
        own |= {part: line[part] for part in ("printed", "period_start", "period_end")}
        spoken(line, known, lang, **own)["classifier"] = line["unit_zh"]
    return lines


def figures(*, lang: Lang | None = None) -> pd.DataFrame:
    """Every quantity that the report states about the district.

    Each row is one figure: ``id``, ``theme``, ``label``, the number with its range
    (``value``, ``low``, ``high`` in the base unit ``unit``), how it is qualified and
    measured, the years that it covers and where they come from, how it is printed, and a
    ``note`` to know before use. ``codebook("figures")`` defines each column.

    Shape: one row per figure × 19 columns, in the order of the report.

    Source: the article that :data:`hanbin_data.SOURCE` describes.
    """
    return frame(figure_rows(language(lang)), "figures")


def figure(name: Figure, *, lang: Lang | None = None) -> pd.Series:
    """One row of :func:`figures`, as a Series: ``figure("cases_filed").value``."""
    stated = figures(lang=lang)
    choose("figure", name, list(stated["id"]))
    return stated[stated["id"] == name].iloc[0].rename(name)


def tables(*, lang: Lang | None = None) -> pd.DataFrame:
    """The themed tables that :func:`load` returns.

    Each row is one table: ``name``, ``theme``, ``rows`` and ``columns`` (counts),
    ``description``.
    """
    members = [line["table"] for line in _parsed("table_rows")]
    lines = [spoken(line, {}, language(lang)) for line in rows("tables")]
    for line in lines:
        line["rows"] = str(members.count(line["name"]))
        line["columns"] = str(len(_themed_columns(line)))
    return frame(lines, "tables")


def _themed_columns(spec: Row) -> list[str]:
    columns = list(described()["themed"])
    year = ["year"] if spec["key"] == "statistic" else []
    number = dict.fromkeys((spec["value_column"], "value"))
    behind = columns[columns.index("low") :]
    return ["figure_id", spec["key"], *year, "label", *number, *behind]


def load(name: Table, *, lang: Lang | None = None) -> pd.DataFrame:
    """One themed table, tidy, derived from :func:`figures`.

    Each row is one figure in the table's own terms: ``figure_id``, the table's key (say
    ``level``), a short ``label``, the number as ``value`` (and, where the table has one
    unit, under the name of what it counts, as ``persons``), and what must travel with it:
    its range, qualifier, unit, period, printed form and ``note``. ``tables()`` lists names
    and shapes, ``codebook(name)`` defines the columns.
    """
    specs = {line["name"]: line for line in _parsed("tables")}
    spec = specs[choose("table", name, specs)]
    stated = {line["id"]: line for line in figure_rows(language(lang))}
    short = labels(spec["key"], lang)
    lines = []
    for member in [line for line in _parsed("table_rows") if line["table"] == spec["name"]]:
        line = stated[choose(f"figure of {name}", member["figure_id"], stated)]
        own = {"figure_id": line["id"], spec["key"]: member["key"], "year": line["period_end"],
               "label": short[choose(spec["key"], member["key"], short)],
               spec["value_column"]: line["value"]}  # fmt: skip
        lines.append(line | own)
    return frame(lines, "themed", _themed_columns(spec))


def programmes(*, lang: Lang | None = None) -> pd.DataFrame:
    """The named campaigns, programmes, mechanisms, documents and recognitions.

    Each row is one name that the report prints, in its order; no natural persons:
    ``label`` (in English our gloss, with the name in parentheses), ``theme``, ``kind``,
    ``printed`` (the name as the report has it), ``offset`` (in the normalised text).

    Source: the article that :data:`hanbin_data.SOURCE` describes.
    """
    chosen = language(lang)
    lines = rows("programmes")
    for line in lines:
        line["printed"] = line["name_zh"]
        bare = re.sub("^“([^”]*)”$", r"\1", line["printed"])  # quoted from end to end
        line["label"] = f"{line['name_en']} ({bare})" if chosen == "en" else bare
    return frame(lines, "programmes")


def numerals() -> pd.DataFrame:
    """Every numeral of the article, accounted for.

    Each row is one numeral, Arabic or Chinese, in digits or in words, in the order of the
    report: ``printed``, either ``figure_id`` or the ``reason`` why it is no figure,
    ``offset`` (in the normalised text, where two that only white space parts are one).

    Source: the article that :data:`hanbin_data.SOURCE` describes.
    """
    lines = [line | {"figure_id": ""} for line in _parsed("numerals")]
    for figure in _parsed("figures"):
        for start, printed in scan(figure["printed"]):
            place = {"offset": str(int(figure["offset"]) + start), "printed": printed}
            lines.append(place | {"figure_id": figure["id"], "reason": ""})
    return frame(sorted(lines, key=lambda line: int(line["offset"])), "numerals")


def vocabulary(*, lang: Lang | None = None) -> pd.DataFrame:
    """Every code with its ``label``, and the column (``field``) that uses it; each row is one."""
    chosen = language(lang)
    return frame([spoken(line, {}, chosen) for line in rows("vocabulary")], "vocabulary")


def explanations(*, lang: Lang | None = None) -> pd.DataFrame:
    """The figures explained on one page, as a Chinese yearbook does (指标解释).

    Each row is one figure, in the order of the report: ``id``, ``name``, ``definition``
    (how it is counted and qualified, and what it is part of, with the printed form),
    ``unit``, ``period``, ``basis`` (where the period comes from), ``caveat`` (or missing).
    """
    chosen = language(lang)
    word = {field: labels(field, chosen) for field in
            ("measure", "qualifier", "unit", "period_basis")}  # fmt: skip
    lines = figure_rows(chosen)
    names = {line["id"]: line["label"] for line in lines}
    for line in lines:
        told = {field: known[line[field]] for field, known in word.items()}
        line |= {"name": line["label"], "caveat": line["note"], "basis": told["period_basis"]}
        line["definition"] = say("{measure}; {qualifier}; printed as {printed}", chosen,
                                 **told, printed=line["printed"])  # fmt: skip
        if line["part_of"]:
            line["definition"] += say("; a part of: {whole}", chosen, whole=names[line["part_of"]])
        line["period"] = say("{years}", chosen, years=years(line))
        line["unit"] = told["unit"]
    return frame(lines, "explanations")


def years(line: Mapping[str, Any]) -> str:
    """The years of a period: 2016–2021, or one."""
    start, end = line["period_start"], line["period_end"]
    return str(start) if start == end else f"{start}–{end}"


def codebook(table: Described, *, lang: Lang | None = None) -> pd.DataFrame:
    """What the columns of a table mean.

    Each row is one column of the table, in its order: ``table``, ``column``, ``dtype``,
    ``unit`` ("unit" where the table's own unit column tells it, missing where there is
    none), ``missing`` (whether a cell may be), ``meaning``.

    Args:
        table: a name from :func:`tables`, or the name of a function of this package that
            returns a frame, such as ``"figures"``.
    """
    specs = {line["name"]: line for line in _parsed("tables")}
    name = choose("table", table, [*(one for one in described() if one != "themed"), *specs])
    meaning = {"en": "description", "zh": "description_zh"}[language(lang)]
    fields = described()["themed" if name in specs else name]
    lines = [
        {"table": name, "column": column, "dtype": fields[column]["dtype"],
         "unit": fields[column].get("unit", ""), "meaning": fields[column][meaning],
         "missing": str(not fields[column].get("constraints", {}).get("required", False))}
        for column in (_themed_columns(specs[name]) if name in specs else fields)
    ]  # fmt: skip
    return frame(lines, "codebook")

"""All tables of the package as a workbook, a folder of CSV files, or JSON."""

import csv
import inspect
import io
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

import hanbin_data
from hanbin_data.frames import choose, codebook, load, tables
from hanbin_data.saving import folder, named, place, target
from hanbin_data.source import SOURCE, citation

__all__ = ["all_tables", "export"]

FORMATS = (".xlsx", ".json", ".csv")

FUNCTIONS = (
    *("figures", "programmes", "numerals", "vocabulary"),
    *("indicators", "refusals", "checks", "context", "comparisons"),
)
"""The package's functions that return a whole table."""

_MADE = datetime(1980, 1, 1)  # no clock time in a file, so that same tables give same bytes


def all_tables() -> dict[str, pd.DataFrame]:
    """Every table of the package by name, each with its labels in both languages.

    In order: ``contents`` (each row is one of the others), the figures, programmes,
    numerals and further tables, the themed tables, ``codebook`` and ``source``.
    """
    found = {}
    for name in FUNCTIONS:
        found[name] = in_both_languages(getattr(hanbin_data, name))
    described = [*found]
    themed = tables()
    for name in themed["name"]:
        found[name] = in_both_languages(load, name)
    found["tables"] = themed
    books = [codebook(name) for name in (*described, "tables", *themed["name"])]
    found["codebook"] = pd.concat(books, ignore_index=True)
    found["source"] = pd.DataFrame(
        [*SOURCE.items(), ("citation", citation()), ("version", hanbin_data.__version__)],
        columns=["what", "text"],
    )
    contents = [(name, *table.shape) for name, table in found.items()]
    return {"contents": pd.DataFrame(contents, columns=["table", "rows", "columns"]), **found}


def in_both_languages(function: Callable[..., pd.DataFrame], *given: str) -> pd.DataFrame:
    """A function's table; a column that differs by language stands there for each."""
    if "lang" not in inspect.signature(function).parameters:
        return function(*given)
    english, chinese = (function(*given, lang=lang) for lang in ("en", "zh"))
    columns: dict[str, Any] = {}
    for column in map(str, english):
        if english[column].equals(chinese[column]):
            columns[column] = english[column]
        elif f"{column}_en" not in english:
            columns[f"{column}_en"] = english[column]
            columns[f"{column}_zh"] = chinese[column]
    return pd.DataFrame(columns)


def export(path: str | os.PathLike[str]) -> list[Path]:
    """Write all tables.

    Args:
        path: an ``.xlsx`` file with a sheet a table, a ``.json`` file, or a folder of CSV
            files (a path that ends in ``.csv`` or has no suffix), which is made if only it
            itself is missing.

    Returns:
        The files written.

    Raises:
        TypeError: ``path`` is no path.
        ValueError: the suffix is another, and the message lists the valid ones; or the path
            is empty.
        FileNotFoundError: the folder around ``path`` does not exist.
        NotADirectoryError: ``path`` has no suffix and is a file.
        OSError: a file cannot be written.
    """
    suffix = named(path).suffix.lower()
    if suffix:
        choose("suffix", suffix, FORMATS)
    if suffix == ".xlsx":
        return [place(target(path), workbook(all_tables()))]
    if suffix == ".json":
        return [place(target(path), _json(all_tables()))]
    into = folder(path)
    contents = {name: separated(table) for name, table in all_tables().items()}
    into.mkdir(exist_ok=True)
    files = [target(into / f"{name}.csv") for name in contents]
    return [place(file, blob) for file, blob in zip(files, contents.values(), strict=True)]


def safe(cell: Any) -> Any:
    """A cell of a CSV file: a text that a spreadsheet would run as a formula gets a ``'``."""
    dangerous = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if dangerous else cell


def separated(table: pd.DataFrame) -> bytes:
    """A table as a CSV file that Excel reads right: UTF-8 with its signature."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(column) for column in table.columns])
    for row in table.itertuples(index=False):
        writer.writerow(["" if pd.isna(cell) else safe(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _json(found: Mapping[str, pd.DataFrame]) -> bytes:
    # DataFrame.to_json would round what is computed.
    content = {
        name: table.astype(object).where(table.notna(), None).to_dict("records")
        for name, table in found.items()
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """An Excel workbook with a sheet a table. Texts stay texts, whatever they begin with.

    Raises:
        ValueError: a table is larger than a sheet may be, or a text longer than a cell's.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        book.set_properties({"created": _MADE, "author": "hanbin-data"})
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        number = book.add_format({"valign": "top"})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name[:31])
            refused = 0
            sheet.freeze_panes(1, 0)
            for position, column in enumerate(table.columns):
                refused |= sheet.write_string(0, position, str(column), heading)
                widest = len(str(column))
                for row, cell in enumerate(table[column], 1):
                    if pd.isna(cell):
                        continue
                    if isinstance(cell, str):
                        refused |= sheet.write_string(row, position, cell, text)
                    else:
                        refused |= sheet.write(row, position, _plain(cell), number)
                    widest = max(widest, len(str(cell)))
                sheet.set_column(position, position, min(48, widest + 3))
            if refused:
                raise ValueError(
                    f"{name!r}, {len(table):,} rows × {len(table.columns):,} columns, does not fit "
                    "a sheet, which holds 1,048,576 × 16,384 cells of 32,767 characters; save .csv"
                )
            if len(table):
                sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    return out.getvalue()


def _plain(cell: Any) -> Any:
    """A number or truth value as Python's own, which is all that a workbook takes.

    Anything else is its text, a number beyond what a cell can hold among them.
    """
    own = cell.item() if hasattr(cell, "item") else cell
    try:
        return own if isinstance(own, bool | int | float) and isfinite(own) else str(own)
    except OverflowError:
        return str(own)

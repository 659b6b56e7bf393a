"""All tables of the package as a workbook, a folder of CSV files, or JSON."""

import inspect
import io
import json
import os
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_data.frames import codebook, described, load, tables
from hanbin_data.saving import named, place_all
from hanbin_data.source import SOURCE, __version__, citation
from hanbin_data.words import LANGUAGES, choose

__all__ = ["all_tables", "export"]

_SIGNS = tuple("=+-@＝＋－＠\t\r\n")
_MADE = datetime(1980, 1, 1)  # no clock time in a file, so that same tables give same bytes


def all_tables() -> dict[str, pd.DataFrame]:
    """Every table of the package by name, each with its texts in both languages.

    In order: ``contents`` (each row is one of the others), the figures and the frames of
    the other functions, the themed tables, ``codebook`` and ``source``.
    """
    names = [name for name in described() if name not in ("themed", "codebook")]
    found = {name: in_both_languages(getattr(import_module("hanbin_data"), name)) for name in names}
    found |= {name: in_both_languages(load, name) for name in tables()["name"]}
    books = [in_both_languages(codebook, name) for name in found]
    found["codebook"] = pd.concat(books, ignore_index=True)
    source = [*SOURCE.items(), ("citation", citation()), ("version", __version__)]
    found["source"] = pd.DataFrame(source, columns=["what", "text"])
    contents = [(name, *table.shape) for name, table in found.items()]
    return {"contents": pd.DataFrame(contents, columns=["table", "rows", "columns"]), **found}


def in_both_languages(function: Callable[..., pd.DataFrame], *given: str) -> pd.DataFrame:
    """A function's table; a column that differs by language stands there for each."""
    if "lang" not in inspect.signature(function).parameters:
        return function(*given)
    english, chinese = (function(*given, lang=lang) for lang in LANGUAGES)
    columns: dict[str, Any] = {}
    for column in map(str, english):
        same = english[column].equals(chinese[column])
        for ending, table in ({"": english} if same else {"_en": english, "_zh": chinese}).items():
            columns[f"{column}{ending}"] = table[column]
    return pd.DataFrame(columns)


def export(path: str | os.PathLike[str]) -> list[Path]:
    """Write all tables: every file, or none.

    Args:
        path: an ``.xlsx`` file with a sheet a table, a ``.json`` file, or a folder of CSV
            files (a path that ends in ``.csv`` or has no suffix), which is made if only it
            itself is missing.

    Returns:
        The files written.

    Raises:
        TypeError, ValueError: ``path`` is no path, is empty or has another suffix.
        OSError: as its kind tells: there is no folder around it, it has no suffix and is a
            file, or a file cannot be written; everything is then as it was.
    """
    suffix = named(path).suffix.lower()
    if suffix:
        choose("suffix", suffix, (".xlsx", ".json", ".csv"))
    found = all_tables()
    if suffix in (".xlsx", ".json"):
        return place_all({path: (_workbook if suffix == ".xlsx" else _json)(found)})
    return place_all({f"{name}.csv": _separated(table) for name, table in found.items()}, path)


def _separated(table: pd.DataFrame) -> bytes:
    """A table as a CSV file that Excel reads right: UTF-8 with its signature."""

    def safe(cell: Any) -> Any:
        """A text that a spreadsheet would run as a formula gets a ``'``."""
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(_SIGNS) else cell

    plain = table.astype(object).map(safe)
    return plain.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _json(found: dict[str, pd.DataFrame]) -> bytes:
    # DataFrame.to_json would round what is computed.
    content = {
        name: table.astype(object).where(table.notna(), None).to_dict("records")
        for name, table in found.items()
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def _workbook(found: dict[str, pd.DataFrame]) -> bytes:
    """A sheet a table. Texts stay texts, whatever they begin with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        writer.book.set_properties({"created": _MADE, "author": "hanbin-data"})
        text = writer.book.add_format({"text_wrap": True, "valign": "top"})
        for name, table in found.items():
            table.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0))
            sheet = writer.sheets[name]
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
            sheet.set_column(0, len(table.columns) - 1, None, text)
            sheet.autofit(360)  # pixels; longer texts are wrapped
    return out.getvalue()

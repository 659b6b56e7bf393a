"""Exported tables read back as they were, in both languages, whole or not at all."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import time_machine
from pandas.testing import assert_frame_equal

import hanbin_data as hd
from hanbin_data.export import _separated, _workbook, all_tables, export

TABLES = all_tables()


def test_all_tables_are_there_in_both_languages() -> None:
    assert list(TABLES["contents"]["table"]) == list(TABLES)[1:]
    assert {"figures", "indicators", "explanations", "talent", "codebook"} <= set(TABLES)
    for lang in ("en", "zh"):
        label = hd.indicators(lang=lang)["label"]
        assert list(TABLES["indicators"][f"label_{lang}"]) == list(label)
    book = TABLES["codebook"]
    assert set(book["table"]) == set(TABLES) - {"contents", "codebook", "source"}


@pytest.mark.parametrize("name", ["tables", "tables.xlsx"])
def test_a_spreadsheet_reads_back(name: str, tmp_path: Path) -> None:
    own = {"keep_default_na": False, "na_values": [""]}
    files = export(tmp_path / name)
    if name == "tables":
        assert all(file.read_bytes().startswith(b"\xef\xbb\xbf") for file in files), "for Excel"
        back = {file.stem: pd.read_csv(file, **own) for file in files}
    else:
        back = pd.read_excel(files[0], sheet_name=None, **own)
    assert list(back) == list(TABLES)
    for name, table in TABLES.items():
        # A file knows numbers and texts alone. A cell has 16 digits; of a CSV pandas 3.0
        # reads the last digit by another way.
        assert_frame_equal(back[name].astype(table.dtypes), table, rtol=1e-15)


def test_columns_are_as_wide_as_what_they_hold() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_workbook(TABLES)))["figures"]
    widths = {sheet.cell(1, number).value: sheet.column_dimensions[letter].width
              for number, letter in enumerate("ABCDEFG", 1)}  # fmt: skip
    assert widths["id"] > 20 > widths["value"]
    assert widths["label_en"] < 60, "longer ones are wrapped"
    assert sheet["C2"].alignment.wrap_text


def test_json_is_exact(tmp_path: Path) -> None:
    (file,) = export(tmp_path / "tables.json")
    content = json.loads(file.read_text(encoding="utf-8"))
    assert list(content) == list(TABLES)
    for name, table in TABLES.items():
        back = pd.DataFrame(content[name], columns=table.columns)
        assert_frame_equal(back.astype(table.dtypes), table, check_exact=True)


def test_the_same_tables_give_the_same_bytes() -> None:
    first = _workbook(TABLES)
    with time_machine.travel("2031-05-17"):
        assert _workbook(TABLES) == first


def test_no_text_runs_as_a_formula() -> None:
    texts = [f"{sign}1+1" for sign in "=+-@＝＋－＠\t\r\n"]
    table = pd.DataFrame({"text": texts, "number": -1.5})
    written = list(csv.reader(io.StringIO(_separated(table).decode("utf-8-sig"), newline="")))
    assert [row[0] for row in written[1:]] == [f"'{text}" for text in texts]
    assert {row[1] for row in written[1:]} == {"-1.5"}
    sheet = openpyxl.load_workbook(io.BytesIO(_workbook({"a": table})))["a"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}


@pytest.mark.parametrize(
    ("path", "error"),
    [("a.doc", ValueError), ("none/a.json", FileNotFoundError), ("", ValueError), (None, TypeError),
     (3, TypeError), (b"a", TypeError), ("a\0.json", ValueError), ("\ud800.xlsx", ValueError)],
)  # fmt: skip
def test_a_bad_path_leaves_nothing(path: Any, error: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error):
        export(path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_filled_stays_as_it_is(tmp_path: Path) -> None:
    last = list(TABLES)[-1]
    (tmp_path / f"{last}.csv").mkdir()
    with pytest.raises(IsADirectoryError, match=last):
        export(tmp_path)
    assert os.listdir(tmp_path) == [f"{last}.csv"]

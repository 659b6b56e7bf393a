"""Frames go to polars, DuckDB, pyarrow and Excel and come back as they were."""

import io
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

import hanbin_data as hd

TABLES = list(hd.tables()["name"])
CALLS = {
    **{name: getattr(hd, name) for name in ("figures", "tables", "numerals")},
    "codebook": lambda: hd.codebook("figures"),
    **{
        f"{name} {lang}": (lambda name=name, lang=lang: getattr(hd, name)(lang=lang))
        for name in ("programmes", "vocabulary", "indicators", "refusals", "checks", "context",
                     "comparisons")
        for lang in ("en", "zh")
    },
    **{
        f"{name} {lang}": (lambda name=name, lang=lang: hd.load(name, lang))
        for name in TABLES
        for lang in ("en", "zh")
    },
}  # fmt: skip
FRAMES = {name: call() for name, call in CALLS.items()}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(params=FRAMES)
def frame(request) -> pd.DataFrame:
    return FRAMES[request.param]


def codes(frame: pd.DataFrame) -> dict[str, list[str]]:
    """The codes of each category column, used or not."""
    kinds = frame.dtypes
    return {name: list(frame[name].cat.categories) for name in kinds.index[kinds == "category"]}


def check_same(back: pd.DataFrame, frame: pd.DataFrame) -> None:
    """Names, types, codes and cells are the same.

    Only whether codes are ordered may differ: polars has no such mark, and in DuckDB all are.
    """
    assert [str(kind) for kind in back.dtypes] == [str(kind) for kind in frame.dtypes]
    assert codes(back) == codes(frame)
    assert_frame_equal(back.astype(frame.dtypes), frame)


def test_there_is_chinese_to_lose() -> None:
    assert sum(bool(CHINESE.search(frame.to_csv())) for frame in FRAMES.values()) > len(TABLES)


def test_pyarrow(frame: pd.DataFrame) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    arrow = {"int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
    for field, kind in zip(table.schema, map(str, frame.dtypes), strict=True):
        if kind == "category":
            assert pa.types.is_dictionary(field.type)
            assert field.type.ordered == frame[field.name].cat.ordered
        else:
            assert field.type == arrow.get(kind, pa.large_string())
    assert_frame_equal(table.to_pandas(), frame)


def test_parquet(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "汉滨.parquet"
    frame.to_parquet(path, engine="pyarrow")
    assert pq.read_metadata(path).num_rows == len(frame)
    assert_frame_equal(pd.read_parquet(path, engine="pyarrow"), frame)


def test_polars(frame: pd.DataFrame) -> None:
    enums = {name: pl.Enum(known) for name, known in codes(frame).items()}
    taken = pl.from_pandas(frame, schema_overrides=enums)
    kinds = {"int64": pl.Int64, "float64": pl.Float64, "bool": pl.Boolean, "str": pl.String}
    wanted = {name: enums.get(name) or kinds[str(kind)] for name, kind in frame.dtypes.items()}
    assert dict(taken.schema) == wanted
    assert taken.null_count().row(0) == tuple(frame.isna().sum())
    check_same(taken.to_pandas(), frame)


def test_duckdb(frame: pd.DataFrame) -> None:
    kinds = {"int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "str": "VARCHAR"}
    with duckdb.connect() as connection:
        connection.register("taken", frame)
        connection.execute("create table kept as select * from taken")
        described = connection.execute("describe kept").fetchall()
        for (name, kind, *_), own in zip(described, frame.dtypes, strict=True):
            assert kind.startswith("ENUM(") if own == "category" else kind == kinds[str(own)], name
        back = connection.execute("select * from kept").df()
    # A column of text without any text has nothing that would tell pandas its type.
    check_same(back.astype(dict.fromkeys(frame.columns[frame.isna().all()], "str")), frame)


def test_duckdb_finds_a_figure_by_its_chinese_name() -> None:
    with duckdb.connect() as connection:
        connection.register("figures", hd.figures())
        asked = "select id from figures where label_zh = '党员'"
        assert connection.execute(asked).fetchall() == [("party_members",)]


@pytest.mark.parametrize("engine", ["openpyxl", "xlsxwriter"])
def test_excel(frame: pd.DataFrame, engine: str) -> None:
    """A sheet keeps numbers, truth values and text; the codebook makes codes of text again."""
    book = io.BytesIO()
    frame.to_excel(book, index=False, engine=engine)
    cells = openpyxl.load_workbook(book).active.iter_rows(min_row=2, values_only=True)
    for row, cells_of_row in zip(frame.itertuples(index=False), cells, strict=True):
        for value, cell in zip(row, cells_of_row, strict=True):
            if isinstance(value, float) and not pd.isna(value):
                assert cell == pytest.approx(value, rel=1e-15)  # a sheet has 16 digits
            else:
                assert cell == (None if pd.isna(value) else value)
            assert isinstance(cell, str) == (isinstance(value, str) and not pd.isna(value))
    assert_frame_equal(pd.read_excel(book).astype(frame.dtypes), frame, rtol=1e-15)


WRITTEN = """
import hanbin_data as hd
frames = [hd.figures(), hd.tables(), hd.programmes(), hd.numerals(), hd.vocabulary("zh")]
frames += [hd.indicators(), hd.refusals("zh"), hd.checks(), hd.context(), hd.comparisons("zh")]
frames += [hd.load(name, "zh") for name in hd.tables()["name"]]
stored = {str(getattr(frames[0]["id"].dtype, "storage", ""))}
text = "".join(f"{list(map(str, f.dtypes))}\\n{f.to_csv()}\\n{f.to_string()}" for f in frames)
"""


def test_frames_are_the_same_where_pyarrow_is_not_installed() -> None:
    """pandas keeps text in pyarrow where it finds it; nothing that is seen may differ."""
    here: dict[str, object] = {}
    exec(WRITTEN, here)
    code = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Absent())
{WRITTEN}
assert stored == {{"python"}}, stored
sys.stdout.buffer.write(text.encode())
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert here["stored"] == {"pyarrow"}
    assert run.stdout.decode() == here["text"]

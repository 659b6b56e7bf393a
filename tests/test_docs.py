"""The generated pages and pictures say what the data says, cell by cell."""

import csv
import importlib.util

import pytest
from PIL import Image

import hanbin_data as hd
from conftest import ROOT
from hanbin_data import frames
from hanbin_data.notebooks import CHART, charts, fingerprint

SPEC = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
build = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(build)
PAGE = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
TYPED = (ROOT / "hanbin_data/data/figures.csv").read_text(encoding="utf-8")
LINES = list(csv.DictReader(TYPED.splitlines()))


def test_codebook_page_is_what_the_package_says() -> None:
    assert build.codebook() == PAGE


@pytest.mark.parametrize("line", range(len(LINES)), ids=lambda line: LINES[line]["id"])
def test_a_change_of_any_cell_is_seen(line: int, monkeypatch) -> None:
    """Every cell of figures.csv, changed, gives another page or an error."""
    original = frames.rows

    def altered(column: str):
        def read(name: str):
            lines = original(name)
            if name == "figures":
                old = lines[line][column]
                lines[line][column] = str(int(old) + 1) if old.isdigit() else old + "x"
            return lines

        return read

    for column in LINES[line]:
        monkeypatch.setattr(frames, "rows", altered(column))
        try:
            figure = frames.figures().iloc[line]
        except (KeyError, ValueError):
            continue
        shown = build.listed(figure.rename("value").rename_axis("column").reset_index())
        assert shown not in PAGE, column
    monkeypatch.undo()
    figure = hd.figures().iloc[line]
    assert build.listed(figure.rename("value").rename_axis("column").reset_index()) in PAGE


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_readme_s_picture_is_the_notebook_s_chart(lang: str, chinese) -> None:
    from hanbin_data.notebooks import read

    stem, name = build.COVER
    notebook = chinese[stem] if lang == "zh" else read(ROOT / "notebooks" / f"{stem}.ipynb")
    drawn = [output["data"][CHART] for output in charts(notebook)]
    chart = next(chart for chart in drawn if chart["layout"]["meta"]["name"] == name)
    with Image.open(ROOT / "docs" / f"{name}.{lang}.png") as picture:
        assert picture.text["drawn_from"] == fingerprint(chart)

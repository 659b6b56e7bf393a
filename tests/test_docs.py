"""The generated pages and pictures say what the data says, cell by cell."""

import pytest
from PIL import Image

import hanbin_data as hd
from conftest import ROOT
from hanbin_data.notebooks import CHART, charts, fingerprint
from mutate import data, page_builder, parsed, written

build = page_builder()
PAGE = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
LINES = parsed("figures")


def test_codebook_page_is_what_the_package_says() -> None:
    assert build.codebook() == PAGE


def shown(line: int) -> str:
    """A figure as the page lists it."""
    figure = hd.figures().iloc[line]
    return build.listed(figure.rename("value").rename_axis("column").reset_index())


@pytest.mark.parametrize("line", range(len(LINES)), ids=lambda line: LINES[line]["id"])
def test_a_change_of_any_cell_is_seen(line: int) -> None:
    """Every cell of figures.csv, changed, gives another page or an error."""
    for column, old in LINES[line].items():
        other = str(int(old) + 1) if old.isdigit() else f"{old}x"
        with data(figures=written(LINES, line, [{**LINES[line], column: other}])):
            try:
                changed = shown(line)
            except (KeyError, ValueError):
                continue
        assert changed not in PAGE, column
    assert shown(line) in PAGE


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_readme_s_picture_is_the_notebook_s_chart(lang: str, chinese) -> None:
    from hanbin_data.notebooks import read

    stem, name = build.COVER
    notebook = chinese[stem] if lang == "zh" else read(ROOT / "notebooks" / f"{stem}.ipynb")
    drawn = [output["data"][CHART] for output in charts(notebook)]
    chart = next(chart for chart in drawn if chart["layout"]["meta"]["name"] == name)
    with Image.open(ROOT / "docs" / f"{name}.{lang}.png") as picture:
        assert picture.text["drawn_from"] == fingerprint(chart)

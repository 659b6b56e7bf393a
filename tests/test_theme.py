"""The look of the charts: what the cells draw is what is stored, and how numbers are written."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from PIL import Image

import hanbin_data as hd
from conftest import NOTEBOOKS
from hanbin_data import notebooks, theme
from hanbin_data.notebooks import CHART, charts, read


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_cells_draw_what_is_stored(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As nbval does in a kernel, of the charts alone and in a second."""
    monkeypatch.setattr(theme, "drawn", {})
    monkeypatch.chdir(path.parent)
    notebook = read(path)
    space: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
    stored = {}
    for output in charts(notebook):
        chart = output["data"][CHART]
        stored[chart["layout"]["meta"]["name"]] = chart
    assert set(stored) == set(theme.drawn)
    for name, fig in theme.drawn.items():
        bundle = pio.renderers["hanbin"].to_mimebundle(fig.to_dict())
        assert json.loads(json.dumps(bundle[CHART])) == json.loads(json.dumps(stored[name])), name


@pytest.mark.parametrize(
    ("low", "high", "en", "zh"),
    [
        (28.14157, 28.14157, "28.1", "28.1"),
        (3.0, 3.0, "3", "3"),
        (99.96, 99.96, "100", "100"),
        (100.4, 100.4, "100", "100"),
        (12345.6, 12345.6, "12,346", "12346"),
        (2.0, 4.0, "2–4", "2–4"),
        (2.001, 2.002, "≈ 2.00", "约2.00"),
        (999_999.0, 999_999.0, "999,999", "999999"),
        (1e6, 1e6, "1 million", "1000000"),
        (2.5e6, 2.5e6, "2.5 million", "2500000"),
        (99_999_999.0, 99_999_999.0, "100 million", "99999999"),
        (1e8, 1e8, "100 million", "1亿"),
        (9.64e8, 9.64e8, "964 million", "9.64亿"),
        (1e9, 1e9, "1,000 million", "10亿"),
        (1.4e9, 1.4e9, "1,400 million", "14亿"),
        (1.4e12, 1.4e12, "1,400,000 million", "14,000亿"),
    ],
)
def test_a_computed_number_has_three_digits(low: float, high: float, en: str, zh: str) -> None:
    table = pd.DataFrame({"value": [low], "low": [low], "high": [high]})
    assert theme.written(table, "en") == [en]
    assert theme.written(table, "zh") == [zh]


def test_a_table_whose_first_column_is_low_has_no_numbers() -> None:
    with pytest.raises(ValueError, match="has no column 'low' behind one of numbers"):
        theme.written(pd.DataFrame({"low": [1], "high": [1]}), "en")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 60, ["one two", "three"]),
        ("汉滨（区）党", 42, ["汉滨", "（区）", "党"]),
        ("汉滨区党建", 42, ["汉滨区", "党建"]),
        ("汉滨区，党建", 42, ["汉滨", "区，党", "建"]),
        ("共1116个", 30, ["共", "1116", "个"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_where_a_reader_would(text: str, width: float, lines: list[str]) -> None:
    assert theme.wrapped(text, 14, width) == lines


def test_a_button_saves_a_picture_of_slide_size_under_the_chart_s_name() -> None:
    theme.use()
    for meta, name in (({"name": "ours"}, "ours"), (["list"], "chart"), (None, "chart")):
        fig = go.Figure(go.Bar(x=["a"], y=[1]), {"meta": meta})
        bundle = pio.renderers["hanbin"].to_mimebundle(fig.to_dict())
        options = bundle[CHART]["config"]["toImageButtonOptions"]
        assert options["filename"] == name
        assert (options["width"], options["height"]) == (theme.WIDTH, theme.HEIGHT) == (960, 540)


def test_long_names_beside_bars_have_room() -> None:
    table = hd.load("talent")
    room = []
    for names in (list(table["label"]), ["a", "b", "c", "d"], ["", "", "", ""]):
        fig = go.Figure(go.Bar(y=names, x=table["persons"], orientation="h"))
        theme.caption(fig, table, name="a", title="a", alt="a")
        room.append(fig.layout.margin.l)
    assert room[0] > room[1]
    longest = max(table["label"], key=len)
    assert room[0] >= theme.text_width(longest, 14) / 2 + theme.EDGE


def test_a_stored_preview_has_64_colours_and_the_size_of_the_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = Image.new("RGB", (256, 256))
    picture.putdata([(x, y, x * y % 256) for x in range(256) for y in range(256)])
    out = io.BytesIO()
    picture.save(out, "PNG")
    asked = []

    def draw(charts: list[Any], *, scale: float) -> list[bytes]:
        asked.append((len(charts), scale))
        return [out.getvalue()] * len(charts)

    path = tmp_path / "a.ipynb"
    path.write_bytes(NOTEBOOKS[0].read_bytes())
    monkeypatch.setattr(notebooks, "execute", read)
    monkeypatch.setattr(notebooks, "draw", draw)
    notebooks.store([path])
    stored = list(charts(read(path)))
    assert asked == [(len(stored), 1)]
    for output in stored:
        preview = Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))
        assert (preview.size, len(preview.getcolors())) == ((256, 256), 64)


@pytest.mark.parametrize(
    ("title", "subtitle", "beside", "top", "bottom"),
    [
        ("汉" * 41, "汉" * 64, "", 96, 84),  # 904 of 960 points hold 41 of 22, 64 of 14
        ("汉" * 42, "汉" * 64, "", 96 + 28, 84),
        ("汉" * 41, "汉" * 65, "", 96 + 20, 84),
        ("汉" * 41, "汉" * 64, "汉" * 75, 96, 84 + 16),  # and 75 of 12
        ("汉" * 41, "汉" * 64, "汉" * 76, 96, 84 + 32),
    ],
)
def test_every_line_of_a_caption_has_room(
    title: str, subtitle: str, beside: str, top: int, bottom: int
) -> None:
    fig = go.Figure(go.Scatter(x=[1, 2], y=[1, 2]))
    theme.caption(
        fig, hd.load("talent"), name="a", title=title, alt="a", subtitle=subtitle, beside=beside
    )
    margin = fig.layout.margin
    assert (margin.t, margin.b) == (top, bottom)
    assert (margin.l, margin.r) == (theme.EDGE + 12, 2 * theme.EDGE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("汉" * 29, "汉" * 29),  # 377 points of 13 each
        ("汉" * 30, "汉" * 29 + "<br>汉"),
        ("汉" * 27 + "aaaa", "汉" * 27 + "<br>aaaa"),  # a little more than 380
    ],
)
def test_a_hover_text_is_at_most_380_points_wide(text: str, shown: str) -> None:
    table = hd.load("talent").head(1).assign(label=text, note=text)
    lines = theme.hover(table, "en")[0]
    assert lines.startswith(f"<b>{shown}</b><br>")
    assert lines.endswith(f"<br>{shown}")


def test_a_label_may_reach_into_the_margin() -> None:
    """Else plotly cuts the label of the last point where the axis ends."""
    (scatter,) = theme.TEMPLATE.data.scatter
    assert scatter.cliponaxis is False


def test_a_chart_of_computed_numbers_carries_formulas_and_a_question_its_mark() -> None:
    ratios = hd.indicators("discipline").head(2)
    fig = go.Figure(go.Bar(x=ratios["label"], y=ratios["value"]))
    meta = theme.caption(fig, ratios, name="a", title="How many?", alt="Two bars").layout.meta
    assert (meta["printed"], meta["formulas"]) == ([], list(ratios["formula"]))
    assert meta["alt"].startswith("How many? Two bars. ")


@pytest.mark.parametrize("width", [1000, theme.text_width("two words", 14), 1])
def test_no_line_of_a_text_ends_in_a_space(width: float) -> None:
    whole = theme.wrapped("two words ", 14, width)
    assert whole == (["two", "words"] if width == 1 else ["two words"])

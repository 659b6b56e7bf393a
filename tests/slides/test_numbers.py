"""The numbers behind a chart are all there, under names that a reader knows."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from hanbin_data import slides
from hanbin_data.slides import numbers


def table(figure: Any) -> pd.DataFrame:
    return numbers.frame(json.loads(figure.to_json()))


def rows(figure: Any) -> list[tuple[Any, ...]]:
    found = table(figure)
    return [tuple(found), *found.itertuples(index=False, name=None)]


def test_a_dict_may_hold_arrays(tmp_path: Path) -> None:
    slides.save({"data": [{"x": np.array(["a"]), "y": pd.Series([1])}]}, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8-sig").split() == ["x,y", "a,1"]


FRAME = pd.DataFrame({"kind": ["a", "b"], "where": ["N", "S"], "n": [1, 2], "size": [3, 4]})


def two_axes() -> go.Figure:
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    figure.add_bar(x=["u"], y=[3], name="left").add_scatter(x=["u"], y=[4], yaxis="y2", name="r")
    return figure.update_layout(yaxis_title="Persons", yaxis2_title="Share<br>of all")


CASES = {
    "size, colour and name of bubbles":
        (px.scatter(FRAME, x="kind", y="n", size="size", color="n", hover_name="where"),
         [("name", "kind", "n", "size", "n (marker.color)"), ("N", "a", 1, 3, 1)]),
    "panels, named by their headings, with the titles of the outer axes":
        (px.bar(FRAME, x="n", y="kind", facet_col="where", orientation="h"),
         [("panel", "kind", "n"), ("where=N", "a", 1), ("where=S", "b", 2)]),
    "a second axis has its own title":
        (two_axes(),
         [("series", "x", "Persons", "Share of all"), ("left", "u", 3), ("r", "u", None, 4)]),
    "positions that are counted out":
        (go.Figure(go.Scatter(y=[3, 1], x0=2000, dx=5)),
         [("x", "y"), (2000, 3), (2005, 1)]),
    "cells of a heat map":
        (go.Figure(go.Heatmap(z=[[1, 2], [3, 4]], x=["A", "B"], y=["r", "s"])),
         [("x", "y", "z"), ("A", "r", 1), ("B", "r", 2), ("A", "s", 3), ("B", "s", 4)]),
    "both ends of a range":
        (go.Figure(go.Scatter(x=["a"], y=[1.1], error_y={"array": [0.1], "arrayminus": [0.3]})),
         [("x", "y", "y low", "y high"), ("a", 1.1, 0.8, 1.2)]),
    "slices under the names of their columns":
        (px.pie(FRAME, names="kind", values="n"),
         [("kind", "n"), ("a", 1), ("b", 2)]),
    "all frames of an animation, each once":
        (px.bar(FRAME, x="kind", y="n", animation_frame="where"),
         [("frame", "kind", "n"), ("N", "a", 1), ("S", "b", 2)]),
    "a bar from a date to a date":
        (px.timeline(pd.DataFrame({"a": ["x"], "s": ["2020-01-01"], "e": ["2020-03-01"]}),
                     x_start="s", x_end="e", y="a"),
         [("e", "a", "s"), (pd.Timestamp("2020-03-01"), "x", pd.Timestamp("2020-01-01"))]),
    "flows":
        (go.Figure(go.Sankey(node={"label": ["A", "B"]}, link={
             "source": [0], "target": [1], "value": [8]})),
         [("source", "target", "value"), ("A", "B", 8)]),
    "names of two levels; nothing that is hidden":
        (go.Figure(go.Bar(x=[["I", "I"], ["a", "b"]], y=[1, 2], visible=True)).add_bar(
             y=[9], visible=False),
         [("x 1", "x 2", "y"), ("I", "a", 1), ("I", "b", 2)]),
    "axes of a scene":
        (go.Figure(go.Surface(z=[[3]], x=[1], y=[2]), {"scene": {"zaxis": {"title": "high"}}}),
         [("x", "y", "high"), (1, 2, 3)]),
    "prices behind their day":
        (go.Figure(go.Ohlc(x=["2024-01-02"], open=[1], high=[4], low=[0], close=[2])),
         [("x", "open", "high", "low", "close"), (pd.Timestamp("2024-01-02"), 1, 4, 0, 2)]),
    "an indicator":
        (go.Figure(go.Indicator(value=5, title="Sum", delta={"reference": 4})),
         [("series", "value", "reference"), ("Sum", 5, 4)]),
    "a table":
        (go.Figure(go.Table(header={"values": ["A", "A"]}, cells={"values": [[1], [2]]})),
         [("A", "A (2)"), (1, 2)]),
    "months are dates; what is not finite is missing":
        (go.Figure(go.Scatter(x=["2021-01", "2021-02"], y=np.array([1, np.nan]))),
         [("x", "y"), (pd.Timestamp("2021-01-01"), 1), (pd.Timestamp("2021-02-01"),)]),
    "a place of each cell, and its text":
        (go.Figure(go.Heatmap(z=[[1, 2]], text=[["p", "q"]])),
         [("x", "y", "z", "text"), (0, 0, 1, "p"), (1, 0, 2, "q")]),
    "angles that are counted out":
        (go.Figure(go.Barpolar(r=[1, 2], theta0=10, dtheta=5)), [("theta", "r"), (10, 1), (15, 2)]),
    "titles of three-sided axes":
        (go.Figure(go.Scatterternary(a=[1], b=[2], c=[3]), {"ternary": {"aaxis": {"title": "A"}}}),
         [("A", "b", "c"), (1, 2, 3)]),
    "counts beside dimensions":
        (go.Figure(go.Parcats(dimensions=[{"label": "A", "values": ["u"]}], counts=[3])),
         [("A", "counts"), ("u", 3)]),
    "what the hover text alone names":
        (go.Figure(go.Bar(y=[1], customdata=["z"], hovertemplate="who: %{customdata}")),
         [("x", "y", "who"), (0, 1, "z")]),
    "names with a per cent sign":
        (px.scatter({"x": [1], "y": [2], "% of a": [3]}, "x", "y", hover_data="% of a"),
         [("x", "y", "% of a"), (1, 2, 3)]),
    "slices that others name by their id":
        (go.Figure(go.Sunburst(ids=["t", "t/a"], labels=["t", "a"], parents=["", "t"])),
         [("ids", "label", "parents"), ("t", "t", ""), ("t/a", "a", "t")]),
    "a colour that tells more than the dimensions, under its own name":
        (px.parallel_coordinates(FRAME, ["n"], color="size"), [("n", "size"), (1, 3), (2, 4)]),
    "a colour that a dimension tells":
        (px.parallel_coordinates(FRAME, ["n", "size"], color="n"), [("n", "size"), (1, 3), (2, 4)]),
    "a colour without a name":
        (go.Figure(go.Splom(dimensions=[{"label": "A", "values": [1]}], marker={"color": [2]})),
         [("A", "colour"), (1, 2)]),
    "names that their ids repeat":
        (px.scatter(FRAME, "n", "size", hover_name="kind", animation_group="kind"),
         [("name", "n", "size"), ("a", 1, 3), ("b", 2, 4)]),
    "a map of tiles and a tree map":
        (go.Figure([go.Scattermap(lat=[1], lon=[2], subplot="map2"),
                    go.Treemap(labels=["t"], parents=[""])],
                   {"map2": {"domain": {"x": [0, 0.4]}}, "map": {"domain": {"x": [0.6, 1]}},
                    "annotations": [{"text": "right", "x": 0.8, "y": 1, "xref": "paper",
                                     "yref": "paper"}]}),
         [("series", "lat", "lon", "label", "parents"), ("trace 1", 1, 2),
          ("trace 2", None, None, "t", "")]),
    "cells without a heading":
        (go.Figure(go.Table(cells={"values": [[1], [2]]})), [("1", "2"), (1, 2)]),
}  # fmt: skip


@pytest.mark.parametrize(("figure", "expected"), CASES.values(), ids=CASES)
def test_a_reader_finds_every_number(figure: Any, expected: list[tuple[Any, ...]]) -> None:
    for found, wanted in zip(rows(figure), expected, strict=False):
        filled = [None if pd.isna(cell) else cell for cell in found]
        assert filled == [*wanted, *[None] * (len(found) - len(wanted))]
    if len(expected) > 2:
        assert len(table(figure)) == len(expected) - 1


@pytest.mark.parametrize(("template", "name"), [
    ("persons=%{y}<extra></extra>", "persons"),
    ("a=b : %{y:.1f}", "a=b"),
    ("<b>%{text}</b><br>persons=%{y}", "persons"),
    ("Births\nin total=%{y}", "Births in total"),
    ("growth (% a year)=%{y}", "growth (% a year)"),
    ("% of total=%{y}", "% of total"),
    ("%{x}: %{y}", "y"),
    ("%{y}, %{x}: %{y}", "y"),
    ("Year %{x}, persons=%{y}", "y"),
])  # fmt: skip
def test_a_hover_text_names_what_its_line_begins_with(template: str, name: str) -> None:
    assert list(table(go.Figure(go.Bar(x=[1], y=[2], hovertemplate=template)))) == ["x", name]


@pytest.mark.parametrize(("error", "ends"), [
    ({"type": "percent", "value": 50}, (2, 6)),
    ({"type": "sqrt"}, (2, 6)),
    ({"type": "constant", "value": 1}, (3, 5)),
    ({"type": ["a"], "value": 1}, (3, 5)),  # nobody checks a notebook's
])  # fmt: skip
def test_a_range_of_any_type_has_both_ends(error: Any, ends: tuple[float, float]) -> None:
    found = numbers.frame({"data": [{"type": "bar", "x": ["a"], "y": [4], "error_y": error}]})
    assert tuple(found.iloc[0, 2:]) == ends


def test_headings_are_in_the_charts_language() -> None:
    figure = px.bar(FRAME, x="kind", y="n", color="where").update_layout(meta={"lang": "zh"})
    before = list(table(figure))
    assert before[1:] == ["kind", "n"]
    assert before[0] == numbers.say("series", "zh")


@pytest.mark.parametrize(
    ("text", "kept"),
    [("=1", "'=1"), ("＋1", "'＋1"), ("@a", "'@a"), ("－1", "'－1"), ("\t=a\x00", "'=a")],
)
def test_no_text_becomes_a_formula_or_breaks_a_file(text: str, kept: str) -> None:
    frame = pd.DataFrame({text: [text]})
    assert numbers.separated(frame).decode("utf-8-sig").splitlines()[:2] == [kept, kept]
    sheet = openpyxl.load_workbook(io.BytesIO(numbers.workbook({"numbers": frame})))["numbers"]
    assert [(cell.data_type, cell.value) for cell in sheet["A"]] == [("s", kept[1:])] * 2


def test_half_a_character_breaks_no_table() -> None:
    broken = {"data": [{"type": "bar", "x": ["a\ud800\x07"], "y": [1], "name": "b\udfff"}]}
    assert list(numbers.frame(broken).loc[0]) == ["b", "a", 1]


def test_a_workbook_holds_dates_and_no_clock() -> None:
    days = pd.to_datetime(["2021-01-01", "1850-02-03"])
    frame = pd.DataFrame({"day": days, "n": [1, 2], "at": "http://example.org"})
    blob = numbers.workbook({"numbers": frame})
    assert blob == numbers.workbook({"numbers": frame})
    sheet = openpyxl.load_workbook(io.BytesIO(blob))["numbers"]
    assert (sheet["A2"].data_type, sheet["A2"].number_format) == ("d", "yyyy-mm-dd")
    assert sheet["A3"].value == "1850-02-03"
    assert sheet["C2"].hyperlink is None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
    assert numbers.separated(frame).splitlines()[1] == b"2021-01-01,1,http://example.org"


def test_a_workbook_says_what_the_chart_says() -> None:
    meta = {"title": "T", "source": "S", "notes": ["one", "two"], "lang": "en"}
    figure = go.Figure(go.Bar(x=["a"], y=[1]), layout={"meta": meta, "title": "other"})
    found = numbers.sheets(json.loads(figure.to_json()))
    assert list(found) == ["numbers", "about"]
    assert [*found["about"].itertuples(index=False, name=None)] == [
        *[("title", "T"), ("source", "S"), ("note", "one"), ("note", "two")]
    ]


def test_a_text_too_long_for_a_cell_is_named() -> None:
    with pytest.raises(ValueError, match=r"32,767 characters.*\.csv"):
        numbers.workbook({"numbers": pd.DataFrame({"a": ["x" * 40_000]})})

"""What people bring themselves, frames, figures and wishes, is drawn, or refused in words."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest

import hanbin_data as hd
from hanbin_data import charts
from hanbin_data.charts import captions, terms
from hanbin_data.charts.look import plain

FIGURES, CASES = hd.figures(), hd.load("case_handling")
THEMES = FIGURES.groupby(["theme", "period_end"], as_index=False)["value"].sum()
ENDS = pd.DataFrame({"label": ["a"], "low": [1], "high": [2], "x": [1.5], "y": [3]})
OWN = pd.DataFrame({"label": ["a", "b"], "number": [1, 2]})
TALENT, YEAR = charts.label("theme", "talent"), str(FIGURES["period_end"][0])


@pytest.fixture(autouse=True)
def look() -> None:
    charts.use("en")
    captions._drawn.clear()


@pytest.mark.parametrize(
    ("fig", "texts"),
    [
        (px.bar(x=["a"], y=[12.345], text=[12.345]), ["12.3"]),
        (px.bar(y=[1.25], text=[1.25]).update_traces(texttemplate="%{text:.2f}"), [1.25]),
        (px.scatter(FIGURES[:1], x="value", y="label", text="period_end"), [YEAR]),
        (charts.ends(px.line(FIGURES[:1], x="value", y="label", text="period_end")), [YEAR]),
    ],
)
def test_texts_keep_their_own_format_and_years_their_digits(fig: Any, texts: list[Any]) -> None:
    assert plain(fig)["data"][0]["text"] == texts


LINE, BAR = {"x": "period_end", "y": "value"}, {"x": "theme", "y": "value"}
NAMED: dict[str, go.Figure] = {
    "no hover": px.line(THEMES, **LINE, color="theme", hover_data={"theme": False}),
    "own hover": px.bar(THEMES, **BAR).update_traces(hovertemplate="%{x}: %{y}"),
    "list of hovers": px.bar(THEMES, **BAR).update_traces(hovertemplate=["%{x}"] * len(THEMES)),
    "panels": px.bar(THEMES, **BAR, facet_col="period_end").update_traces(hovertemplate="%{x}"),
    "axis": go.Figure(go.Bar(x=["talent"], y=[1]), {"xaxis": {"title": {"text": "theme"}}}),
    "key": go.Figure(go.Bar(name="talent", y=[1]), {"legend": {"title": {"text": "theme"}}}),
}


@pytest.mark.parametrize("kind", NAMED)
def test_codes_are_in_words_whatever_the_hover_text_says(kind: str) -> None:
    data = plain(NAMED[kind])["data"]
    said = [one for trace in data for one in [trace.get("name"), *trace.get("x", ())]]
    assert TALENT in said
    assert "talent" not in said


def test_an_order_of_numbers_stays() -> None:
    fig = go.Figure(go.Bar(x=[2, 1], y=[1, 2]), {"xaxis": {"categoryarray": np.array([2, 1])}})
    order = plain(fig.to_dict())["layout"]["xaxis"]["categoryarray"]
    assert order == fig.to_dict()["layout"]["xaxis"]["categoryarray"]


def captioned(fig: go.Figure, frame: pd.DataFrame) -> go.Figure:
    return charts.caption(fig, frame, "own", title="T", alt="A", subtitle="S")


@pytest.mark.parametrize(
    ("mode", "own", "other"), [("markers", "marker", "line"), ("lines", "line", "marker")]
)
def test_the_key_shows_the_colour_that_is_drawn(mode: str, own: str, other: str) -> None:
    fig = go.Figure()
    for name, color in {"a": "#f00", "b": "#00f"}.items():
        look = {own: {"color": color}, other: {"color": "#ccc"}}
        fig.add_scatter(x=[1, 2], y=[1, 2], name=name, mode=mode, **look)
    title = captioned(fig, CASES).layout.title.text
    assert "color:#f00" in title
    assert "#ccc" not in title


@pytest.mark.parametrize("asked", [True, None])
def test_a_key_of_one_series_is_the_authors_wish(asked: bool | None) -> None:
    fig = go.Figure(go.Bar(x=[1], y=["a"], name="a"), {"showlegend": asked})
    assert captioned(fig, CASES).layout.showlegend is bool(asked)


def test_labels_stay_outside_under_another_template() -> None:
    for form in (charts.bars, charts.dots, charts.ranges, charts.spans):
        for trace in form(CASES).data:
            assert trace.cliponaxis is False or not trace.text
            assert trace.textposition in ("outside", "middle right") or not trace.text


MIXED = FIGURES.assign(label=["中文名称" * 200, *["Name"] * (len(FIGURES) - 1)])
UNLIKE = hd.load("membership", lang="zh")
LOOSE = CASES.rename(columns={"value": "n"}).drop(columns="low").assign(low=1, more=1)


@pytest.mark.parametrize(
    ("frame", "refused"),
    [
        (MIXED, ""),
        (MIXED.assign(label="中文 with many Latin letters"), "rows are in Chinese"),
        (UNLIKE.rename(columns={"value": "low_end"}), "rows are in Chinese"),
        (FIGURES.assign(id=range(len(FIGURES))), ""),
        (LOOSE[:1], ""),
        (LOOSE[:0], ""),
    ],
)
def test_a_caption_takes_any_rows_of_its_language(frame: pd.DataFrame, refused: str) -> None:
    if not refused:
        captioned(go.Figure(go.Bar(y=[1])), frame)
        return
    with pytest.raises(ValueError, match=refused):
        captioned(px.bar(UNLIKE, x="value", y="label"), frame)


SECTION = FIGURES[FIGURES["section"] == FIGURES["section"].max()]


def n(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"value": "n"})


@pytest.mark.parametrize(
    ("draw", "text"),
    [
        (lambda: charts.bars(charts.ready(CASES[:2]).assign(number=["own1", "own2"])), "own1"),
        (lambda: charts.bars(OWN), "b: 2"),
        (lambda: charts.ranges(ENDS[["label", "low", "high"]]), "a: 1–2"),
        (lambda: charts.dots(ENDS, "x"), "a: 1.50"),
        (
            lambda: charts.bars(n(FIGURES)[["label", "section", "n", "low"]][:1]),
            terms.three_digits(FIGURES["value"][0]),
        ),
        (lambda: charts.bars(pd.concat([CASES] * 2)), CASES["label"][0]),
        (lambda: charts.bars({"a": 1.14e14}), "a: 114,000,000 million"),
        (lambda: charts.spans(FIGURES[:25], by="part_of"), FIGURES["label"][0]),
        (lambda: charts.spans(SECTION, by="section"), SECTION["label"].iloc[0]),
        (lambda: charts.bars(CASES, panels="part_of"), CASES["label"][0]),
        (lambda: charts.bars(SECTION, panels="section"), SECTION["label"].iloc[0]),
        (
            lambda: charts.counted(FIGURES, "section"),
            f"{SECTION['section'].iloc[0]}: {len(SECTION)}",
        ),
    ],
)
def test_what_is_named_or_shown_is_what_is_said(draw: Callable[[], go.Figure], text: str) -> None:
    assert text in "\n".join(draw().layout.meta["spoken"])


def test_codes_that_are_numbers_are_told_apart() -> None:
    one, other = charts.stacked(
        FIGURES[FIGURES["section"] > FIGURES["section"].max() - 2], "section"
    ).data
    assert one.marker.color != other.marker.color


def test_the_numbers_are_before_their_low_end() -> None:
    assert terms.numbers(n(FIGURES)) == "n"


EMPTY = FIGURES[:0]
NO_ROWS = "no rows to draw"


@pytest.mark.parametrize(
    ("draw", "error", "words"),
    [
        (lambda: charts.bars(EMPTY), ValueError, NO_ROWS),
        (lambda: charts.bars(EMPTY, panels="unit"), ValueError, NO_ROWS),
        (lambda: charts.bars({}), ValueError, NO_ROWS),
        (lambda: charts.dots(EMPTY), ValueError, NO_ROWS),
        (lambda: charts.tiles(EMPTY), ValueError, NO_ROWS),
        (lambda: charts.spans(EMPTY), ValueError, NO_ROWS),
        (lambda: charts.ranges(EMPTY), ValueError, NO_ROWS),
        (lambda: charts.counted(EMPTY, "theme"), ValueError, NO_ROWS),
        (lambda: charts.stacked(EMPTY, "measure"), ValueError, NO_ROWS),
        (lambda: charts.spans(FIGURES, by="section"), ValueError, "codes .*counted"),
        (lambda: charts.stacked(FIGURES, "section"), ValueError, "codes .*counted"),
        (lambda: charts.bars(CASES, "persons"), ValueError, "no column 'persons'"),
        (lambda: charts.bars([1]), TypeError, "DataFrame or a dict"),
        (lambda: charts.counted([1], "theme"), TypeError, "DataFrame"),  # type: ignore[arg-type]
    ],
)
def test_refusals_say_what_is_wrong(
    draw: Callable[[], Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        draw()

"""A chart carries what a slide, a reader and a listener need, or says why it cannot."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from IPython.core.interactiveshell import InteractiveShell

import hanbin_data as hd
from hanbin_data import charts
from hanbin_data.charts import captions


@pytest.fixture(autouse=True)
def no_chart_yet(english: None) -> None:
    charts.use("en")
    captions._drawn.clear()


def captioned(frame: Any, fig: Any = None, **texts: Any) -> go.Figure:
    given = {"name": "a_chart", "title": "A title", "alt": "Bars", **texts}
    return charts.caption(fig or charts.bars(frame), frame, **given)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("table", hd.tables()["name"])
def test_carries_source_unit_period_notes_and_values(table: str, lang: str) -> None:
    charts.use(lang)
    frame = hd.load(table)
    meta = captioned(frame, charts.tiles(frame)).layout.meta
    assert meta["lang"] == lang
    assert meta["figures"] == list(frame["figure_id"])
    assert hd.SOURCE["published"][:10] in meta["source"]
    for code in frame["unit"]:
        assert charts.label("unit", code).lower() in meta["subtitle"].lower()
    for text in charts.written(frame):
        for part in re.split("[(（]", text):  # the unit stands before a bracket
            assert part.strip() in meta["alt"], "a listener hears every number"
    told = "\n".join(meta["notes"])
    for label, note in frame[["label", "note"]].dropna().itertuples(index=False):
        assert label in told, "a speaker names the figure"
        assert note in told


def test_a_listener_hears_the_head_over_a_panel() -> None:
    fig = px.bar(hd.figures(), x="value", y="theme", facet_col="measure", hover_name="label")
    meta = captioned(hd.figures().head(0), fig, subtitle="s").layout.meta
    assert "level of pay or subsidy Primary-level organisations: Highest subsidy" in meta["alt"]


def test_fills_placeholders_in_every_text() -> None:
    meta = captioned(TALENT, n=4, title="{n} a", alt="{n} b", subtitle="{n} c").layout.meta
    assert meta["alt"].startswith("4 a. 4 b. 4 c. ")


TALENT, COUNTS = hd.load("talent"), hd.figures().groupby("theme").size().reset_index(name="count")
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: captioned(TALENT, "no figure"), TypeError, "plotly figure"),
    (lambda: captioned([1], charts.bars(TALENT)), TypeError, "DataFrame"),
    (lambda: captioned(TALENT, name=""), ValueError, "must not be empty"),
    (lambda: captioned(TALENT, title=3), TypeError, "title must be a string"),
    (lambda: captioned(TALENT.head(0), charts.bars(TALENT)), ValueError, "give a subtitle"),
    (lambda: captioned(COUNTS, charts.bars(TALENT)), ValueError, "rows before that, and a subt"),
    (lambda: captioned(hd.load("talent", lang="zh")), ValueError, r"load them after use\('en'\)"),
    (lambda: charts.use("zh") or captioned(TALENT), ValueError, r"load them after use\('zh'\)"),
    (lambda: charts.bars(COUNTS), ValueError, "no column 'label'"),
    (lambda: charts.bars("text"), TypeError, "frame"),
    (lambda: charts.spans(COUNTS), ValueError, "rows before that"),
    (lambda: charts.ranges(TALENT, "least"), ValueError, "no column 'least'"),
    (lambda: charts.stacked(hd.figures(), "qualifier"), ValueError, r"6 codes.*counted\(frame"),
    (lambda: charts.counted(hd.figures(), "qualify"), ValueError, "no column 'qualify'"),
    (lambda: charts.ends(px.bar(COUNTS, x="count", y="theme")), ValueError, "px.line"),
    (lambda: charts.table(TALENT, ["person"]), ValueError, "persons"),
    (lambda: charts.table(pd.Series([1])), TypeError, "frame or a dict"),
]


@pytest.mark.parametrize(("draw", "error", "words"), REFUSED)
def test_says_what_to_do(draw: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        draw()


@pytest.mark.parametrize("table", ["membership", "circulars", "grassroots_works"])
def test_unlike_units_are_kept_apart(table: str) -> None:
    frame = hd.load(table)
    with pytest.raises(ValueError, match="unlike units"):
        captioned(frame, px.bar(frame, x="value", y="label"))
    assert captioned(frame, charts.bars(frame, panels="unit")).layout.meta["name"] == "a_chart"


def test_a_name_used_by_another_cell_is_said() -> None:
    captioned(TALENT)
    with pytest.warns(UserWarning, match="a_chart"):
        charts.caption(charts.bars(TALENT), TALENT, "a_chart", title="T", alt="A")
    assert len(charts.drawn()) == 1


def test_a_renamed_chart_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = InteractiveShell()
    monkeypatch.setattr(shell, "get_parent", lambda: {"metadata": {"cellId": "one"}}, raising=False)
    monkeypatch.setattr(InteractiveShell, "_instance", shell)
    draw = "charts.caption(charts.bars(t), t, {!r}, title='T', alt='A');"
    shell.user_ns |= {"charts": charts, "t": TALENT}
    for name in ("before", "after"):
        shell.run_cell(draw.format(name), store_history=True).raise_error()
    assert [fig.layout.meta["name"] for fig in charts.drawn()] == ["after"]


def test_arrays_of_axes_are_stored_as_they_read() -> None:
    pay = hd.load("secretary_pay")
    fig = captioned(pay, charts.bars(pay).update_xaxes(tickvals=pay["year"].to_numpy()))
    assert "bdata" not in fig.to_json()

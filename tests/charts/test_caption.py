"""A chart carries what a slide, a reader and a listener need, or says why it cannot."""

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest

import hanbin_data as hd
from hanbin_data import charts
from hanbin_data.charts import captions


@pytest.fixture(autouse=True)
def no_chart_yet(english: None) -> None:
    charts.use("en")
    captions._drawn.clear()


def captioned(frame: pd.DataFrame, name: str = "a_chart", **texts: str) -> go.Figure:
    return charts.caption(
        charts.bars(frame), frame, name, **{"title": "A title", "alt": "Bars", **texts}
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("table", hd.tables()["name"])
def test_carries_source_unit_period_notes_and_values(table: str, lang: str) -> None:
    charts.use(lang)
    frame = hd.load(table)
    fig = charts.caption(charts.tiles(frame), frame, table, title="T", alt="A")
    meta = fig.layout.meta
    assert meta["lang"] == lang
    assert meta["figures"] == list(frame["figure_id"])
    assert hd.SOURCE["published"][:10] in meta["source"]
    for code in frame["unit"]:
        assert charts.label("unit", code).lower() in meta["subtitle"].lower()
    for text in charts.written(frame):
        assert text in meta["alt"], "a listener hears every number"
    assert set(meta["notes"]) == set(frame["note"].dropna())


def test_fills_placeholders_in_every_text() -> None:
    frame = hd.load("talent")
    fig = charts.caption(
        charts.bars(frame), frame, "n", title="{n} of them", alt="{n} bars", subtitle="{n}", n=4
    )
    assert fig.layout.meta["title"] == "4 of them"
    assert "4 bars" in fig.layout.meta["alt"]


def test_refuses_rows_of_another_language() -> None:
    english = hd.load("talent")
    charts.use("zh")
    with pytest.raises(ValueError, match="load them after use"):
        captioned(english)
    chinese = hd.load("talent")
    charts.use("en")
    with pytest.raises(ValueError, match="load them after use"):
        captioned(chinese)


@pytest.mark.parametrize("table", ["membership", "circulars", "grassroots_works"])
def test_refuses_unlike_units_on_one_axis(table: str) -> None:
    frame = hd.load(table)
    with pytest.raises(ValueError, match="unlike units"):
        charts.caption(px.bar(frame, x="value", y="label"), frame, "n", title="T", alt="A")


def test_panels_keep_unlike_units_apart() -> None:
    frame = hd.load("four_winds")
    fig = charts.bars(frame, panels="unit")
    assert charts.caption(fig, frame, "n", title="T", alt="A").layout.meta["name"] == "n"


def test_an_aggregated_frame_is_told_what_is_wanted() -> None:
    counts = hd.figures().groupby("theme").size().reset_index(name="count")
    with pytest.raises(ValueError, match="rows before that, and a subtitle"):
        charts.caption(px.bar(counts, x="count", y="theme"), counts, "n", title="T", alt="A")


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"fig": "no figure"}, TypeError, "plotly figure"),
        ({"frame": [1]}, TypeError, "DataFrame"),
        ({"name": ""}, ValueError, "must not be empty"),
        ({"title": 3}, TypeError, "title must be a string"),
        ({"frame": hd.load("talent").head(0)}, ValueError, "give a subtitle"),
    ],
)
def test_says_what_is_wrong(wrong: dict[str, object], error: type[Exception], words: str) -> None:
    frame = hd.load("talent")
    given = {"fig": charts.bars(frame), "frame": frame, "name": "n", "title": "T", "alt": "A"}
    with pytest.raises(error, match=words):
        charts.caption(**(given | wrong))  # type: ignore[arg-type]


def test_a_name_used_by_another_cell_is_said() -> None:
    frame = hd.load("talent")
    captioned(frame)
    with pytest.warns(UserWarning, match="a_chart"):
        charts.caption(charts.bars(frame), frame, "a_chart", title="T", alt="A")
    assert len(charts.drawn()) == 1


def test_a_renamed_chart_leaves_nothing_behind() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    draw = "charts.caption(charts.bars(t), t, {!r}, title='T', alt='A')"
    try:
        shell.get_parent = lambda: {"metadata": {"cellId": "one"}}
        InteractiveShell._instance = shell
        shell.run_cell(
            "import hanbin_data as hd\nfrom hanbin_data import charts\n"
            "charts.use('en')\nt = hd.load('talent')",
            store_history=True,
        )
        for name in ("before", "after"):
            shell.run_cell(draw.format(name) + ";", store_history=True).raise_error()
        assert [fig.layout.meta["name"] for fig in charts.drawn()] == ["after"]
    finally:
        InteractiveShell._instance = None


def test_arrays_of_axes_are_stored_as_they_read() -> None:
    pay = hd.load("secretary_pay")
    fig = charts.bars(pay).update_xaxes(tickvals=pay["year"].to_numpy())
    charts.caption(fig, pay, "with_ticks", title="T", alt="A")
    assert "bdata" not in fig.to_json()

"""Each form shows every row, with its number, from zero where lengths are compared."""

import re

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest

import hanbin_data as hd
from hanbin_data import charts


@pytest.fixture(autouse=True, params=["en", "zh"])
def lang(request: pytest.FixtureRequest, english: None) -> str:
    charts.use(request.param)
    return str(request.param)


@pytest.mark.parametrize("form", ["bars", "dots", "spans", "tiles", "ranges"])
def test_shows_every_row_with_its_number_from_zero(form: str) -> None:
    frame = hd.load("talent")
    fig = getattr(charts, form)(frame)
    assert type(fig) is go.Figure, "people go on with plotly's own figure"
    drawn = re.sub("<br>| ", "", str(fig.to_dict()["data"]))
    numbers = [] if form == "ranges" else charts.written(frame)  # which writes both ends
    for text in [*frame["label"], *numbers]:
        assert text.replace(" ", "") in drawn
    if form in ("bars", "dots", "ranges"):
        assert fig.layout.xaxis.range[0] == 0, "lengths begin there"


def test_an_open_number_has_an_open_end() -> None:
    visits = hd.load("oversight").query("qualifier == 'over'")
    solid, hatched = charts.bars(visits).data
    assert solid.x[0] == visits["low"].item()
    assert hatched.base[0] + hatched.x[0] == visits["high"].item()
    assert hatched.marker.pattern.shape == "/"
    rise = hd.indicators().query("id == 'pay_rise_percent'")
    dot = charts.dots(rise).data[0]
    assert dot.x[0] + dot.error_x.array[0] == pytest.approx(rise["high"].item())


def test_a_part_stands_inside_its_whole() -> None:
    persons = hd.load("case_handling").query("unit == 'person'")
    whole = persons.set_index("figure_id")["label"][persons["part_of"].dropna().item()]
    assert whole in charts.bars(persons).data[-1].y[0].replace("<br>", " ")


def test_what_is_conditional_is_hollow() -> None:
    ratios = hd.indicators().query("unit == 'person_per_case'")
    hollow = pd.Series(charts.dots(ratios).data[0].marker.symbol) == "circle-open"
    assert hollow.tolist() == (ratios["status"] == "conditional").tolist()


def test_counts_are_those_of_the_frame() -> None:
    figures = hd.figures()
    assert sum(charts.counted(figures, "qualifier").data[0].x) == len(figures)
    assert sum(sum(bar.x) for bar in charts.stacked(figures, "measure").data) == len(figures)


def test_bounds_may_be_given_by_their_labels() -> None:
    assert list(charts.bars({"least": 4, "most": 5}).data[0].x) == [4, 5]


def test_lines_are_named_at_their_ends() -> None:
    pay = hd.load("secretary_pay")
    fig = charts.ends(px.line(pay, x="year", y="pay", color="label"))
    for trace, name in zip(fig.data, dict.fromkeys(pay["label"]), strict=True):
        assert trace.text[-1].endswith(name)


@pytest.mark.parametrize(
    ("qualifier", "numbers", "english", "chinese"),
    [
        ("over", (60, 61, 69), "61–69", "61–69"),
        ("cleared", (0, 0, 0), "0 (cleared)", "0（清零）"),
        ("average", (5000, 4500, 5499), "≈ 5,000", "约5000"),
        ("at_most", (48000, 1, 2), "up to 48,000", "最高48000"),
        ("rounded", (9.64e8, 1, 2), "≈ 964 million", "约9.64亿"),
        (None, (75.0, 69.4, 80.8), "75 (69.4–80.8)", "75（69.4–80.8）"),
        (None, (53.451, 53.451, 53.451), "53.5", "53.5"),
        (None, (-12345.6, -12345.6, -12345.6), "-12,346", "-12346"),
    ],
)
def test_an_inexact_number_looks_inexact(
    qualifier: str | None, numbers: tuple[float, ...], english: str, chinese: str, lang: str
) -> None:
    row = dict(zip(("value", "low", "high"), numbers, strict=True)) | {"qualifier": qualifier}
    assert charts.written(pd.DataFrame([row])) == [chinese if lang == "zh" else english]

"""Charts can be told apart and read by everyone, and leave only where they are sent."""

from itertools import combinations

import plotly.graph_objects as go
import plotly.io as pio
import pytest
from coloraide import Color

from hanbin_data import charts
from hanbin_data.charts import palette

COLORS = charts.PALETTE


@pytest.mark.parametrize("color", [*COLORS.values(), *charts.SEQUENCE])
def test_marks_stand_out_from_the_paper(color: str) -> None:
    assert Color(color).contrast(palette.PAPER, method="wcag21") >= 3


@pytest.mark.parametrize("color", [palette.INK, palette.SOFT])
def test_text_can_be_read(color: str) -> None:
    assert Color(color).contrast(palette.PAPER, method="wcag21") >= 4.5


@pytest.mark.parametrize("color", charts.SEQUENCE)
def test_white_numbers_can_be_read_on_the_parts_of_a_whole(color: str) -> None:
    assert Color(color).contrast("white", method="wcag21") >= 4.5


@pytest.mark.parametrize("sight", [None, "protan", "deutan", "tritan"])
@pytest.mark.parametrize(("one", "other"), list(combinations(COLORS, 2)))
def test_colours_stay_apart_in_any_sight(one: str, other: str, sight: str | None) -> None:
    seen = [Color(COLORS[name]) for name in (one, other)]
    if sight:
        seen = [color.filter(sight) for color in seen]
    assert seen[0].delta_e(seen[1], method="2000") > 10


def test_shown_charts_follow_their_cell_and_offer_no_upload() -> None:
    charts.use("en")
    bundle = pio.renderers["hanbin"].to_mimebundle(go.Figure(go.Bar(y=[1])).to_dict())
    shown = bundle["application/vnd.plotly.v1+json"]
    assert shown["config"]["responsive"]
    assert shown["config"]["showSendToCloud"] is False
    assert "width" not in shown["layout"]


def test_a_renderer_that_the_user_named_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLOTLY_RENDERER", "json")
    before = pio.renderers.default
    pio.renderers.default = "json"
    charts.use("en")
    assert pio.renderers.default == "json"
    pio.renderers.default = before

"""Charts can be told apart and read by everyone, and leave only where they are sent."""

from itertools import combinations

import plotly.graph_objects as go
import plotly.io as pio
import pytest
from coloraide import Color

from hanbin_data import charts
from hanbin_data.charts import look, palette

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


def test_a_chart_brings_its_page_where_no_front_end_draws_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Papermill and nbconvert name no cell; plotly.js comes with the first chart alone."""
    figure = go.Figure(go.Bar(y=[1])).to_dict()
    monkeypatch.delenv("PLOTLY_RENDERER", raising=False)
    charts.use("en")
    renderer = pio.renderers["hanbin"]
    sizes = [len(renderer.to_mimebundle(figure)["text/html"]) for _ in range(2)]
    assert sizes[0] > 4_000_000 > 100_000 > sizes[1]
    monkeypatch.setattr(look, "cell", lambda: "a-cell-of-JupyterLab")
    assert "text/html" not in renderer.to_mimebundle(figure)
    charts.use("en")


def test_a_shown_chart_is_as_high_as_its_preview() -> None:
    bundle = pio.renderers["hanbin"].to_mimebundle(go.Figure(go.Bar(y=[1])).to_dict())
    assert bundle["application/vnd.plotly.v1+json"]["layout"]["height"] == look.HEIGHT

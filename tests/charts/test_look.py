"""Charts can be told apart and read by everyone, and leave only where they are sent."""

import subprocess
import sys
from itertools import combinations

import plotly.graph_objects as go
import plotly.io as pio
import pytest
from coloraide import Color

from hanbin_data import charts
from hanbin_data.charts import look, palette

FIGURE = go.Figure(go.Bar(y=[1])).to_dict()
MARKS = dict.fromkeys((*charts.PALETTE.values(), *charts.SEQUENCE), 3.0)
TEXTS = {palette.INK: 4.5, palette.SOFT: 4.5, **dict.fromkeys(charts.SEQUENCE, 4.5)}


@pytest.mark.parametrize(("color", "contrast"), [*MARKS.items(), *TEXTS.items()])
def test_marks_and_texts_stand_out_from_the_paper(color: str, contrast: float) -> None:
    """White numbers, too, on the parts of a whole."""
    assert Color(color).contrast(palette.PAPER, method="wcag21") >= contrast


@pytest.mark.parametrize("sight", [None, "protan", "deutan", "tritan"])
def test_colours_stay_apart_in_any_sight(sight: str | None) -> None:
    seen = [Color(code).filter(sight) if sight else Color(code) for code in charts.PALETTE.values()]
    for one, other in combinations(seen, 2):
        assert one.delta_e(other, method="2000") > 10


def test_a_shown_chart_follows_its_cell_is_as_high_as_its_preview_and_offers_no_upload() -> None:
    charts.use("en")
    shown = pio.renderers["hanbin"].to_mimebundle(FIGURE)["application/vnd.plotly.v1+json"]
    assert shown["config"].items() >= {"responsive": True, "showSendToCloud": False}.items()
    assert "width" not in shown["layout"]
    assert shown["layout"]["height"] == palette.HEIGHT


def test_a_renderer_that_the_user_named_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLOTLY_RENDERER", "json")
    monkeypatch.setattr(pio.renderers, "default", "json")
    charts.use("en")
    assert pio.renderers.default == "json"


def test_a_chart_brings_its_page_where_none_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papermill and nbconvert name no cell; plotly.js comes with the first chart alone."""
    monkeypatch.delenv("PLOTLY_RENDERER", raising=False)
    charts.use("en")
    renderer = pio.renderers["hanbin"]
    sizes = [len(renderer.to_mimebundle(FIGURE)["text/html"]) for _ in range(2)]
    assert sizes[0] > 4_000_000 > 100_000 > sizes[1]
    monkeypatch.setattr(look, "cell", lambda: "a-cell-of-JupyterLab")
    assert "text/html" not in renderer.to_mimebundle(FIGURE)


def test_the_first_chart_does_not_wait_for_nbformat() -> None:
    """Its import takes longer than pandas' own, and plotly asks for its version alone."""
    code = (
        "import sys; from IPython import get_ipython; from hanbin_data import charts, slides\n"
        "charts.use('en'); charts.bars({'a': 1}).show(renderer='hanbin')\n"
        "sys.exit('nbformat' in sys.modules or 'jsonschema' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

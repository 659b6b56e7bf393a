"""The page of a chart: one file, no requests, words for everyone, and it plays."""

from typing import Any

import plotly.graph_objects as go
import pytest

from hanbin_data.slides.page import SCRIPT, page, script

CHART = go.Figure(go.Bar(x=["汉</script>\x00\ud800"], y=[1]), {"title": "other"})
FRAMES = go.Figure(go.Bar(y=[1]), frames=[go.Frame(data=[go.Bar(y=[n])]) for n in (2, 3)])
WORDS = ("标题 <1>", '"说明" & more', "zh")


def test_a_page_has_words_for_everyone_and_its_texts_cannot_end_its_script() -> None:
    html, other = (page(chart, *WORDS).decode() for chart in (CHART, go.Figure()))
    assert html == page(CHART, *WORDS).decode()
    assert '<html lang="zh-CN">\n<head>\n<meta charset="utf-8">' in html
    assert "<title>标题 &lt;1&gt;</title>" in html
    assert "<h1>标题 &lt;1&gt;</h1>" in html
    assert 'aria-label="&quot;说明&quot; &amp; more"' in html
    assert html.count("</script>") == other.count("</script>")
    assert "showSendToCloud: false" in html
    assert "Content-Security-Policy" in html.split("<script>")[0]


def test_a_folder_may_share_plotly() -> None:
    html = page(CHART, *WORDS, shared=True).decode()
    assert len(html) < 10_000
    assert f'<script src="{SCRIPT}"></script>' in html
    assert "Plotly" in script()


@pytest.fixture(scope="module")
def opened(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Opens a page of a figure in a browser that notes what is asked of the network."""
    tab, folder = chromium.new_page(), tmp_path_factory.mktemp("pages")
    tab.add_init_script(
        "window.outside = []; addEventListener('securitypolicyviolation',"
        "event => outside.push(event.blockedURI))"
    )
    (folder / SCRIPT).write_text(script(), encoding="utf-8")

    def show(figure: go.Figure, sign: str = ".main-svg > [aria-hidden]") -> Any:
        (folder / "a.html").write_bytes(page(figure, *WORDS, shared=True))
        tab.goto((folder / "a.html").as_uri())
        tab.wait_for_selector(sign, state="attached")
        return tab

    return show


@pytest.mark.parametrize(
    ("figure", "seen", "expected"),
    [
        (CHART, "chart.calcdata[0][0].s", 1),
        (FRAMES, "chart.calcdata[0][0].s", 3),
        (go.Figure(go.Scattergl(x=[1], y=[2])), "chart.querySelectorAll('canvas').length", 3),
        (go.Figure(go.Scatter3d(x=[1], y=[2], z=[3])), "!!chart._fullLayout.scene._scene", True),
        (
            go.Figure(go.Bar(y=[1])).add_layout_image(source="https://example.com/a.png"),
            "outside",
            ["https://example.com/a.png"],
        ),
    ],
)
def test_a_page_draws_plays_and_asks_nobody(
    opened: Any, figure: go.Figure, seen: str, expected: object
) -> None:
    tab = opened(figure, "#chart .main-svg")
    tab.wait_for_timeout(2500 if figure.frames else 300)
    assert tab.evaluate(seen) == expected
    if seen != "outside":
        assert tab.evaluate("outside") == []
    assert "hare" not in tab.evaluate("document.querySelector('.modebar')?.innerHTML ?? ''")


MENUS = go.Figure(FRAMES.data, {
    "title": '<a href="https://example.com">linked</a>',
    "sliders": [{"steps": [{"label": n, "method": "restyle", "args": ["y", [[int(n)]]]}
                           for n in ("5", "7")]}],
    "updatemenus": [{"buttons": [{"label": c, "method": "restyle", "args": ["marker.color", c]}
                                 for c in ("red", "blue")]}],
})  # fmt: skip


@pytest.mark.parametrize(
    "figure",
    [
        CHART,
        MENUS,
        pytest.param(FRAMES, marks=pytest.mark.thorough),
        pytest.param(go.Figure(go.Scatter3d(z=[1])), marks=pytest.mark.thorough),
    ],
)
def test_axe_finds_nothing_in_a_page(opened: Any, axe: Any, figure: go.Figure) -> None:
    assert axe(opened(figure)) == []


def test_all_that_can_be_clicked_can_be_reached_by_keyboard(opened: Any) -> None:
    tab = opened(MENUS, "[role=slider]")
    reached = set()
    for _ in range(20):
        tab.keyboard.press("Tab")
        focused = tab.evaluate("document.activeElement.outerHTML")
        reached |= {name for name in ("modebar-btn", "slider-group", "updatemenu-header")
                    if name in focused.partition(">")[0]}  # fmt: skip
    assert reached == {"modebar-btn", "slider-group", "updatemenu-header"}
    tab.focus("[role=slider]")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_selector("[role=slider][aria-valuetext='7']", state="attached")
    assert tab.evaluate("chart.calcdata[0][0].s") == 7
    tab.focus(".updatemenu-header")
    tab.keyboard.press("Enter")
    tab.focus(".updatemenu-dropdown-button[aria-label=blue]")
    tab.keyboard.press(" ")
    tab.wait_for_function("chart.data[0].marker?.color === 'blue'")

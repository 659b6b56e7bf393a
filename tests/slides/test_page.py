"""The page of a chart: one file, no requests, words for everyone, and it plays."""

from pathlib import Path
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
def opened(chromium: Any) -> Any:
    """A page of a browser that notes what is asked of the network."""
    page = chromium.new_page()
    page.add_init_script(
        "window.outside = []; addEventListener('securitypolicyviolation',"
        "event => outside.push(event.blockedURI))"
    )
    return page


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
    tmp_path: Path, opened: Any, figure: go.Figure, seen: str, expected: object
) -> None:
    (tmp_path / "a.html").write_bytes(page(figure, *WORDS, shared=True))
    (tmp_path / SCRIPT).write_text(script(), encoding="utf-8")
    opened.goto((tmp_path / "a.html").as_uri())
    opened.wait_for_function("document.querySelector('#chart .main-svg')")
    opened.wait_for_timeout(2500 if figure.frames else 300)
    assert opened.evaluate(seen) == expected
    if seen != "outside":
        assert opened.evaluate("outside") == []
    assert "hare" not in opened.evaluate("document.querySelector('.modebar')?.innerHTML ?? ''")


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
def test_axe_finds_nothing_in_a_page(
    tmp_path: Path, opened: Any, axe: Any, figure: go.Figure
) -> None:
    (tmp_path / "a.html").write_bytes(page(figure, *WORDS))
    opened.goto((tmp_path / "a.html").as_uri())
    opened.wait_for_selector(".main-svg > [aria-hidden]", state="attached")
    assert axe(opened) == []


def test_all_that_can_be_clicked_can_be_reached_by_keyboard(tmp_path: Path, opened: Any) -> None:
    (tmp_path / "a.html").write_bytes(page(MENUS, *WORDS))
    opened.goto((tmp_path / "a.html").as_uri())
    opened.wait_for_selector("[role=slider]", state="attached")
    reached = set()
    for _ in range(20):
        opened.keyboard.press("Tab")
        focused = opened.evaluate("document.activeElement.outerHTML")
        reached |= {name for name in ("modebar-btn", "slider-group", "updatemenu-header")
                    if name in focused.partition(">")[0]}  # fmt: skip
    assert reached == {"modebar-btn", "slider-group", "updatemenu-header"}
    opened.focus("[role=slider]")
    opened.keyboard.press("ArrowRight")
    opened.wait_for_selector("[role=slider][aria-valuetext='7']", state="attached")
    assert opened.evaluate("chart.calcdata[0][0].s") == 7
    opened.focus(".updatemenu-header")
    opened.keyboard.press("Enter")
    opened.focus(".updatemenu-dropdown-button[aria-label=blue]")
    opened.keyboard.press(" ")
    opened.wait_for_function("chart.data[0].marker?.color === 'blue'")

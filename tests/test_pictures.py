"""Pictures: one browser a call, the right size and form, and no empty boxes."""

import asyncio
import io
import subprocess
from pathlib import Path

import plotly.graph_objects as go
import pytest
from PIL import Image

from hanbin_data import pictures, slides
from hanbin_data.theme import HEIGHT, WIDTH

CHART = go.Figure(go.Bar(x=["汉", "滨"], y=[1, 2]), {"title": "汉滨区 <b>x</b>"})


@pytest.fixture
def no_chinese_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latin = subprocess.run(
        ["fc-match", "-f", "%{file}", "DejaVu Sans"], capture_output=True, text=True, check=True
    ).stdout
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{Path(latin).parent}</dir><cachedir>{tmp_path}/cache</cachedir>"
        "<selectfont><rejectfont><glob>*CJK*</glob></rejectfont></selectfont></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))


@pytest.mark.usefixtures("browser")
def test_each_form_is_what_it_says() -> None:
    png, svg, pdf = pictures.draw_each([(CHART, "png", 2), (CHART, "svg", 1), (CHART, "pdf", 1)])
    assert Image.open(io.BytesIO(png)).size == (2 * WIDTH, 2 * HEIGHT)
    assert pictures.draw([CHART])[0] == png  # as large by default
    assert svg.startswith(b"<svg")
    assert f'width="{WIDTH}" height="{HEIGHT}"'.encode() in svg
    assert "汉滨区" in svg.decode("utf-8")
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1


@pytest.mark.usefixtures("browser")
def test_pictures_come_in_order_and_are_the_same_each_time() -> None:
    charts = [go.Figure(go.Bar(x=["a"], y=[n], marker_color=c)) for n, c in
              enumerate(("#ff0000", "#00ff00", "#0000ff"), 1)] * 4  # fmt: skip
    drawn = pictures.draw(charts, scale=0.5)
    assert len(drawn) == 12
    middles = [
        Image.open(io.BytesIO(p)).convert("RGB").getpixel((WIDTH // 4, HEIGHT // 4)) for p in drawn
    ]
    assert middles == [(255, 0, 0), (0, 255, 0), (0, 0, 255)] * 4
    assert drawn[:3] == drawn[3:6]


@pytest.mark.usefixtures("browser")
def test_pictures_are_drawn_where_an_event_loop_runs() -> None:
    async def notebook() -> bytes:
        return pictures.draw([CHART], scale=1)[0]

    assert Image.open(io.BytesIO(asyncio.run(notebook()))).size == (WIDTH, HEIGHT)


@pytest.mark.usefixtures("browser")
def test_chinese_text_is_not_drawn_as_boxes(tmp_path: Path, no_chinese_font: None) -> None:
    with pytest.raises(RuntimeError, match="no font with Chinese characters: install"):
        pictures.draw([CHART])
    latin = go.Figure(go.Bar(x=["a"], y=[1]))
    assert pictures.draw([latin])[0].startswith(b"\x89PNG")
    treemap = go.Figure(go.Treemap(labels=["汉", "滨"], parents=["", "汉"]))
    result = slides.save(treemap, tmp_path / "a.pptx")
    assert list(result["form"]) == ["table"]
    assert "no font" in result["why"][0]


def test_without_a_browser_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "browser_path", lambda: str(tmp_path / "none"))
    with pytest.raises(RuntimeError, match="no browser to draw with: install Chromium"):
        pictures.draw([CHART])
    with pytest.raises(RuntimeError, match="no browser"):
        slides.save(CHART, tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_an_unknown_form_and_no_chart() -> None:
    with pytest.raises(ValueError, match="unknown picture format 'gif'"):
        pictures.draw([CHART], "gif")
    assert pictures.draw([]) == []


@pytest.mark.usefixtures("browser")
def test_saved_pictures_have_slide_size(tmp_path: Path) -> None:
    result = slides.save_charts([CHART, CHART], tmp_path, ["png", "svg", "pdf"])
    names = [Path(file).name for file in result["file"]]
    assert names == [f"chart-{n}.{form}" for n in (1, 2) for form in ("png", "svg", "pdf")]
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    picture = io.BytesIO((tmp_path / "chart-1.png").read_bytes())
    assert Image.open(picture).size == (2 * WIDTH, 2 * HEIGHT)

"""Every chart of every notebook, in both languages: what it says, and how it looks."""

import base64
import io
import itertools
import re
from functools import cache
from typing import Any

import pytest
from coloraide import Color
from PIL import Image

from conftest import NOTEBOOKS
from hanbin_data import theme, vocabulary
from hanbin_data.notebooks import CHART, charts, read

LANGUAGES = ("en", "zh")
STORED = [
    (path.stem, place)
    for path in NOTEBOOKS
    for place, _ in enumerate(charts(read(path)))
]  # fmt: skip
CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.fixture(params=LANGUAGES)
def lang(request) -> str:
    return request.param


@pytest.fixture(params=STORED, ids=lambda stored: f"{stored[0]}-{stored[1]}")
def chart(request, lang: str) -> dict[str, Any]:
    """One chart as stored, or as its notebook draws it in Chinese."""
    stem, place = request.param
    if lang == "zh":
        notebook = request.getfixturevalue("chinese")[stem]
    else:
        notebook = read(next(path for path in NOTEBOOKS if path.stem == stem))
    return list(charts(notebook))[place]["data"][CHART]


def texts(part: Any, key: str = "") -> list[str]:
    """Every text that a chart can show, in its data and its layout."""
    if isinstance(part, dict):
        skipped = {"template", "config", "printed", "formulas", "figures", "ids"}
        skipped |= {"color", "type", "name"}
        if "anchor" in part or "tickfont" in part:  # an axis refers to others by name
            skipped |= {"matches", "scaleanchor"}
        names = [part["name"]] if isinstance(part.get("name"), str) and "type" in part else []
        found = [texts(value, name) for name, value in part.items() if name not in skipped]
        return names + list(itertools.chain(*found))
    if isinstance(part, list):
        return list(itertools.chain(*(texts(entry, key) for entry in part)))
    shown = {
        "text", "texttemplate", "hovertext", "hovertemplate", "x", "y", "labels", "parents",
        "customdata", "ticktext", "tickvals", "ticksuffix", "tickprefix", "title", "subtitle",
        "source", "alt", "notes", "categoryarray", "values", "header", "cells",
    }  # fmt: skip
    return [part] if isinstance(part, str) and key in shown else []


def plain(text: str) -> str:
    """A text without markup, placeholders and the address of the source."""
    return re.sub(r"<[^>]*>|%\{[^}]*\}|hanbin\.gov\.cn/\S+?\.html", " ", text)


def test_there_are_charts_in_every_notebook() -> None:
    counts = {path.stem: len(list(charts(read(path)))) for path in NOTEBOOKS}
    assert "00-overview" in counts
    assert all(count >= 3 for count in counts.values()), counts


def test_names_are_unique() -> None:
    names = [
        output["data"][CHART]["layout"]["meta"]["name"]
        for path in NOTEBOOKS
        for output in charts(read(path))
    ]
    assert len(names) == len(set(names)), sorted(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_language(chart, lang) -> None:
    said = [plain(text) for text in texts({"data": chart["data"], "layout": chart["layout"]})]
    assert said
    assert chart["layout"]["meta"]["lang"] == lang
    if lang == "zh":
        wrong = [text for text in said if re.search("[A-Za-z]{2,}", text)]
    else:
        wrong = [text for text in said if CHINESE.search(re.sub(r"\([^()]*\)", "", text))]
        # A Chinese font draws curly quotes as wide as a character.
        wrong += [text for text in said if re.search("[“”‘’]", re.sub(r"\([^()]*\)", "", text))]
    assert not wrong


def test_unit_and_period_are_stated(chart, lang) -> None:
    words = vocabulary(lang)
    units = set(words.loc[words["field"] == "unit", "label"])
    units |= {"number", "share", "percent", "%"} if lang == "en" else {"个数", "占比", "%"}
    subtitle = chart["layout"]["meta"]["subtitle"]
    assert any(unit.lower() in subtitle.lower() for unit in units), subtitle
    assert re.search(r"20\d\d", subtitle), subtitle


def test_source_line(chart, lang) -> None:
    """The report comes first; outside sources follow where a chart draws on them."""
    notes = [note for note in chart["layout"]["annotations"] if note.get("name") == "source"]
    (shown,) = [note["text"].replace("<br>", "") for note in notes]
    carried = chart["layout"]["meta"]["source"]
    assert re.sub(r"[\s;；]+", "", shown) == re.sub(r"[\s;；]+", "", carried)
    assert carried.startswith(theme.source_line(lang))


def test_alternative_text_names_the_values(chart) -> None:
    alt = chart["layout"]["meta"]["alt"]
    assert chart["layout"]["meta"]["title"].rstrip(".。") in alt
    assert len(alt) > 60
    for trace in chart["data"]:
        if isinstance(trace.get("text"), list):
            for text in trace["text"]:
                assert plain(str(text)).strip() in re.sub(r"\s+", " ", alt), text


def test_lengths_start_at_zero(chart) -> None:
    for trace in chart["data"]:
        if trace["type"] == "bar" and not any(trace.get("base") or [0]):
            side = "x" if trace.get("orientation") == "h" else "y"
            name = trace.get(f"{side}axis", side)
            axis = chart["layout"].get(name.replace(side, f"{side}axis"), {})
            assert axis.get("type", "linear") != "log"
            assert (axis.get("range") or [0])[0] == 0


def test_a_bar_stands_for_one_value(chart) -> None:
    """Bars of one trace in one category would be piled up to a sum that no one computed."""
    for trace in chart["data"]:
        if trace["type"] == "bar":
            names = trace["y" if trace.get("orientation") == "h" else "x"]
            assert len(set(names)) == len(names), names


def colors(part: Any, key: str = "") -> list[str]:
    if isinstance(part, dict):
        return list(itertools.chain(*(colors(value, name) for name, value in part.items())))
    if isinstance(part, list):
        return list(itertools.chain(*(colors(entry, key) for entry in part)))
    return [part] if key in ("color", "colors") and isinstance(part, str) else []


def marks(chart: dict[str, Any]) -> list[str]:
    found = [
        colors(trace.get(part) or {}) for trace in chart["data"] for part in ("marker", "line")
    ]
    return sorted({color for color in itertools.chain(*found) if color != theme.PAPER})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_previews_keep_the_colours(path) -> None:
    for output in charts(read(path)):
        with Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"]))) as picture:
            shown = {color for _, color in picture.convert("RGB").getcolors(1 << 20)}
        for color in marks(output["data"][CHART]):
            wanted = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
            near = [max(abs(a - b) for a, b in zip(wanted, seen, strict=True)) for seen in shown]
            assert min(near) <= 4, (output["data"][CHART]["layout"]["meta"]["name"], color)


@cache
def contrast(one: str, other: str) -> float:
    return Color(one).contrast(other, method="wcag21")


@cache
def distance(one: str, other: str) -> float:
    """The smallest difference between two colours as four kinds of eyes see them."""
    kinds = [None, "protan", "deutan", "tritan"]
    seen = [
        (Color(one).filter(kind), Color(other).filter(kind)) if kind else (Color(one), Color(other))
        for kind in kinds
    ]
    return min(a.delta_e(b, method="2000") for a, b in seen)


def test_marks_stand_out_and_stay_apart(chart) -> None:
    known = {*theme.PALETTE.values(), *theme.SEQUENCE, theme.INK, theme.SOFT, theme.RULE}
    shown = marks(chart)
    assert set(shown) <= known
    for color in set(shown) - {theme.RULE}:
        assert contrast(color, theme.PAPER) >= 3, color
    for one, other in itertools.combinations(set(shown) - {theme.RULE}, 2):
        assert distance(one, other) >= 10, (one, other)


def test_text_has_contrast(chart) -> None:
    fonts = [
        color
        for part in ("title", "annotations", "xaxis", "yaxis", "font")
        for color in colors(chart["layout"].get(part) or {})
    ]
    fonts += re.findall(r"[^-]color:(#\w+)", chart["layout"]["title"]["text"])
    fonts = [color for color in fonts if color not in (theme.RULE, theme.PAPER)]
    assert all(contrast(color, theme.PAPER) >= 3 for color in fonts)
    words = {color for color in fonts if color in (theme.INK, theme.SOFT)}
    assert all(contrast(color, theme.PAPER) >= 4.5 for color in words)
    for trace in chart["data"]:
        inside = trace["type"] == "bar" and trace.get("textposition", "auto") in ("auto", "inside")
        if inside and (trace.get("text") or trace.get("texttemplate")):
            for color in colors(trace["marker"]):
                assert max(contrast(color, "white"), contrast(color, "#444")) >= 4.5, color


@pytest.mark.parametrize("color", [theme.INK, theme.SOFT])
def test_theme_text_has_contrast(color: str) -> None:
    assert contrast(color, theme.PAPER) >= 4.5


@pytest.mark.parametrize("colors", [tuple(theme.PALETTE.values()), theme.SEQUENCE])
def test_palette_passes(colors: tuple[str, ...]) -> None:
    assert all(contrast(color, theme.PAPER) >= 3 for color in colors)
    for one, other in itertools.combinations(colors, 2):
        assert distance(one, other) >= 10, (one, other)


LAYOUT = """figure => new Promise(async resolve => {
    const area = document.getElementById('chart');
    await Plotly.newPlot(area, figure.data, figure.layout, {staticPlot: true});
    const boxes = [...area.querySelectorAll('text')]
        .filter(text => text.textContent.trim() && text.getBoundingClientRect().width > 0)
        .map(text => { const box = text.getBoundingClientRect();
            return [text.textContent, box.left, box.top, box.right, box.bottom]; });
    Plotly.purge(area);
    resolve(boxes);
})"""


@pytest.fixture(scope="module")
def page(browser: str):
    from playwright.sync_api import sync_playwright
    from plotly.offline import get_plotlyjs

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--disable-gpu"])
        sheet = running.new_context(offline=True).new_page()
        sheet.set_content("<body style='margin:0'><div id=chart></div>")
        sheet.add_script_tag(content=get_plotlyjs())
        yield sheet
        running.close()


def test_nothing_is_cut_and_nothing_overlaps(chart, page) -> None:
    boxes = page.evaluate(LAYOUT, {"data": chart["data"], "layout": chart["layout"]})
    assert boxes
    for text, left, top, right, bottom in boxes:
        inside = left >= 0 and top >= 0 and right <= theme.WIDTH and bottom <= theme.HEIGHT
        assert inside, f"cut: {text}"
    for one, other in itertools.combinations(boxes, 2):
        across = min(one[3], other[3]) - max(one[1], other[1])
        down = min(one[4], other[4]) - max(one[2], other[2])
        height = min(one[4] - one[2], other[4] - other[2])
        assert not (across > 1 and down > 0.3 * height), f"overlap: {one[0]} | {other[0]}"


def test_chinese_has_a_font(browser: str) -> None:
    import shutil
    import subprocess

    from conftest import missing

    if shutil.which("fc-list") is None:
        pytest.skip("fonts are not listed by fontconfig on this system")
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=True)
    if not fonts.stdout.strip():
        missing("no Chinese font found: apt-get install fonts-noto-cjk")

"""A deck: its slides, texts and notes; the same charts give the same file."""

import base64
import io
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image
from pptx import Presentation
from valid import broken

from conftest import NOTEBOOKS, edition
from hanbin_data import slides
from hanbin_data.slides import notebooks
from hanbin_data.slides.deck import SPOKEN, fitted
from hanbin_data.slides.notebooks import CHART, Stored

pytestmark = pytest.mark.usefixtures("no_browser")

READINGS = Path(__file__).parent / "readings"
SECTION = (
    '<p14:sldId xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main" id="1"/>'
    "<p:sldSz"
)
META = {
    "name": "members",
    "lang": "zh",
    "title": "党员人数",
    "subtitle": "单位：人",
    "source": "来源：自拟",
    "alt": "两根柱。",
    "deck": "图册",
    "notes": ["第一条说明。", "长" * SPOKEN, "第三条。"],
}


def stored(name: str, part: str = "", **meta: Any) -> Stored:
    """A chart of a notebook with its reading."""
    spec = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {"meta": {**META, **meta}}}
    told = {
        "reading": (READINGS / f"{name}.json").read_text(encoding="utf-8"),
        "drawn_from": notebooks.fingerprint(spec),
    }
    return Stored({"data": {CHART: spec}, "metadata": told}, part)


def deck(tmp_path: Path, *figures: Any, **settings: Any) -> tuple[Any, Any]:
    rows = slides.deck(figures, tmp_path / "deck.pptx", **settings)
    return rows, Presentation(tmp_path / "deck.pptx")


def texts(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_words_and_notes_of_a_slide_are_the_charts_own(tmp_path: Path) -> None:
    """And the notes are short enough to be said."""
    rows, made = deck(tmp_path, stored("columns"))
    assert rows[["slide", "name", "form", "why"]].values.tolist() == [[2, "members", "native", ""]]
    assert made.slides[0].shapes.title.text == made.core_properties.title == "图册"
    slide = made.slides[1]
    assert {"党员人数", "单位：人", "来源：自拟"} <= set(texts(slide))
    assert "两根柱。" in [e.get("descr") for e in slide._element.iter("{*}cNvPr")]
    notes = slide.notes_slide.notes_text_frame.text
    assert notes.startswith("第一条说明。")
    assert len(notes) < 2 * SPOKEN
    assert "第三条" not in notes


def test_every_text_names_an_east_asian_typeface(tmp_path: Path) -> None:
    deck(tmp_path, stored("annotated"), stored("pie"))
    with zipfile.ZipFile(tmp_path / "deck.pptx") as package:
        parts = [n for n in package.namelist() if n.startswith(("ppt/slides/slide", "ppt/charts"))]
        for part in parts:
            xml = package.read(part).decode()
            assert xml.count("<a:rPr") <= xml.count("<a:ea "), part


def test_each_notebook_has_a_slide_that_opens_its_part(tmp_path: Path) -> None:
    rows, made = deck(tmp_path, *(stored("pie", part) for part in ("First", "First", "Second")))
    assert rows["slide"].tolist() == [3, 4, 6]
    assert made.slides[1].shapes.title.text == "First"
    assert made.slides[4].shapes.title.text == "Second"


def test_without_a_browser_a_chart_is_a_table_and_says_so(tmp_path: Path) -> None:
    rows, made = deck(tmp_path, {"data": [{"y": [1, 2], "type": "bar"}], "layout": {}})
    assert rows["form"].tolist() == ["table"]
    assert "browser" in rows["why"][0]
    assert any(shape.has_table for shape in made.slides[1].shapes)
    assert "browser" in made.slides[1].notes_slide.notes_text_frame.text


def test_the_same_charts_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, late = [], time.time() + 90_000
    for _ in range(2):
        deck(tmp_path, stored("columns"), stored("pie"))
        blobs.append((tmp_path / "deck.pptx").read_bytes())
        monkeypatch.setattr(time, "time", lambda: late)
    assert blobs[0] == blobs[1]


def test_all_kinds_make_a_deck_that_holds_together(tmp_path: Path) -> None:
    names = sorted(path.stem for path in READINGS.glob("*.json"))
    rows, _ = deck(tmp_path, *map(stored, names))
    assert broken((tmp_path / "deck.pptx").read_bytes()) == []
    assert rows["form"].eq("native").sum() == len(names) - 1


SLIDE = "ppt/slides/slide2.xml"
RELATIONS = "ppt/slides/_rels/slide2.xml.rels"


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        (RELATIONS, "../slideLayouts/slideLayout6.xml", "a.xml", "no ppt/slides/a.xml"),
        (RELATIONS, 'Id="', 'TargetMode="External" Id="', "outside"),
        (RELATIONS, 'Id="rId', 'Id="rIdx', "leads nowhere"),
        ("ppt/presentation.xml", 'r:id="', 'r:id="x', "leads nowhere"),
        ("ppt/presentation.xml", "<p:sldSz", SECTION, "without its slide"),
        (SLIDE, 'cx="', 'cx="-', "negative size"),
        (SLIDE, r'<p:cNvPr id="\d+"', '<p:cNvPr id="7"', "id 7"),
        ("ppt/media/left.png", "^", "x", "nothing leads to ppt/media/left.png"),
    ],
)
def test_what_would_damage_a_deck_is_seen(
    tmp_path: Path, part: str, old: str, new: str, said: str
) -> None:
    deck(tmp_path, stored("columns"))
    with zipfile.ZipFile(tmp_path / "deck.pptx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts[part] = re.sub(old, new, parts.get(part, b"").decode()).encode()
    with zipfile.ZipFile(out := io.BytesIO(), "w") as damaged:
        for name, blob in parts.items():
            damaged.writestr(name, blob)
    assert re.search(said, "\n".join(broken(out.getvalue())))


def test_the_numbers_of_a_chart_can_be_edited(tmp_path: Path) -> None:
    deck(tmp_path, stored("columns"))
    with zipfile.ZipFile(tmp_path / "deck.pptx") as package:
        name = next(n for n in package.namelist() if n.endswith(".xlsx"))
        sheet = openpyxl.load_workbook(io.BytesIO(package.read(name))).active
    rows = list(sheet.values)
    assert rows[0] == (None, "A", "B")
    assert [row[1:] for row in rows[1:]] == [(1, 3), (2, 1.5), (3, 2)]


def test_a_picture_is_vector_with_a_png_behind_it(tmp_path: Path) -> None:
    chart, png = stored("heat-map"), io.BytesIO()
    Image.new("1", (1, 1)).save(png, "PNG")
    chart._output["data"]["image/png"] = base64.b64encode(png.getvalue()).decode()
    rows, made = deck(tmp_path, chart)
    assert rows["form"].tolist() == ["picture"]
    assert "svgBlip" in made.slides[1]._element.xml
    assert broken((tmp_path / "deck.pptx").read_bytes()) == []


@pytest.mark.parametrize("form", ["xlsx", "csv", "html", "pptx"])
def test_one_chart_is_saved_in_the_form_of_its_suffix(tmp_path: Path, form: str) -> None:
    row = slides.save(stored("columns"), tmp_path / f"chart.{form}").iloc[0]
    assert Path(row["file"]).stat().st_size > 0
    assert row["name"] == "members"


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda path: slides.deck([], path / "a.pptx"), ValueError, "no chart"),
        (lambda path: slides.deck([{}], path / "a.pdf"), ValueError, "suffix"),
        (lambda path: slides.deck({}, path / "a.pptx"), TypeError, "list"),
        (lambda path: slides.deck([3], path / "a.pptx"), TypeError, "figure"),
        (lambda path: slides.save({}, path / "a.docx"), ValueError, "suffix"),
        (lambda path: slides.save({}, path / "a.png", template="x"), ValueError, "template"),
        (lambda path: slides.save_charts([{}], path / "f", "png"), TypeError, "formats"),
        (lambda path: slides.deck([{}], path / "a.pptx", lang="fr"), ValueError, "language"),
        (lambda path: slides.deck([{}], path / "a.pptx", width=0), ValueError, "from 1 to"),
        (lambda path: slides.deck([{}], path / "no" / "a.pptx"), FileNotFoundError, "no folder"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, call: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        call(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_our_own_slides_show_their_texts_whole(lang: str, tmp_path: Path) -> None:
    """A source line that is cut names no source."""
    own = [path for path in NOTEBOOKS if edition(path).startswith("zh/") == (lang == "zh")]
    _, made = deck(tmp_path, *(chart for path in own for chart in slides.charts(path)))
    shown = [text for slide in made.slides for text in texts(slide)]
    assert len(shown) > 3 * len(own)
    assert [text for text in shown if text.endswith("…")] == []


def test_a_text_fits_its_box() -> None:
    size, shown = fitted("word " * 200, 24, 400, 60)
    assert size >= 10
    assert len(shown) < 300
    assert shown.endswith("…")
    assert fitted("short", 24, 400, 60) == (24, "short")

"""Any template gives a whole deck, in its look, with nothing of its own slides."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Inches
from valid import broken

from hanbin_data.slides.deck import Deck, Drawn
from hanbin_data.slides.template import Box, contrast, open_master

Change = Callable[[str, bytes], bytes]

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MASTER = "ppt/slideMasters/slideMaster1.xml"
LINK = (
    b'<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId77" '
    b'action="ppaction://hlinksldjump"/>'
)


def template(path: Path, change: Change | None = None) -> Path:
    """A template of three slides, its parts changed."""
    deck = Presentation()
    for layout in (0, 5, 6):
        deck.slides.add_slide(deck.slide_layouts[layout]).notes_slide.notes_text_frame.text = "Own"
    deck.save(path)
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members["ppt/vbaProject.bin"] = b"x"
    with zipfile.ZipFile(path, "w") as new:
        for name, blob in members.items():
            new.writestr(name, change(name, blob) if change else blob)
    return path


def made(path: Path) -> tuple[Any, bytes]:
    deck = Deck(open_master(path), "en")
    deck.opening("cover", "Title", ["1 chart"])
    deck.chart(Drawn({"data": [{"y": [1, 2]}]}, "one", "en", "A chart", "unit", "Source: none"))
    blob = deck.blob("Title")
    return Presentation(io.BytesIO(blob)), blob


def replaced(part: str, old: str, new: str, more: Change = lambda _, blob: blob) -> Change:
    """A change of one part, by a pattern."""
    return lambda name, blob: (
        re.sub(old.encode(), new.encode(), blob, count=1) if name == part else more(name, blob)
    )


def relation(part: str, kind: str, target: str, more: Change = lambda _, blob: blob) -> Change:
    """A change that adds a relation rId77 to a part."""
    folder, _, file = part.rpartition("/")
    entry = f'<Relationship Id="rId77" Type="{OFFICE}{kind}" {target}/></Relationships>'
    return replaced(f"{folder}/_rels/{file}.rels", "</Relationships>", entry, more)


def google(name: str, blob: bytes) -> bytes:
    """Google Slides states the attributes in the other order."""
    if name != "[Content_Types].xml":
        return blob
    return re.sub(rb'(PartName="[^"]*") (ContentType="[^"]*")', rb"\2 \1", blob)


CORE = "package/2006/relationships/metadata/core"
SHOW = r"""<p:custShowLst><p:custShow name="s" id="0"><p:sldLst><p:sld r:id="\1"/></p:sldLst>"""
SECTION = "http://schemas.microsoft.com/office/powerpoint/2010/main"
PICTURE = (
    "<p:pic><p:nvPicPr><p:cNvPr id='99' name='spy'/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>"
    '<p:blipFill><a:blip r:link="rId77"/></p:blipFill><p:spPr/></p:pic></p:spTree>'
)
TEMPLATES: tuple[Change, ...] = (
    lambda _, blob: blob,
    google,
    replaced(
        "ppt/presentation.xml",
        r'(<p:sldId [^>]*r:id="(rId\d+)".*?<p:notesSz[^>]*/>)',
        r"\1" + SHOW.replace(r"\1", r"\2") + "</p:custShow></p:custShowLst>",
    ),
    replaced(
        "ppt/presentation.xml",
        "</p:presentation>",
        '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst xmlns:p14='
        f'"{SECTION}"><p14:section name="Own" id="{{11111111-1111-1111-1111-111111111111}}">'
        '<p14:sldIdLst><p14:sldId id="256"/></p14:sldIdLst></p14:section></p14:sectionLst>'
        "</p:ext></p:extLst></p:presentation>",
    ),
    relation(
        MASTER,
        "slide",
        'Target="../slides/slide1.xml"',
        replaced(MASTER, r"(<p:cNvPr [^>]*Title[^>]*[^/])/>", rf"\1>{LINK.decode()}</p:cNvPr>"),
    ),
    relation(
        MASTER,
        "image",
        'Target="http://example.org/spy.png" TargetMode="External"',
        replaced(MASTER, "</p:spTree>", PICTURE),
    ),
    replaced("ppt/presentation.xml", "<p:sldSz[^>]*>", ""),
    replaced("_rels/.rels", CORE, CORE.replace("package", "officedocument", 1)),
    *(
        replaced("[Content_Types].xml", re.escape(MAIN), f"application/vnd.{kind}.main+xml")
        for kind in (
            "ms-powerpoint.presentation.macroEnabled",
            "ms-powerpoint.slideshow.macroEnabled",
            "openxmlformats-officedocument.presentationml.template",
        )
    ),
    relation("ppt/presentation.xml", "customXml", 'Target="NULL"'),
    relation("ppt/presentation.xml", "vbaProject", 'Target="vbaProject.bin"'),
)
"""What templates of the world hold, each put into python-pptx's own."""


@pytest.mark.parametrize("change", TEMPLATES)
def test_nothing_but_the_look_of_a_template_is_in_a_deck(tmp_path: Path, change: Change) -> None:
    deck, blob = made(template(tmp_path / "house.pptx", change))
    assert broken(blob) == []
    assert len(deck.slides) == 2
    with zipfile.ZipFile(io.BytesIO(blob)) as package:
        names = package.namelist()
        whole = b"".join(name.encode() + package.read(name) for name in names)
    assert {"ppt/presProps.xml", "ppt/viewProps.xml"} < {*names}, "PowerPoint looks for them"
    for trace in (b"example.org", b"macroEnabled", b"custShow", b"hlinksldjump", b"Steve Canny",
                  b"sectionLst", b"vbaProject", b"customXml", b"Own"):  # fmt: skip
        assert trace not in whole


def house(path: Path, *, layouts: int = 11, **boxes: tuple[float, ...] | None) -> Any:
    """A template whose titles and contents stand elsewhere; None: nowhere."""
    deck = Presentation()
    for layout in list(deck.slide_layouts)[layouts:]:
        deck.slide_layouts.remove(layout)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            key = "title" if shape.placeholder_format.idx == 0 else "content"
            if key in boxes and boxes[key] is None:
                for xfrm in list(shape._element.iter("{*}xfrm")):
                    xfrm.getparent().remove(xfrm)
            elif key in boxes and holder is not deck.slide_master:
                shape.left, shape.top, shape.width, shape.height = map(Inches, boxes[key])
    deck.save(path)
    return deck


@pytest.mark.parametrize(
    "boxes",
    [
        {},
        {"title": None, "content": None},
        {"content": (8, 6, 1, 0.4)},
        {"content": (0, 0, 10, 7.5)},
        {"content": (1, 5, 8, 2), "layouts": 2},
        {"content": (0, 3, 3, 4), "layouts": 2},
        {"title": (0, 3, 10, 1.5)},
        {"title": (0, 6.5, 10, 1)},
        {"title": (0, 0, 2, 7.5), "layouts": 2},
        {"title": (0, 0, 10, 7)},
        {"title": (-1, -1, 3, 1.2)},
    ],
)
def test_a_chart_has_a_third_of_its_slide_and_lies_over_nothing(
    tmp_path: Path, boxes: dict[str, Any]
) -> None:
    deck = house(tmp_path / "house.pptx", **boxes)
    places = open_master(tmp_path / "house.pptx").places["chart"]
    found = [place.box for place in places.values()]
    assert all(a.beside(b) == a for a in found for b in found if a is not b)
    assert all(box.left >= 0 and box.left + box.width <= deck.slide_width for box in found)
    # Of a drawing 16:9 its title and source line are left out, so what is shown is larger.
    assert places["chart"].box.drawn > 0.3 * deck.slide_width * deck.slide_height
    slide = made(tmp_path / "house.pptx")[0].slides[1]
    assert all(None not in (s.left, s.width) for s in slide.shapes)


def test_placeholders_of_one_index_are_told_apart(tmp_path: Path) -> None:
    """LibreOffice gives titles and contents none."""
    deck = Presentation()
    for shape in deck.slide_layouts[1].placeholders:
        if shape.placeholder_format.idx == 1:
            shape._element.nvSpPr.nvPr.find("{*}ph").attrib.update({"type": "body", "idx": "0"})
    for layout in list(deck.slide_layouts)[2:]:
        deck.slide_layouts.remove(layout)
    deck.save(tmp_path / "house.pptx")
    slide = made(tmp_path / "house.pptx")[0].slides[1]
    assert slide.shapes.title.text == "A chart"
    assert all(shape.text_frame.text for shape in slide.placeholders)


@pytest.mark.parametrize("where", ["bg", "shape", "prompt"])
def test_texts_are_read_on_a_dark_ground(tmp_path: Path, where: str) -> None:
    deck = Presentation()
    master, slide = deck.slide_master, deck.slides.add_slide(deck.slide_layouts[6])
    cover = slide.shapes.add_shape(1, 0, 0, deck.slide_width, deck.slide_height)
    dark = {"bg": master.background.fill, "shape": cover.fill}.get(where)
    if dark:
        dark.solid()
        dark.fore_color.rgb = RGBColor(0, 0, 32)
    else:  # LibreOffice states the look of texts in prompts alone
        cover.fill.gradient()
        master._element.remove(master._element.find("{*}txStyles"))
        for shape in master.placeholders:
            for run in [r for p in shape.text_frame.paragraphs for r in p.runs]:
                run.font.color.rgb, run.font.size = RGBColor(255, 255, 255), Inches(0.2)
    if where != "bg":  # a shape that covers the slide
        master.shapes._spTree.insert(2, cover._element)
    deck.save(tmp_path / "house.pptx")
    house = open_master(tmp_path / "house.pptx")
    assert house.text == "bg1"
    slide = made(tmp_path / "house.pptx")[0].slides[1]
    for shape in slide.shapes:
        if shape.name == "Source" or (where == "prompt" and shape == slide.shapes.title):
            font = shape.text_frame.paragraphs[0].runs[0].font
            assert contrast(str(font.color.rgb), house.shade) > 4
            assert font.size


@pytest.mark.parametrize(
    ("member", "said"),
    [(None, "not a .pptx"), (b"\xd0\xcf\x11\xe0", "password"), (bytes(301_000_000), "300 MB")],
    ids=["no zip file", "locked", "zip bomb"],
)
def test_what_is_no_template_is_named(tmp_path: Path, member: bytes | None, said: str) -> None:
    path = template(tmp_path / "house.pptx")
    if member is None or len(member) == 4:
        path.write_bytes((member or b"") + bytes(600))
    else:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("ppt/media/large.bin", member)
    with pytest.raises(ValueError, match=said):
        open_master(path)


@pytest.mark.parametrize(
    ("stated", "face"),
    [('typeface="KaiTi"', "KaiTi"), ('typeface=""', "Microsoft YaHei"), ("", "Microsoft YaHei")],
)
def test_a_typeface_that_a_template_leaves_open_is_chosen(
    tmp_path: Path, stated: str, face: str
) -> None:
    change = replaced(MASTER, r"(<p:titleStyle>.*?)<a:ea [^>]*/>", rf"\1<a:ea {stated}/>")
    house = open_master(template(tmp_path / "house.pptx", change))
    assert house.places["chart"]["title"].east_asian == face


def test_beside_is_the_largest_part_left() -> None:
    assert Box(0, 0, 10, 10).beside(Box(0, 0, 10, 3)) == Box(0, 3, 10, 7)
    assert Box(0, 0, 10, 10).beside(Box(20, 0, 5, 5)) == Box(0, 0, 10, 10)

"""Any template gives a whole deck, in its look, with nothing of its own slides."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches
from valid import broken

from hanbin_data.slides.deck import Deck, Drawn
from hanbin_data.slides.template import Box, open_master

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
P = b'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
LINK = (
    b'<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId77" '
    b'action="ppaction://hlinksldjump"/>'
)


def template(path: Path, change: Any = None, **parts: bytes) -> Path:
    """A template of three slides, its parts changed, or more of them in it."""
    deck = Presentation()
    for layout in (0, 5, 6):
        deck.slides.add_slide(deck.slide_layouts[layout])
    deck.save(path)
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, blob in {
            **members,
            **{k.replace("__", "/"): v for k, v in parts.items()},
        }.items():
            new.writestr(name, change(name, blob) if change else blob)
    return path


def made(path: Path) -> tuple[Any, bytes]:
    deck = Deck(open_master(path), "en")
    deck.opening("cover", "Title", ["1 chart"])
    deck.chart(Drawn({"data": [{"y": [1, 2]}]}, "one", "en", "A chart", "unit", "Source: none"))
    blob = deck.blob("Title")
    return Presentation(io.BytesIO(blob)), blob


def relation(name: str, kind: str, target: str) -> Any:
    """A change that adds a relation rId77 to a part."""

    def change(member: str, blob: bytes) -> bytes:
        folder, _, file = name.rpartition("/")
        if member != f"{folder}/_rels/{file}.rels":
            return blob
        entry = f'<Relationship Id="rId77" Type="{kind}" {target}/></Relationships>'
        return blob.replace(b"</Relationships>", entry.encode())

    return change


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MASTER = "ppt/slideMasters/slideMaster1.xml"


def custom_show(name: str, blob: bytes) -> bytes:
    if name != "ppt/presentation.xml":
        return blob
    own = re.search(rb'<p:sldId [^>]*r:id="(rId\d+)"', blob)
    show = b'<p:custShowLst><p:custShow name="s" id="0"><p:sldLst><p:sld r:id="%s"/></p:sldLst>'
    assert own
    return re.sub(
        rb"(<p:notesSz[^>]*/>)", rb"\1" + show % own[1] + b"</p:custShow></p:custShowLst>", blob
    )


def linked(name: str, blob: bytes) -> bytes:
    """The master's first shape is a link to a slide of the template."""
    blob = relation(MASTER, OFFICE + "slide", 'Target="../slides/slide1.xml"')(name, blob)
    if name == MASTER:
        blob = re.sub(rb"(<p:cNvPr [^>]*[^/])/>", rb"\1>" + LINK + b"</p:cNvPr>", blob, count=2)
    return blob


def outside(name: str, blob: bytes) -> bytes:
    target = 'Target="http://example.org/spy.png" TargetMode="External"'
    blob = relation(MASTER, OFFICE + "image", target)(name, blob)
    picture = (
        b"<p:pic><p:nvPicPr><p:cNvPr id='99' name='spy'/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>"
        b'<p:blipFill><a:blip r:link="rId77"/></p:blipFill><p:spPr/></p:pic></p:spTree>'
    )
    return blob.replace(b"</p:spTree>", picture) if name == MASTER else blob


def retyped(kind: str) -> Any:
    def change(name: str, blob: bytes) -> bytes:
        return blob.replace(MAIN.encode(), kind.encode()) if name == "[Content_Types].xml" else blob

    return change


def old_core(name: str, blob: bytes) -> bytes:
    new = b"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    old = new.replace(b"package", b"officedocument")
    return blob.replace(new, old) if name == "_rels/.rels" else blob


@pytest.mark.parametrize(
    "change",
    [
        custom_show,
        linked,
        outside,
        old_core,
        retyped("application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        retyped("application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"),
        relation("ppt/presentation.xml", OFFICE + "customXml", 'Target="NULL"'),
    ],
)
def test_nothing_but_the_look_of_a_template_is_in_a_deck(tmp_path: Path, change: Any) -> None:
    deck, blob = made(template(tmp_path / "house.pptx", change, **{"ppt__vbaProject.bin": b"x"}))
    assert broken(blob) == []
    assert len(deck.slides) == 2
    with zipfile.ZipFile(io.BytesIO(blob)) as package:
        names = package.namelist()
        whole = b"".join(package.read(name) for name in names)
    assert not [name for name in names if "vba" in name or "customXml" in name]
    for trace in (b"example.org", b"macroEnabled", b"custShow", b"hlinksldjump", b"Steve Canny"):
        assert trace not in whole


def test_a_template_without_places_gets_some(tmp_path: Path) -> None:
    deck = Presentation()
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            for xfrm in list(shape._element.iter("{*}xfrm")):
                xfrm.getparent().remove(xfrm)
    deck.save(tmp_path / "house.pptx")
    slide = made(tmp_path / "house.pptx")[0].slides[1]
    assert all(None not in (s.left, s.width) for s in slide.shapes)


def test_the_layout_with_room_is_taken(tmp_path: Path) -> None:
    deck = Presentation()
    for shape in deck.slide_layouts[1].placeholders:
        if shape.placeholder_format.idx == 1:
            shape.left, shape.top, shape.width, shape.height = map(Inches, (8, 6, 1, 0.4))
    deck.save(tmp_path / "house.pptx")
    master = open_master(tmp_path / "house.pptx")
    room = master.places["chart"]["chart"].box
    size = deck.slide_width * deck.slide_height
    assert room.width * room.height > 0.5 * size
    assert master.layouts["chart"].name == "Title Only"


def test_no_part_of_a_slide_lies_over_another(tmp_path: Path) -> None:
    deck = Presentation()
    for shape in deck.slide_layouts[1].placeholders:
        if shape.placeholder_format.idx == 1:  # under the title
            shape.left, shape.top, shape.width, shape.height = map(Inches, (0, 0, 10, 7.5))
    deck.save(tmp_path / "house.pptx")
    boxes = [place.box for place in open_master(tmp_path / "house.pptx").places["chart"].values()]
    assert all(a.beside(b) == a for a in boxes for b in boxes if a is not b)


@pytest.mark.parametrize(
    ("blob", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (b"no zip file", "not a .pptx"),
    ],
)
def test_what_is_no_template_is_named(tmp_path: Path, blob: bytes, said: str) -> None:
    (tmp_path / "house.pptx").write_bytes(blob)
    with pytest.raises(ValueError, match=said):
        open_master(tmp_path / "house.pptx")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = template(tmp_path / "house.pptx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("ppt/media/large.bin", bytes(301_000_000))
    with pytest.raises(ValueError, match="300 MB"):
        open_master(path)


def test_beside_is_the_largest_part_left() -> None:
    assert Box(0, 0, 10, 10).beside(Box(0, 0, 10, 3)) == Box(0, 3, 10, 7)
    assert Box(0, 0, 10, 10).beside(Box(20, 0, 5, 5)) == Box(0, 0, 10, 10)

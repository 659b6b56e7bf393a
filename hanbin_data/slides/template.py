"""The slide master: ours, or a house template whose layouts, fonts and colours apply.

A template's package is read from the presentation along the few kinds of relation that a look
needs. What is not reached that way, slides, macros, embedded objects, custom XML, links,
properties of persons, stays behind, and so does every element that names it.
"""

import io
import os
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from hanbin_data.words import say

EAST_ASIAN = "Microsoft YaHei"
"""For a theme that leaves the East Asian typeface open: each viewer would pick its own."""

_LARGEST = 300_000_000  # bytes of an unpacked template

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
_PRESENTATION = _MAIN + "presentation.main+xml"
_ACCEPTED = (
    _PRESENTATION,
    _MAIN + "template.main+xml",
    _MAIN + "slideshow.main+xml",
    *(f"application/vnd.ms-powerpoint.{kind}.macroEnabled.main+xml"
      for kind in ("presentation", "template", "slideshow")),
)  # fmt: skip
_LOOK: tuple[str, ...] = ("slideMaster", "slideLayout", "theme", "themeOverride", "notesMaster")
_LOOK += ("tableStyles", "image", "font", "handoutMaster", "presProps", "viewProps")
_OF_SLIDES: tuple[str, ...] = ("sldIdLst", "custShowLst", "custDataLst", "modifyVerifier")
_OF_SLIDES += ("photoAlbum", "smartTags", "extLst")
_PLAIN = {
    kind: f'<p:{root} xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'.encode()
    for kind, root in (("presProps", "presentationPr"), ("viewProps", "viewPr"))
}
_WHOLE = ("bg", "timing", "transition", "custDataLst", "controls", "ext", "buBlip")


class Box(NamedTuple):
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    def beside(self, other: "Box") -> "Box":
        """The largest part of it, above, below, left or right, that the other leaves free."""
        right, low = self.left + self.width, self.top + self.height
        past, under = other.left + other.width, other.top + other.height
        if other.left >= right or past <= self.left or other.top >= low or under <= self.top:
            return self
        parts = (
            Box(self.left, self.top, self.width, other.top - self.top),
            Box(self.left, under, self.width, low - under),
            Box(self.left, self.top, other.left - self.left, self.height),
            Box(past, self.top, right - past, self.height),
        )
        return max(parts, key=lambda part: max(0, part.width) * max(0, part.height))


class Place(NamedTuple):
    """Where one part of a slide goes.

    ``placeholder`` is the index of the layout's placeholder there, or None; ``size`` the
    points of its text, ``latin`` and ``east_asian`` the typefaces.
    """

    box: Box
    placeholder: int | None
    size: float
    latin: str
    east_asian: str


@dataclass(frozen=True)
class Master:
    """An empty presentation and, for each kind of slide, its layout and places.

    Attributes:
        presentation: python-pptx's presentation, without a slide.
        layouts: ``cover``, ``section`` and ``chart`` to a slide layout.
        places: the same keys to the places of ``title``, ``subtitle``, ``chart``, ``source``.
        number: the slide number's element on the chart layout, or None.
        ground: colour behind a chart, ``RRGGBB``, or None where it is no plain colour.
        own: whether it is our own.
    """

    presentation: Any
    layouts: dict[str, Any]
    places: dict[str, dict[str, Place]]
    number: Any
    ground: str | None
    own: bool


def open_master(template: str | os.PathLike[str] | None) -> Master:
    """Our master, or that of a template without its slides.

    Args:
        template: a ``.pptx``, ``.potx`` or ``.pptm``, say; macros stay out.

    Raises:
        FileNotFoundError: there is no such template.
        ValueError: it is no presentation, is locked by a password, unpacks to too much, or
            has no layouts.
    """
    if template is None:
        own = files("hanbin_data.slides").joinpath("master.pptx").read_bytes()
        return _master(Presentation(io.BytesIO(emptied(own))), own=True)
    path = os.fsdecode(template)
    if not os.path.isfile(path):
        raise FileNotFoundError(say("there is no template {path!r}", path=path))
    with open(path, "rb") as file:
        blob = file.read()
    try:
        presentation = Presentation(io.BytesIO(emptied(blob)))
        if any(master.slide_layouts for master in presentation.slide_masters):
            return _master(presentation, own=False)
    except _RefusedError as error:
        raise ValueError(
            say("the template {path!r} {reason}", path=path, reason=str(error))
        ) from None
    except Exception as error:  # damage is met deep within, as an error of any kind
        raise ValueError(
            say("the template {path!r} is not a .pptx presentation", path=path)
        ) from error
    raise ValueError(say("the template {path!r} has no layouts", path=path))


# The package


class _RefusedError(Exception):
    """Why a template is not taken."""


def emptied(blob: bytes) -> bytes:
    """A presentation's package in which nothing leads to more than its look."""
    if blob[:4] == b"\xd0\xcf\x11\xe0":
        raise _RefusedError(
            say("is locked by a password or in the format of before 2007: save it as a .pptx")
        )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as old, zipfile.ZipFile(out, "w") as new:
        if sum(entry.file_size for entry in old.infolist()) > _LARGEST:
            raise _RefusedError(say("unpacks to more than 300 MB"))
        members = {name: old.read(name) for name in old.namelist()}
        kept = {name: _pruned(name, members) for name in members if name.endswith(".rels")}
        main = next(iter(kept["_rels/.rels"].values()), "")
        kinds = members["[Content_Types].xml"].decode()
        kind = re.search(rf'PartName="/{re.escape(main)}"\s+ContentType="([^"]*)"', kinds)
        if kind is None or kind[1] not in _ACCEPTED:
            raise _RefusedError(say("is not a .pptx presentation"))
        for kind_ in ("presProps", "viewProps"):  # theirs may name a custom show
            members[f"ppt/{kind_}.xml"] = _PLAIN[kind_]
        members["[Content_Types].xml"] = kinds.replace(kind[1], _PRESENTATION).encode()
        for name, content in members.items():
            folder, _, file = name.rpartition("/")
            relations = kept.get(f"{folder}/_rels/{file}.rels", {})
            if name.startswith("ppt/") and name.endswith(".xml"):
                content = _without(content, set(relations), first=name == main)
            undated = zipfile.ZipInfo(name)  # whatever the clock says
            new.writestr(undated, members[name] if name.endswith(".rels") else content)
    return out.getvalue()


def _pruned(name: str, members: dict[str, bytes]) -> dict[str, str]:
    """Take what a look does not need from a part's relations; returns ids and targets left."""
    folder = "/" + posixpath.dirname(posixpath.dirname(name))
    root, found = parse_xml(members[name]), {}
    for entry in list(root):
        kind = entry.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(
            posixpath.join(folder, unquote(entry.get("Target", "")))
        ).lstrip("/")
        if (
            name == "_rels/.rels"
            and kind == "officeDocument"
            and "purl.oclc.org" in entry.get("Type")
        ):
            raise _RefusedError(say("is in the strict form of Open XML: save it as a plain .pptx"))
        wanted = ("officeDocument",) if name == "_rels/.rels" else _LOOK
        if kind in wanted and entry.get("TargetMode") != "External" and members.get(target):
            found[entry.get("Id")] = target
        else:
            root.remove(entry)
    members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return found


def _without(blob: bytes, known: set[str], *, first: bool) -> bytes:
    """A part without the elements that name what is gone, or what a slide show does."""
    root = parse_xml(blob)
    if first:
        for child in list(root):
            if etree.QName(child).localname in _OF_SLIDES:
                root.remove(child)
    naming = [
        element
        for element in root.iter(etree.Element)
        if any(key.startswith(_R) and value not in known for key, value in element.items())
        or str(element.get("action", "")).startswith("ppaction://")
    ]
    for element in naming:
        _remove(element)
    if naming:
        for timing in root.findall(f"./{qn('p:timing')}"):  # may move a shape that is gone
            root.remove(timing)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _remove(element: Any) -> None:
    """Take out an element with what makes no sense without it."""
    whole = element
    if not etree.QName(element).localname.startswith("hlink"):
        while whole.getparent() is not None:
            above = etree.QName(whole.getparent()).localname
            if etree.QName(whole).localname in _WHOLE or above in ("spTree", "grpSp"):
                break
            whole = whole.getparent()
        else:
            whole = element
    parent = whole.getparent()
    if parent is not None:
        parent.remove(whole)
        if len(parent) == 0 and etree.QName(parent).localname in ("extLst", "custDataLst"):
            parent.getparent().remove(parent)


# The layouts

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_TEXTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SUBTITLE)
_CONTENTS = (
    *(PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.TABLE),
    *(PP_PLACEHOLDER.PICTURE, PP_PLACEHOLDER.BODY),
)
_SIZES = {"title": 24.0, "subtitle": 14.0, "chart": 14.0, "source": 12.0}


def _master(presentation: Any, *, own: bool) -> Master:
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    size = Box(0, 0, presentation.slide_width, presentation.slide_height)
    found = [_chart_places(layout, size) for layout in layouts]
    best = max(range(len(layouts)), key=lambda at: (_worth(layouts[at], found[at]), -at))
    chart = layouts[best]
    titled = [layout for layout in layouts if _title(layout) is not None]
    cover = next((one for one in titled if _is_cover(one)), chart)
    section = next((one for one in titled if one._element.get("type") == "secHead"), cover)
    places = {
        "cover": _text_places(cover, size),
        "section": _text_places(section, size),
        "chart": found[best],
    }
    numbers = _shapes(chart, PP_PLACEHOLDER.SLIDE_NUMBER)
    return Master(
        presentation,
        {"cover": cover, "section": section, "chart": chart},
        places,
        next((s._element for s in numbers if s.left is not None), None),
        _ground(chart),
        own,
    )


def _shapes(layout: Any, *kinds: Any) -> list[Any]:
    return [s for s in layout.placeholders if s.placeholder_format.type in kinds]


def _title(layout: Any) -> Any:
    return next(iter(_shapes(layout, *_TITLES)), None)


def _is_cover(layout: Any) -> bool:
    centred = _shapes(layout, PP_PLACEHOLDER.CENTER_TITLE)
    return bool(centred) or layout._element.get("type") == "title"


def _worth(layout: Any, places: dict[str, Place]) -> float:
    """How well a layout holds a chart: by the room, and whether it has a title to fill."""
    room = places["chart"]
    area = float(room.box.width * room.box.height)
    if _is_cover(layout) or layout._element.get("type") == "secHead":
        area /= 100
    if layout._element.find(f".//{qn('p:ph')}[@orient='vert']") is not None:
        area /= 10
    area *= 1 - 0.02 * len(list(layout.placeholders))  # those left empty are taken out
    return (
        area
        * (1 if places["title"].placeholder is not None else 0.5)
        * (1 if room.placeholder is not None else 0.85)
    )


def _box(shape: Any, size: Box) -> Box | None:
    """Where a placeholder stands, if that is on the slide and more than a speck."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if None in sides:
        return None
    left, top = max(0, int(shape.left)), max(0, int(shape.top))
    right = min(size.width, int(shape.left + shape.width))
    low = min(size.height, int(shape.top + shape.height))
    if right - left < size.width // 5 or low - top < size.height // 40:
        return None
    return Box(left, top, right - left, low - top)


def _chart_places(layout: Any, size: Box) -> dict[str, Place]:
    """Where title, subtitle, chart and source go on a layout, none over another.

    What the layout has no placeholder for is carved out of the chart's room.
    """
    edge, line = size.width * 3 // 100, size.height * 48 // 1000
    title = _title(layout)
    heading = _box(title, size) if title is not None else None
    if heading is None or heading.height > size.height * 0.4:
        heading = Box(edge, edge, size.width - 2 * edge, size.height // 8)
    contents = [(s, b) for s in _shapes(layout, *_CONTENTS) if (b := _box(s, size))]
    content, room = max(
        contents, key=lambda pair: pair[1].width * pair[1].height, default=(None, size)
    )
    free = Box(edge, edge, size.width - 2 * edge, size.height - 2 * edge)
    if room.width * room.height < 0.3 * size.width * size.height:
        content, room = None, size
    if content is None:
        room = free
    room = room.beside(heading)
    for other in layout.shapes:
        if other is not content and other is not title and None not in (other.width, other.left):
            cut = room.beside(Box(other.left, other.top, other.width, other.height))
            if cut.width * cut.height > 0.8 * room.width * room.height:
                room = cut
    if room.width < size.width * 0.4 or room.height < size.height * 0.35:
        heading = Box(edge, edge, size.width - 2 * edge, size.height // 8)
        content, room = None, free.beside(heading)
    texts: dict[str, tuple[Any, Box]] = {"title": (title, heading)}
    for shape in _shapes(layout, *_TEXTS):
        box = _box(shape, size)
        if shape is content or box is None or box.height > size.height * 0.15:
            continue
        role = "subtitle" if box.top + box.height // 2 < room.top + room.height // 2 else "source"
        clear = all(box.beside(taken) == box for _, taken in (*texts.values(), (None, room)))
        if role not in texts and clear and box.width > size.width * 0.5:
            texts[role] = (shape, box)
    if "subtitle" not in texts:
        texts["subtitle"] = (None, room._replace(height=line))
        room = room._replace(top=room.top + line, height=room.height - line)
    if "source" not in texts:
        texts["source"] = (None, room._replace(top=room.top + room.height - line, height=line))
        room = room._replace(height=room.height - line)
    texts["chart"] = (content, room)
    return {role: _place(role, shape, box, layout) for role, (shape, box) in texts.items()}


def _text_places(layout: Any, size: Box) -> dict[str, Place]:
    """Where title and subtitle go on a slide without a chart."""
    edge = size.width // 15
    below = Box(edge, size.height // 2, size.width - 2 * edge, size.height // 5)
    title = _title(layout)
    heading = _box(title, size) if title is not None else None
    heading = heading or Box(edge, size.height // 4, size.width - 2 * edge, size.height // 4)
    texts = [(s, b) for s in _shapes(layout, *_TEXTS) if (b := _box(s, size))]
    texts = [pair for pair in texts if pair[1].beside(heading) == pair[1]]
    text, under = max(texts, key=lambda pair: pair[1].width * pair[1].height, default=(None, below))
    under = under.beside(heading)
    found = {"title": (title, heading), "subtitle": (text, under)}
    return {role: _place(role, shape, box, layout) for role, (shape, box) in found.items()}


def _place(role: str, shape: Any, box: Box, layout: Any) -> Place:
    latin, east_asian = ("+mj-lt", "+mj-ea") if role == "title" else ("+mn-lt", "+mn-ea")
    size, index = _SIZES[role], None
    if shape is not None:
        index = shape.placeholder_format.idx
        defaults = list(_defaults(shape, layout.slide_master))
        size = next((int(d.get("sz")) / 100 for d in defaults if d.get("sz")), size)
        latin = _face(defaults, "latin") or latin
        east_asian = _face(defaults, "ea") or east_asian
    if east_asian.startswith("+") and not _theme_face(layout.slide_master, east_asian):
        east_asian = EAST_ASIAN
    return Place(box, index, size, latin, east_asian)


def _defaults(shape: Any, master: Any) -> Iterator[Any]:
    """The first-level text properties that a placeholder inherits, nearest first."""
    title = shape.placeholder_format.type in _TITLES
    parents = _shapes(master, *(_TITLES if title else (PP_PLACEHOLDER.BODY,)))
    styles = master._element.find(qn("p:txStyles"))
    style = None if styles is None else styles.find(qn("p:titleStyle" if title else "p:bodyStyle"))
    lists = [s._element.find(f".//{qn('a:lstStyle')}") for s in (shape, *parents[:1])]
    for holder in (*lists, style):
        found = None if holder is None else holder.find(f"{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
        if found is not None:
            yield found


def _face(defaults: list[Any], key: str) -> str | None:
    faces = (properties.find(qn(f"a:{key}")) for properties in defaults)
    return next((face.get("typeface") for face in faces if face is not None), None)


def _theme(master: Any) -> Any:
    relations = master.part.rels.values()
    return parse_xml(next(r for r in relations if r.reltype.endswith("/theme")).target_part.blob)


def _theme_face(master: Any, reference: str) -> str:
    kind = "majorFont" if reference.startswith("+mj") else "minorFont"
    face = _theme(master).find(f".//{qn(f'a:{kind}')}/{qn('a:ea')}")
    return "" if face is None else face.get("typeface", "")


def _ground(layout: Any) -> str | None:
    """The plain colour behind what stands on a layout, ``RRGGBB``."""
    master = layout.slide_master
    for holder in (layout, master):
        ground = holder._element.find(f"{qn('p:cSld')}/{qn('p:bg')}")
        if ground is None:
            continue
        for path in (f"{qn('p:bgPr')}/{qn('a:solidFill')}", qn("p:bgRef")):
            colour = ground.find(f"{path}/*")
            if colour is not None and len(colour) == 0:
                return _plain(colour, master)
        return None
    return "FFFFFF"


def _plain(colour: Any, master: Any) -> str | None:
    name = colour.get("val", "")
    if colour.tag == qn("a:srgbClr"):
        return str(name).upper()
    if colour.tag != qn("a:schemeClr"):
        return None
    named = master._element.find(qn("p:clrMap"))
    name = name if named is None else named.get(name, name)
    entry = _theme(master).find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}/*")
    if entry is None:
        return None
    return str(entry.get("lastClr") or entry.get("val", "")).upper() or None

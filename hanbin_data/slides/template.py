"""The slide master: ours, or a house template whose layouts, fonts and colours apply.

A template's package is read from the presentation along the few kinds of relation that a look
needs. What is not reached that way, slides, macros, embedded objects, custom XML, links,
properties of persons, stays behind, and so does every element that names it.
"""

import io
import math
import os
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches

from hanbin_data.words import say

EAST_ASIAN = "Microsoft YaHei"
"""For a theme that leaves the East Asian typeface open: each viewer would pick its own."""

_LARGEST = 300_000_000  # bytes of an unpacked template

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
_PRESENTATION = _MAIN + "presentation.main+xml"
_MACROS = "application/vnd.ms-powerpoint."
_ACCEPTED = {
    f"{kind}.main+xml"
    for name in ("presentation", "template", "slideshow")
    for kind in (_MAIN + name, f"{_MACROS}{name}.macroEnabled")
}
_LOOK = {"officeDocument", "slideMaster", "slideLayout", "theme", "themeOverride", "notesMaster"}
_LOOK |= {"handoutMaster", "tableStyles", "image", "font"}
_OF_SLIDES = {"sldIdLst", "custShowLst", "custDataLst", "modifyVerifier", "photoAlbum", "smartTags"}
_OF_SLIDES |= {"extLst"}
_WHOLE = ("bg", "timing", "transition", "custDataLst", "controls", "ext", "buBlip")


class Box(NamedTuple):
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Its size, of nothing if it has none."""
        return max(0, self.width) * max(0, self.height)

    @property
    def drawn(self) -> float:
        """The area of the largest chart, 16:9, that it holds."""
        return max(0, min(self.width, self.height * 16 / 9)) ** 2 * 9 / 16

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
        return max(parts, key=lambda part: part.area)


class Place(NamedTuple):
    """Where one part of a slide goes.

    ``placeholder`` is the index and type of the layout's placeholder there, or None; ``size``
    the points of its text, ``latin`` and ``east_asian`` the typefaces. ``moved`` is whether the
    placeholder stands elsewhere by itself, ``stated`` whether a text there has this size by
    itself, ``color`` what it is to be given, ``RRGGBB``.
    """

    box: Box
    placeholder: tuple[int, Any] | None
    size: float
    latin: str
    east_asian: str
    moved: bool = False
    stated: bool = False
    color: str | None = None


@dataclass(frozen=True)
class Master:
    """An empty presentation and, for each kind of slide, its layout and places.

    Attributes:
        presentation: python-pptx's presentation, without a slide.
        layouts: ``cover``, ``section`` and ``chart`` to a slide layout.
        places: the same keys to the places of ``title``, ``subtitle``, ``chart``, ``source``.
        number: the slide number's element on the chart layout, or None.
        ground: colour behind a chart, ``RRGGBB``, or None where it is no plain colour.
        shade: that colour, or what texts are laid out to be read on.
        text: the theme's colour that reads best on it, ``tx1`` or ``bg1``.
        own: whether it is our own.
    """

    presentation: Any
    layouts: dict[str, Any]
    places: dict[str, dict[str, Place]]
    number: Any
    ground: str | None
    shade: str
    text: str
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
    """A presentation's package that holds nothing but its look."""
    if blob[:4] == b"\xd0\xcf\x11\xe0":
        raise _RefusedError(
            say("is locked by a password or in the format of before 2007: save it as a .pptx")
        )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as old, zipfile.ZipFile(out, "w") as new:

        def write(name: str, content: bytes) -> None:
            new.writestr(zipfile.ZipInfo(name), content)  # undated, whatever the clock says

        if sum(entry.file_size for entry in old.infolist()) > _LARGEST:
            raise _RefusedError(say("unpacks to more than 300 MB"))
        names, main = set(old.namelist()), ""
        todo = [""]
        for part in todo:  # which grows
            folder, _, file = part.rpartition("/")
            relations = f"{folder}/_rels/{file}.rels".lstrip("/")
            known: dict[str, str] = {}
            if relations in names:
                known, kept = _pruned(old.read(relations), folder, names)
                write(relations, kept)
            if not part:
                main = next(iter(known.values()), "")
            else:
                content = old.read(part)
                is_xml = part.endswith(".xml")
                write(part, _without(content, known, first=part == main) if is_xml else content)
            todo += [target for target in dict.fromkeys(known.values()) if target not in todo]
        kinds = parse_xml(old.read("[Content_Types].xml"))
        entry = next((e for e in kinds if e.get("PartName") == f"/{main}"), None)
        if entry is None or entry.get("ContentType") not in _ACCEPTED:
            raise _RefusedError(say("is not a .pptx presentation"))
        entry.set("ContentType", _PRESENTATION)
        write("[Content_Types].xml", _xml(kinds))
    return out.getvalue()


def _xml(root: Any) -> bytes:
    blob: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return blob


def _pruned(blob: bytes, folder: str, names: set[str]) -> tuple[dict[str, str], bytes]:
    """A part's relations that its look needs: ids and targets, and their XML."""
    root, found = parse_xml(blob), {}
    for entry in list(root):
        relation = entry.get("Type", "")
        kind = relation.rpartition("/")[2]
        if kind == "officeDocument" and "purl.oclc.org" in relation:
            raise _RefusedError(say("is in the strict form of Open XML: save it as a plain .pptx"))
        target = unquote(entry.get("Target", ""))
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if kind in _LOOK and entry.get("TargetMode") != "External" and target in names:
            found[entry.get("Id")] = target
        else:
            root.remove(entry)
    return found, _xml(root)


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _without(blob: bytes, known: dict[str, str], *, first: bool) -> bytes:
    """A part without the elements that name what is gone, or what a slide show does."""
    root = parse_xml(blob)
    gone = [child for child in root if first and _local(child) in _OF_SLIDES]
    naming = [
        element
        for element in root.iter(etree.Element)
        if any(key.startswith(_R) and value not in known for key, value in element.items())
        or str(element.get("action", "")).startswith("ppaction://")
    ]
    gone += [_whole(element) for element in naming]
    if naming:  # an animation may move a shape that is gone
        gone += root.findall(f"./{qn('p:timing')}")
    for element in gone:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
            if len(parent) == 0 and _local(parent) in ("extLst", "custDataLst"):
                parent.getparent().remove(parent)
    return _xml(root)


def _whole(element: Any) -> Any:
    """An element with what makes no sense without it."""
    link = _local(element).startswith("hlink")
    for node in () if link else (element, *element.iterancestors()):
        above = node.getparent()
        if above is not None and (_local(node) in _WHOLE or _local(above) in ("spTree", "grpSp")):
            return node
    return element


# The layouts

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_TEXTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SUBTITLE)
_CONTENTS = (
    *(PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.TABLE),
    *(PP_PLACEHOLDER.PICTURE, PP_PLACEHOLDER.BODY),
)
_SIZES = {"title": 24.0, "subtitle": 14.0, "chart": 14.0, "source": 12.0}


def _master(presentation: Any, *, own: bool) -> Master:
    _state(presentation.part)
    if presentation.slide_width is None:  # what PowerPoint takes then
        presentation.slide_width, presentation.slide_height = Inches(10), Inches(7.5)
    layouts = [
        _Layout(one) for master in presentation.slide_masters for one in master.slide_layouts
    ]
    size = Box(0, 0, presentation.slide_width, presentation.slide_height)
    found = [_chart_places(layout, size) for layout in layouts]
    best = max(range(len(layouts)), key=lambda at: (_worth(layouts[at], found[at], size), -at))
    chart = layouts[best]
    titled = [layout for layout in layouts if layout.title is not None]
    cover = next((one for one in titled if one.is_cover), chart)
    section = next((one for one in titled if one.kind == "secHead"), cover)
    ground = chart.ground(found[best]["chart"].box)
    shade = ground or ("000000" if light(chart.ink) > 0.3 else "FFFFFF")
    numbers = chart.holders(PP_PLACEHOLDER.SLIDE_NUMBER)
    return Master(
        presentation,
        {"cover": cover.layout, "section": section.layout, "chart": chart.layout},
        {
            "cover": _text_places(cover, size),
            "section": _text_places(section, size),
            "chart": found[best],
        },
        next((s._element for s in numbers if s.left is not None), None),
        ground,
        shade,
        chart.best(shade)[0],
        own,
    )


def _state(deck: Any) -> None:
    """Give a presentation the two parts that PowerPoint looks for; theirs may name a slide."""
    for kind, root in (("presProps", "presentationPr"), ("viewProps", "viewPr")):
        name = PackURI(f"/ppt/{kind}.xml")
        blob = f'<p:{root} xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'
        part = Part(name, f"{_MAIN}{kind}+xml", deck.package, blob.encode())
        deck.relate_to(part, f"{_R[1:-1]}/{kind}")


def _worth(layout: "_Layout", places: dict[str, Place], size: Box) -> float:
    """How well a layout holds a chart: by the room, and whether its own title is above it."""
    room, title = places["chart"], places["title"].box
    faults = [
        (100, layout.is_cover or layout.kind == "secHead"),
        (10, layout.layout._element.find(f".//{qn('p:ph')}[@orient='vert']") is not None),
        (2, title != _box(layout.title, size) or title.top >= room.box.top),
        (1.25, not layout.ground(room.box)),  # texts are harder to read on a picture
        (1.2, layout.kind not in ("obj", "titleOnly", "tx", "chart")),
        (1.18, not room.placeholder),
    ]
    worth = room.box.drawn / math.prod(by for by, fault in faults if fault)
    return worth * (1 - 0.02 * len(list(layout.layout.placeholders)))  # empty ones are taken out


def _box(shape: Any, size: Box) -> Box | None:
    """Where a placeholder stands, if that is on the slide and more than a speck."""
    if shape is None or None in (shape.left, shape.top, shape.width, shape.height):
        return None
    left, top = max(0, int(shape.left)), max(0, int(shape.top))
    right = min(size.width, int(shape.left + shape.width))
    low = min(size.height, int(shape.top + shape.height))
    if right - left < size.width // 5 or low - top < size.height // 40:
        return None
    return Box(left, top, right - left, low - top)


def _chart_places(layout: "_Layout", size: Box) -> dict[str, Place]:
    """Where title, subtitle, chart and source go on a layout, none over another.

    What the layout has no placeholder for is carved out of the chart's room.
    """
    edge, line = size.width * 3 // 100, size.height * 48 // 1000
    free = Box(edge, edge, size.width - 2 * edge, size.height - 2 * edge)
    above, own = free._replace(height=size.height // 8), _box(layout.title, size)
    if own and (own.height > size.height * 0.4 or own.width < size.width * 0.4):
        own = None
    wide = own is not None and own.width > size.width * 0.6
    margins = free._replace(left=own.left, width=own.width) if own and wide else free
    contents = [(s, b) for s in layout.holders(*_CONTENTS) if (b := _box(s, size))]
    content, room = max(contents, key=lambda pair: pair[1].area, default=(None, margins))
    if room.area < 0.3 * size.area:
        content, room = None, margins
    heading = own or above
    room = room.beside(heading)
    for other in (*layout.layout.shapes, *layout.decoration):
        apart = other is not content and other is not layout.title
        if apart and None not in (other.width, other.left):
            cut = room.beside(Box(other.left, other.top, other.width, other.height))
            room = cut if cut.area > 0.8 * room.area else room
    if room._replace(height=room.height - 2 * line).drawn < min(0.3 * size.area, free.drawn / 2):
        heading, content, room = above, None, free.beside(above)
    texts: dict[str, tuple[Any, Box]] = {"title": (layout.title, heading)}
    for shape in layout.holders(*_TEXTS):
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
    return {role: layout.place(role, *placed) for role, placed in texts.items()}


def _text_places(layout: "_Layout", size: Box) -> dict[str, Place]:
    """Where title and subtitle go on a slide without a chart."""
    edge, most = size.width // 15, size.height // 5
    free = Box(edge, edge, size.width - 2 * edge, size.height - 2 * edge)
    heading = _box(layout.title, size) or free._replace(top=size.height // 4, height=most)
    low = heading.top + heading.height
    under = free._replace(top=low, height=free.top + free.height - low)
    under = under if under.height >= size.height // 12 else free.beside(heading)
    texts = [(s, b) for s in layout.holders(*_TEXTS) if (b := _box(s, size))]
    texts = [pair for pair in texts if pair[1].beside(heading) == pair[1]]
    own = (None, under._replace(height=min(under.height, most)))
    text = max(texts, key=lambda pair: pair[1].area, default=own)
    return {
        "title": layout.place("title", layout.title, heading),
        "subtitle": layout.place("subtitle", *text),
    }


class _Layout:
    """A slide layout: what stands on it, and what its texts look like."""

    def __init__(self, layout: Any) -> None:
        self.layout, self.master = layout, layout.slide_master
        self.kind = layout._element.get("type")
        self.title = next(iter(self.holders(*_TITLES)), None)
        centred = self.holders(PP_PLACEHOLDER.CENTER_TITLE)
        self.is_cover = bool(centred) or self.kind == "title"
        shown = layout._element.get("showMasterSp") not in ("0", "false")
        self.decoration = [s for s in self.master.shapes if shown and not s.is_placeholder]
        relations = self.master.part.rels.values()
        theme = next((r for r in relations if r.reltype.endswith("/theme")), None)
        self.theme = _parsed(theme.target_part.blob if theme else b"<none/>")
        body = next(iter(_holders(self.master, PP_PLACEHOLDER.BODY)), None)
        own = [] if body is None else [*self._defaults(body), *self._prompts(body)]
        self.ink = self._rgb(_fill(own)) or self._scheme("tx1") or "000000"
        """The colour of plain text."""

    def holders(self, *kinds: Any) -> list[Any]:
        """Its placeholders of some kinds."""
        return _holders(self.layout, *kinds)

    def place(self, role: str, shape: Any, box: Box) -> Place:
        """What a part of a slide looks like, at a placeholder or without one."""
        fonts = ["+mj-lt", "+mj-ea"] if role == "title" else ["+mn-lt", "+mn-ea"]
        defaults: list[Any] = []
        prompts: list[Any] = []
        key, moved = None, shape is None
        if shape is not None:
            key = (shape.placeholder_format.idx, shape.placeholder_format.type)
            moved = (shape.left, shape.top, shape.width, shape.height) != box
            defaults, prompts = list(self._defaults(shape)), self._prompts(shape)
        sizes = [int(d.get("sz")) / 100 for d in (*defaults, *prompts) if d.get("sz")]
        for at, kind in enumerate(("latin", "ea")):
            faces = (properties.find(qn(f"a:{kind}")) for properties in defaults)
            named = (face.get("typeface") for face in faces if face is not None)
            fonts[at] = next(filter(None, named), fonts[at])
        if fonts[1].startswith("+") and not self._face(fonts[1]):
            fonts[1] = EAST_ASIAN
        # Some programs state a layout's look in its prompts alone, which no slide inherits.
        fill = None if moved and shape is None else _fill(defaults)
        inherited = self._scheme("tx1") if fill is None else self._rgb(fill)
        shown = self.ink if moved else inherited
        if not moved and fill is None:
            shown = self._rgb(_fill(prompts)) or inherited
        ground = self.ground(box)
        if shown and ground and contrast(shown, ground) < 2:
            shown = self.best(ground)[1]
        color = None if shown == inherited else shown
        stated = any(d.get("sz") for d in defaults)
        size = next(iter(sizes), _SIZES[role])
        return Place(box, key, size, fonts[0], fonts[1], moved, stated, color)

    def ground(self, box: Box) -> str | None:
        """The plain colour behind what stands at a place, ``RRGGBB``."""
        solid = qn("a:solidFill")
        own = [s for s in self.layout.shapes if not s.is_placeholder]
        for shape in reversed([*self.decoration, *own]):  # one may lie there
            if None not in (shape.left, shape.width):
                covered = Box(shape.left, shape.top, shape.width, shape.height)
                filled = shape._element.find(f"{qn('p:spPr')}/{qn('a:noFill')}") is None
                if filled and box.beside(covered).area < 0.2 * box.area:
                    return self._rgb(shape._element.find(f"{qn('p:spPr')}/{solid}"))
        for holder in (self.layout, self.master):
            bg = holder._element.find(f"{qn('p:cSld')}/{qn('p:bg')}")
            if bg is not None:
                fill = bg.find(f"{qn('p:bgPr')}/{solid}")
                # Of what a theme has for backgrounds, its first is plain.
                return self._rgb(bg.find(f"{qn('p:bgRef')}[@idx='1001']") if fill is None else fill)
        return "FFFFFF"

    def best(self, ground: str) -> tuple[str, str]:
        """The theme's colour that reads best on a ground: its name and ``RRGGBB``."""
        pairs = [(name, self._scheme(name) or ground) for name in ("tx1", "bg1")]
        return max(pairs, key=lambda pair: contrast(pair[1], ground))

    def _defaults(self, shape: Any) -> Iterator[Any]:
        """The first-level text properties that a placeholder inherits, nearest first."""
        kind = "title" if shape.placeholder_format.type in _TITLES else "body"
        lists = [s._element.find(f".//{qn('a:lstStyle')}") for s in self._family(shape)]
        lists.append(self.master._element.find(f"{qn('p:txStyles')}/{qn(f'p:{kind}Style')}"))
        for holder in lists:
            found = None if holder is None else holder.find(f"{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
            if found is not None:
                yield found

    def _prompts(self, shape: Any) -> list[Any]:
        """The properties of the texts that a placeholder shows while it is empty."""
        names = (qn("a:rPr"), qn("a:endParaRPr"))
        return [found for s in self._family(shape) for found in s._element.iter(*names)]

    def _family(self, shape: Any) -> list[Any]:
        """A placeholder, and the master's that it inherits from."""
        title = shape.placeholder_format.type in _TITLES
        kinds = _TITLES if title else (PP_PLACEHOLDER.BODY,)
        return [shape, *_holders(self.master, *kinds)[:1]]

    def _rgb(self, fill: Any) -> str | None:
        """A fill's colour as ``RRGGBB``, where it is a plain and no changed one."""
        color = fill[0] if fill is not None and len(fill) == 1 else None
        if color is None or len(color) or color.tag not in (qn("a:srgbClr"), qn("a:schemeClr")):
            return None
        name = color.get("val", "")
        return name.upper() if color.tag == qn("a:srgbClr") else self._scheme(name)

    def _scheme(self, name: str) -> str | None:
        """A colour of the theme as ``RRGGBB``."""
        named = self.master._element.find(qn("p:clrMap"))
        name = name if named is None else named.get(name, name)
        entry = self.theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}/*")
        return None if entry is None else (entry.get("lastClr") or entry.get("val", "")).upper()

    def _face(self, reference: str) -> str:
        """The theme's East Asian typeface, empty where it is left open."""
        kind = "majorFont" if reference.startswith("+mj") else "minorFont"
        face = self.theme.find(f".//{qn(f'a:{kind}')}/{qn('a:ea')}")
        return "" if face is None else str(face.get("typeface", ""))


@lru_cache(maxsize=8)
def _parsed(theme: bytes) -> Any:
    return parse_xml(theme)


def _holders(layout: Any, *kinds: Any) -> list[Any]:
    return [s for s in layout.placeholders if s.placeholder_format.type in kinds]


def _fill(properties: list[Any]) -> Any:
    """The first fill that is stated, or None."""
    fills = (qn("a:solidFill"), qn("a:gradFill"))
    return next((child for p in properties for child in p if child.tag in fills), None)


def light(code: str) -> float:
    """The luminance of ``RRGGBB``, from 0 to 1."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """How well a colour is read on another, from 1 to 21."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)

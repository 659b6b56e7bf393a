"""The slide master: ours, or a house template whose layouts, fonts and colours apply."""

import copy
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from hanbin_data.powerpoint import Box, Look, points
from hanbin_data.theme import EDGE, HEIGHT, INK, PALETTE, PAPER, RULE, SOFT, WIDTH

_LATIN, _EAST_ASIAN = "Arial", "Microsoft YaHei"
"""Every PowerPoint brings both; where one is missing, the viewer takes its like."""

ROLES = ("title", "subtitle", "chart", "source")

_ACCENTS = [getattr(MSO_THEME_COLOR, f"ACCENT_{n}") for n in range(1, 7)]

_TEXTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SUBTITLE)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_CONTENTS = (
    PP_PLACEHOLDER.OBJECT,
    PP_PLACEHOLDER.CHART,
    PP_PLACEHOLDER.TABLE,
    PP_PLACEHOLDER.PICTURE,
)


@dataclass(frozen=True)
class Place:
    """Where one part of a slide goes.

    Attributes:
        box: the rectangle.
        placeholder: index of the layout's placeholder there, or None.
        size: points of its text.
        latin, east_asian: typefaces of its text.
    """

    box: Box
    placeholder: int | None
    size: float
    latin: str
    east_asian: str


@dataclass(frozen=True)
class Master:
    """An empty presentation with the layouts that a deck needs.

    ``chart`` and ``cover`` are layouts; ``places`` and ``cover_places`` say where each of
    :data:`ROLES` goes on them; ``number`` is the layout's slide number as an XML element,
    or None.
    """

    presentation: Any
    chart: Any
    cover: Any
    places: dict[str, Place]
    cover_places: dict[str, Place]
    number: Any
    own: bool

    def look(self, lang: str, colorway: list[str]) -> Look:
        """How text and colours are set in one language.

        In a house template the theme's accents stand for the colours of our palette and of
        the figure's ``colorway`` (``RRGGBB``).
        """
        source = self.places["source"]
        replaced = [] if self.own else [colour.removeprefix("#") for colour in PALETTE.values()]
        accents = dict(zip([code.upper() for code in replaced], _ACCENTS, strict=False))
        if not self.own and not accents.keys() & set(colorway):
            accents |= dict(zip(colorway, _ACCENTS, strict=False))
        code = "zh-CN" if lang == "zh" else "en-US"
        return Look("+mn-lt", source.east_asian, code, accents)


def open_master(template: str | os.PathLike[str] | None) -> Master:
    """Our master, or that of a template without its slides.

    Raises:
        FileNotFoundError: there is no such template.
        ValueError: it is no ``.pptx`` file, or has no layouts.
    """
    if template is None:
        return _master(_own(), own=True)
    path = os.fsdecode(template)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"there is no template {path!r}")
    try:
        presentation = _emptied(path)
        master = _master(presentation, own=False) if presentation.slide_layouts else None
    except OSError:
        raise
    except Exception as error:  # damage is met deep within, as an error of any kind
        raise ValueError(f"the template {path!r} is not a .pptx presentation") from error
    if master is None:
        raise ValueError(f"the template {path!r} has no layouts")
    return master


def _master(presentation: Any, *, own: bool) -> Master:
    layouts = list(presentation.slide_layouts)
    wide = 0.6 * presentation.slide_width
    chart = max(layouts, key=lambda layout: (_suits(layout, wide), -layouts.index(layout)))
    covers = [layout for layout in layouts if _is_cover(layout)]
    cover = covers[0] if covers else chart
    return Master(
        presentation,
        chart,
        cover,
        _places(chart, presentation),
        _places(cover, presentation, cover=True),
        number=_number(chart),
        own=own,
    )


def _number(layout: Any) -> Any:
    """The slide number, which python-pptx does not put on a slide, with an id of its own."""
    for shape in layout.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            element = copy.deepcopy(shape._element)
            element.nvSpPr.cNvPr.set("id", "9999")
            return element
    return None


def _emptied(path: str) -> Any:
    presentation = Presentation(path)
    # The template's own slides are examples: a deck holds charts only.
    slides = presentation.slides._sldIdLst
    for slide in list(slides):
        presentation.part.drop_rel(slide.rId)
        slides.remove(slide)
    return presentation


def _is_cover(layout: Any) -> bool:
    kinds = [p.placeholder_format.type for p in layout.placeholders]
    return PP_PLACEHOLDER.CENTER_TITLE in kinds


def _suits(layout: Any, wide: float) -> int:
    """How well a layout holds a chart: a title, one content, wide texts above and below."""
    kinds = [p.placeholder_format.type for p in layout.placeholders]
    if not any(kind in _TITLES for kind in kinds) or _is_cover(layout):
        return 0
    contents = sum(kind in _CONTENTS for kind in kinds)
    shapes = [p for p in layout.placeholders if p.placeholder_format.type in _TEXTS]
    texts = sum(shape.width > wide for shape in shapes)
    return (3 if contents == 1 else 2 if contents == 0 else 1) * 10 + min(texts, 2)


def _places(layout: Any, presentation: Any, *, cover: bool = False) -> dict[str, Place]:
    """Where title, subtitle, chart and source go on a layout.

    What the layout has no placeholder for is carved out of the chart's room.
    """
    width, height = presentation.slide_width, presentation.slide_height
    edge = round(width * EDGE / WIDTH)
    found: dict[str, Any] = {}
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type
        if kind in _TITLES:
            found.setdefault("title", shape)
        elif kind in _CONTENTS:
            found["chart"] = max(found.get("chart", shape), shape, key=_area)
    top = _bottom(found["title"]) if "title" in found else round(height * 0.15)
    room = (
        _box(found["chart"])
        if "chart" in found
        else Box(edge, top, width - 2 * edge, round(height * 0.95) - top)
    )
    middle = room.top + room.height // 2
    for shape in layout.placeholders:
        if shape.placeholder_format.type in _TEXTS:
            role = "subtitle" if cover or shape.top + shape.height // 2 < middle else "source"
            found.setdefault(role, shape)
    line = round(height * 26 / HEIGHT)
    spare = {"title": Box(edge, edge, width - 2 * edge, max(line, top - edge))}
    if "subtitle" not in found:
        spare["subtitle"] = Box(room.left, room.top, room.width, line)
        room = Box(room.left, room.top + line, room.width, room.height - line)
    if "source" not in found:
        low = room.top + room.height - line
        spare["source"] = Box(room.left, low, room.width, line)
        room = Box(room.left, room.top, room.width, room.height - line)
    spare["chart"] = room
    return {role: _place(role, found.get(role), spare.get(role), layout) for role in ROLES}


def _area(shape: Any) -> int:
    return int(shape.width * shape.height)


def _bottom(shape: Any) -> int:
    return int(shape.top + shape.height)


def _box(shape: Any) -> Box:
    return Box(int(shape.left), int(shape.top), int(shape.width), int(shape.height))


_SIZES = {"title": 24.0, "subtitle": 14.0, "chart": 14.0, "source": 12.0}


def _place(role: str, shape: Any, spare: Box | None, layout: Any) -> Place:
    latin, east_asian = ("+mj-lt", "+mj-ea") if role == "title" else ("+mn-lt", "+mn-ea")
    size = _SIZES[role]
    if shape is not None:
        defaults = list(_defaults(shape, layout.slide_master))
        size = next((int(d.get("sz")) / 100 for d in defaults if d.get("sz")), size)
        latin = _face(defaults, "latin") or latin
        east_asian = _face(defaults, "ea") or east_asian
    # A theme may leave the East Asian typeface open; then each viewer would pick its own.
    if east_asian.startswith("+") and not _theme_face(layout.slide_master, east_asian):
        east_asian = _EAST_ASIAN
    box = spare if spare is not None and (shape is None or role == "chart") else _box(shape)
    index = None if shape is None else shape.placeholder_format.idx
    return Place(box, index, size, latin, east_asian)


def _defaults(shape: Any, master: Any) -> Iterator[Any]:
    """The first-level text properties that a placeholder inherits, nearest first."""
    title = shape.placeholder_format.type in _TITLES
    kinds = _TITLES if title else (PP_PLACEHOLDER.BODY,)
    parents = [p for p in master.placeholders if p.placeholder_format.type in kinds]
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
    return master.part.part_related_by(RELATIONSHIP_TYPE.THEME)


def _theme_face(master: Any, reference: str) -> str:
    kind = "majorFont" if reference.startswith("+mj") else "minorFont"
    theme = parse_xml(_theme(master).blob)
    face = theme.find(f".//{qn(f'a:{kind}')}/{qn('a:ea')}")
    return "" if face is None else face.get("typeface", "")


# Our own master

_PARTS = (
    # role, type, idx, left, top, width, height, size, colour, anchor, alignment
    ("title", "title", None, EDGE, 14, WIDTH - 2 * EDGE, 62, 24, "tx1", "b", "l"),
    ("Subtitle", "body", 13, EDGE, 76, WIDTH - 2 * EDGE, 26, 14, "tx2", "t", "l"),
    ("Chart", "obj", 14, EDGE, 106, WIDTH - 2 * EDGE, 378, 14, "tx1", "t", "l"),
    ("Source", "body", 15, EDGE, 488, 820, 38, 12, "tx2", "b", "l"),
    ("Slide Number", "sldNum", 16, 862, 500, 70, 26, 12, "tx2", "b", "r"),
)
_COVER = (
    ("title", "ctrTitle", None, 64, 130, WIDTH - 128, 130, 34, "tx1", "b", "l"),
    ("Subtitle", "subTitle", 1, 64, 276, WIDTH - 128, 120, 16, "tx2", "t", "l"),
)


def _own() -> Any:
    presentation: Any = Presentation()
    presentation.slide_width, presentation.slide_height = points(WIDTH), points(HEIGHT)
    master = presentation.slide_master
    _paint(master)
    layouts = list(presentation.slide_layouts)
    cover, chart = layouts[0], layouts[5]
    for layout in layouts:
        if layout not in (cover, chart):
            presentation.slide_layouts.remove(layout)
    for layout, name, parts in ((cover, "Title Slide", _COVER), (chart, "Chart", _PARTS)):
        layout._element.cSld.set("name", name)
        _fill(layout, parts)
    chart._element.attrib.pop("type")
    scale = points(WIDTH) / points(720)  # the library's master is 720 points wide
    for shape in master.placeholders:
        shape.left, shape.width = round(shape.left * scale), round(shape.width * scale)
    return presentation


def _paint(master: Any) -> None:
    """Give the theme our fonts and colours, and titles our alignment."""
    part = _theme(master)
    theme = parse_xml(part.blob)
    theme.set("name", "hanbin")
    inks = {"dk1": INK, "lt1": PAPER, "dk2": SOFT, "lt2": RULE, "hlink": PALETTE["political"]}
    inks |= {f"accent{n}": colour for n, colour in enumerate(PALETTE.values(), 1)}
    inks |= {"accent6": SOFT, "folHlink": PALETTE["neutral"]}
    for key, colour in inks.items():
        holder = theme.find(f".//{qn(f'a:{key}')}")
        holder[:] = [holder.makeelement(qn("a:srgbClr"), {"val": colour.removeprefix("#").upper()})]
    for kind in ("majorFont", "minorFont"):
        fonts = theme.find(f".//{qn(f'a:{kind}')}")
        fonts.find(qn("a:latin")).set("typeface", _LATIN)
        fonts.find(qn("a:ea")).set("typeface", _EAST_ASIAN)
    part.blob = serialize_part_xml(theme)


def _fill(layout: Any, parts: tuple[Any, ...]) -> None:
    """Replace a layout's placeholders."""
    tree = layout.shapes._spTree
    for shape in list(layout.placeholders):
        tree.remove(shape._element)
    for number, part in enumerate(parts, 2):
        tree.append(parse_xml(_placeholder_xml(number, *part)))


def _placeholder_xml(
    number: int,
    name: str,
    kind: str,
    idx: int | None,
    left: int,
    top: int,
    width: int,
    height: int,
    size: int,
    colour: str,
    anchor: str,
    align: str,
) -> str:
    bold = ' b="1"' if "itle" in kind and kind != "subTitle" else ""
    index = "" if idx is None else f' idx="{idx}"'
    text = (
        '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum"><a:rPr lang="en-US"/>'
        "<a:t>‹#›</a:t></a:fld>"
        if kind == "sldNum"
        else f'<a:r><a:rPr lang="en-US"/><a:t>{name.capitalize()}</a:t></a:r>'
    )
    return (
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<p:nvSpPr><p:cNvPr id="{number}" name="{name.capitalize()}"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{kind}"{index}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{points(left)}" y="{points(top)}"/>'
        f'<a:ext cx="{points(width)}" cy="{points(height)}"/></a:xfrm></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">'
        "<a:normAutofit/></a:bodyPr>"
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/>'
        f'</a:spcBef><a:buNone/><a:defRPr sz="{100 * size}"{bold}><a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
        f"<a:p>{text}</a:p></p:txBody></p:sp>"
    )

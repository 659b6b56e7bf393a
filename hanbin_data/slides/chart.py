"""PowerPoint's own charts: plot elements, axes, legend and series to XML and a workbook.

What a chart shows is said by a few plain rows; nothing here knows of plotly.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from hanbin_data.slides.reading import Box, Color, Font, Line, Text

EPOCH = datetime(1980, 1, 1)
"""The date in every file made here, so that the same charts give the same bytes."""

SPACES = {
    f"xmlns_{key}": f"http://schemas.openxmlformats.org/{space}"
    for key, space in (
        ("p", "presentationml/2006/main"),
        ("a", "drawingml/2006/main"),
        ("c", "drawingml/2006/chart"),
        ("cdr", "drawingml/2006/chartDrawing"),
        ("r", "officeDocument/2006/relationships"),
    )
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DRAWING = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
_SHARP = 2  # dots of a backdrop for each pixel of the reading

Number = float | None


@dataclass(frozen=True)
class Look:
    """How a deck sets colours and texts.

    Attributes:
        latin, east_asian: typefaces, or the theme's by reference (``+mn-lt``).
        lang: the language of the texts, as PowerPoint writes it.
        scale: EMU a pixel.
        accents: colours ``RRGGBB`` that the theme replaces, to the theme's names.
    """

    latin: str = "+mn-lt"
    east_asian: str = "+mn-ea"
    lang: str = "en-US"
    scale: float = 12_700
    accents: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Mark:
    """A dot; ``symbol`` is PowerPoint's name, ``fill`` None is an empty one."""

    symbol: str
    size: float
    fill: Color | None
    line: Line | None


@dataclass
class Tag:
    """A label at one point; ``place``: ctr, inEnd, inBase, outEnd, t, b, l, r; empty: any."""

    text: Text
    place: str


@dataclass
class Series:
    """One row of numbers. Lists of looks run over its points or hold one entry for all."""

    name: str
    ys: list[Number]
    xs: list[Number] = field(default_factory=list)  # of an xy element
    fills: list[Color | None] = field(default_factory=list)  # None: nothing is painted
    lines: list[Line | None] = field(default_factory=list)  # outlines; of a line, the line itself
    patterns: list[str] = field(default_factory=list)
    backs: list[Color | None] = field(default_factory=list)  # behind a pattern
    marks: list[Mark | None] = field(default_factory=list)
    smooth: bool = False
    tags: dict[int, Tag] = field(default_factory=dict)
    format: str = ""  # in which labels write the numbers; empty: they have texts of their own
    explosions: list[int] = field(default_factory=list)
    trace: int = -1  # number of the trace that it is; -1: it only helps to draw one


@dataclass
class Element:
    """A group of series drawn alike: bar, line, area, scatter, pie, doughnut, radar, stock."""

    tag: str
    series: list[Series]
    grouping: str = "standard"  # clustered, stacked
    horizontal: bool = False
    gap: int = 0
    overlap: int = 0
    angle: int = 0  # of the first slice
    hole: int = 50
    second: bool = False  # on the second value axis
    boxes: tuple[Any, ...] = ()  # of stock: fill and line of the rising and the falling ones


@dataclass
class Scale:
    """One axis; ``kind`` is cat, date or val. ``labels`` None: it has no labels of its own."""

    kind: str
    low: Number = None
    high: Number = None
    reversed: bool = False
    log: bool = False
    step: float | None = None
    format: str = "General"
    labels: Font | None = None
    place: str = "low"  # where its labels stand: low, high
    boxes: list[Box] = field(default_factory=list)  # of its labels
    grid: Line | None = None
    line: Line | None = None
    ticks: str = "none"  # in, out
    title: Text | None = None
    between: bool = True  # of the value axis: whether categories have room on both sides
    crosses: str | float = "autoZero"  # where it stands on the other axis: min, max, a value


@dataclass
class Key:
    """A legend; ``hidden`` are the numbers of the entries that it does not show."""

    box: Box
    font: Font
    horizontal: bool
    hidden: list[int]
    background: Color | None
    border: Line | None


@dataclass
class Chart:
    """One chart; ``frame`` is all of it and ``area`` its plot, in pixels of the drawing."""

    area: Box
    elements: list[Element]
    across: Scale | None = None
    up: Scale | None = None
    second: Scale | None = None
    categories: list[str] | list[float] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)  # the outer ones of two-level categories
    dates: bool = False  # the categories, or x, are days since 1899-12-30
    background: Color | None = None
    backdrop: list[tuple[Box, Color]] = field(default_factory=list)  # painted behind the plot
    paper: Color | None = None  # behind all of it
    key: Key | None = None
    frame: Box = (0, 0, 0, 0)
    shapes: str = ""  # what lies over it, as XML of a chart's drawing

    @property
    def series(self) -> list[Series]:
        """All of its series in order."""
        return [series for element in self.elements for series in element.series]


# Pieces of XML


def tag(name: str, /, *inside: str, **attributes: object) -> str:
    """An element; ``r_id`` is the attribute r:id, and one that is None is left out."""
    told = "".join(
        f" {key.replace('_', ':')}={quoteattr(clean(str(value)))}"
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(inside)
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def _vals(**values: object) -> str:
    """Elements that hold a value each, in order; one that is None is left out."""
    return "".join(
        tag(f"c:{key}", val=int(value) if isinstance(value, bool) else value)
        for key, value in values.items()
        if value is not None
    )


def clean(text: str) -> str:
    """A text without what XML cannot hold: control characters and half surrogates."""
    return "".join(
        c
        for c in text
        if (c >= " " or c in "\t\n") and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
    )


def _solid(color: Color, look: Look) -> str:
    code = color[0].removeprefix("#").upper()
    alpha = tag("a:alpha", val=round(color[1] * 100_000)) if color[1] < 1 else ""
    if code in look.accents:
        return tag("a:schemeClr", alpha, val=look.accents[code])
    return tag("a:srgbClr", alpha, val=code)


def paint(color: Color | None, look: Look) -> str:
    """A fill; None and what is wholly transparent are none."""
    if color is None or color[1] <= 0:
        return "<a:noFill/>"
    return tag("a:solidFill", _solid(color, look))


_DASHES = {"dot": "sysDot", "dash": "dash", "longdash": "lgDash"}
_DASHES |= {"dashdot": "dashDot", "longdashdot": "lgDashDot"}


def stroke(line: Line | None, look: Look, more: str = "") -> str:
    """An outline; ``more`` is XML that ends it, say an arrow's head."""
    if line is None or line.width <= 0 or line.color[1] <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    dash = "" if line.dash == "solid" else tag("a:prstDash", val=_DASHES.get(line.dash, "sysDash"))
    width = max(1, round(line.width * look.scale))
    return tag("a:ln", paint(line.color, look), dash, "<a:round/>", more, w=width, cap="flat")


def _sp(fill: str, line: Line | None, look: Look) -> str:
    return tag("c:spPr", fill, stroke(line, look))


def _properties(name: str, font: Font, look: Look, **more: object) -> str:
    """``a:rPr``, ``a:defRPr`` or ``a:endParaRPr`` for a font."""
    return tag(
        f"a:{name}",
        paint(font.color, look),
        tag("a:latin", typeface=look.latin),
        tag("a:ea", typeface=look.east_asian),
        lang=None if name == "defRPr" else look.lang,
        sz=min(400_000, max(100, round(font.size * look.scale / 127))),
        b=int(font.bold),
        i=int(font.italic),
        **more,
    )


def paragraphs(text: Text, look: Look, align: str | None = None) -> str:
    """The lines of a text, each piece in its own font."""
    shifts = {"super": "30000", "sub": "-25000"}
    found = []
    for line in text.lines:
        runs = [
            tag(
                "a:r",
                _properties(
                    "rPr",
                    run.font,
                    look,
                    u="sng" if run.underline else None,
                    strike="sngStrike" if run.strike else None,
                    baseline=shifts.get(run.shift),
                ),
                f"<a:t>{escape(clean(run.text))}</a:t>",
            )
            for run in line
            if run.text
        ]
        end = [] if runs else [_properties("endParaRPr", text.font, look)]
        found.append(tag("a:p", tag("a:pPr", algn=align) if align else "", *runs, *end))
    return "".join(found)


def _default(font: Font, look: Look, **body: object) -> str:
    """The font of texts that PowerPoint writes."""
    paragraph = tag("a:pPr", _properties("defRPr", font, look))
    end = tag("a:endParaRPr", lang=look.lang)
    return tag("c:txPr", tag("a:bodyPr", **body), "<a:lstStyle/>", tag("a:p", paragraph, end))


def _rich(text: Text, look: Look, **body: object) -> str:
    own = tag("c:rich", tag("a:bodyPr", **body), "<a:lstStyle/>", paragraphs(text, look))
    return tag("c:tx", own)


def _layout(box: Box, frame: Box, *, inner: bool = False, sized: bool = True) -> str:
    """A place in the frame."""
    shares = {
        "x": (box[0] - frame[0]) / frame[2],
        "y": (box[1] - frame[1]) / frame[3],
        "w": box[2] / frame[2] if sized else None,
        "h": box[3] / frame[3] if sized else None,
    }
    sides = {
        key: share if share is None else _number(round(share, 6)) for key, share in shares.items()
    }
    target = "inner" if inner else None
    told = _vals(layoutTarget=target, xMode="edge", yMode="edge", **sides)
    return tag("c:layout", tag("c:manualLayout", told))


# The sheet


class _Sheet:
    """Columns of the embedded workbook, and where each stands in it."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, list[Any], bool]] = []

    def add(self, heading: str, cells: list[Any], *, days: bool = False) -> str:
        """Append a column; returns its letter."""
        self.columns.append((heading, cells, days))
        return str(xl_col_to_name(len(self.columns) - 1))

    def numbers(
        self, heading: str, cells: list[Number], form: str = "General", *, days: bool = False
    ) -> tuple[str, str]:
        """Append a column of numbers; returns its letter and the reference to it."""
        column = self.add(heading, cells, days=days)
        known = ((at, _number(cell)) for at, cell in enumerate(cells) if cell is not None)
        cache = f"<c:formatCode>{escape(form)}</c:formatCode>" + _points(known, len(cells))
        place = f"<c:f>Sheet1!${column}$2:${column}${len(cells) + 1}</c:f>"
        return column, tag("c:numRef", place, tag("c:numCache", cache))

    def blob(self) -> bytes:
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(out, options) as book:
            book.set_properties({"created": EPOCH})
            sheet = book.add_worksheet("Sheet1")
            day = book.add_format({"num_format": "yyyy\\-mm\\-dd"})
            for column, (heading, cells, days) in enumerate(self.columns):
                if heading:
                    sheet.write_string(0, column, heading)
                for row, cell in enumerate(cells, 1):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write_number(row, column, cell, day if days else None)
        return out.getvalue()


def _number(value: float) -> str:
    return f"{value:.15g}"


def _points(cells: Any, count: int) -> str:
    """What a sheet's cells hold: pairs of position and text."""
    points = (
        f'<c:pt idx="{at}"><c:v>{escape(clean(str(cell)))}</c:v></c:pt>' for at, cell in cells
    )
    return _vals(ptCount=count) + "".join(points)


# The chart


def written(chart: Chart, look: Look) -> tuple[bytes, list[tuple[str, str, str, bytes]]]:
    """A chart as the XML of its part, and the parts it needs.

    Each of these is its kind of relation, its name with a place for a number, its type and
    its content; their relations are ``rId1`` and so on in order.
    """
    sheet = _Sheet()
    cats = _categories(chart, sheet)
    parts: list[tuple[str, str, str, bytes]] = []
    # LibreOffice drops an xy series that is shorter than a later one.
    longest = max((len(series.xs) for series in chart.series), default=0)
    count, elements = 0, []
    for element in chart.elements:
        rows = []
        for series in element.series:
            where, blank = cats, []
            if element.tag == "scatter":
                blank = [None] * (longest - len(series.xs))
                _, xs = sheet.numbers("x", [*series.xs, *blank], days=chart.dates)
                where = tag("c:xVal", xs)
            form = series.format or "General"
            column, ys = sheet.numbers(clean(series.name), [*series.ys, *blank], form)
            rows.append(_series(series, count, column, where, ys, element, look))
            count += 1
        elements.append(_element(element, "".join(rows), look))
    ground = paint(chart.background, look)
    if chart.backdrop:
        picture = _backdrop(chart.area, chart.backdrop)
        form = "/ppt/media/backdrop%d.png"
        parts.append((RELATIONSHIP_TYPE.IMAGE, form, CONTENT_TYPE.PNG, picture))
        stretched = "<a:stretch><a:fillRect/></a:stretch>"
        ground = tag("a:blipFill", tag("a:blip", r_embed="rId2"), stretched)
    drawing = ""
    if chart.shapes:
        shapes = tag("c:userShapes", chart.shapes, **SPACES)
        form = "/ppt/drawings/drawing%d.xml"
        kind = RELATIONSHIP_TYPE.CHART_USER_SHAPES
        parts.append((kind, form, _DRAWING, (_HEAD + shapes).encode()))
        drawing = tag("c:userShapes", r_id=f"rId{len(parts) + 1}")
    plain = Font(12, ("#000000", 1))
    xml = tag(
        "c:chartSpace",
        _vals(date1904=0, roundedCorners=0),
        tag(
            "c:chart",
            _vals(autoTitleDeleted=1),
            tag(
                "c:plotArea",
                _layout(chart.area, chart.frame, inner=True),
                *elements,
                _axes(chart, look),
                _sp(ground, None, look),
            ),
            _legend(chart, look),
            _vals(plotVisOnly=1, dispBlanksAs="gap"),
        ),
        _sp(paint(chart.paper, look), None, look),
        _default(plain, look),
        tag("c:externalData", _vals(autoUpdate=0), r_id="rId1"),
        drawing,
        **SPACES,
    )
    form = "/ppt/embeddings/Microsoft_Excel_Sheet%d.xlsx"
    parts.insert(0, (RELATIONSHIP_TYPE.PACKAGE, form, CONTENT_TYPE.SML_SHEET, sheet.blob()))
    return (_HEAD + xml).encode(), parts


def _backdrop(area: Box, patches: list[tuple[Box, Color]]) -> bytes:
    """What stands behind a plot as a picture that is stretched over it; None is left clear."""
    size = [max(1, round(side * _SHARP)) for side in area[2:]]
    picture = Image.new("P", (size[0], size[1]))
    brush = ImageDraw.Draw(picture)
    colors: list[tuple[int, ...]] = [(0, 0, 0, 0)]
    below = (0, 0, 0, 0)
    for (left, top, width, height), (code, share) in patches:
        ends = (left - area[0], left + width - area[0], top - area[1], top + height - area[1])
        x, right, y, low = (round(end * _SHARP) for end in ends)
        layer = Image.new("RGBA", (1, 1), (*bytes.fromhex(code[1:]), round(255 * share)))
        mixed = Image.alpha_composite(Image.new("RGBA", (1, 1), below), layer).getpixel((0, 0))
        assert isinstance(mixed, tuple)
        if len(colors) == 1:  # the first one is what the others stand on
            below = mixed  # type: ignore[assignment]
        if mixed not in colors:
            colors.append(mixed)
        box = (x, y, max(x, right - 1), max(y, low - 1))
        brush.rectangle(box, fill=colors.index(mixed))
    picture.putpalette([part for color in colors for part in color[:3]])
    out = io.BytesIO()
    picture.save(out, "PNG", transparency=bytes(color[3] for color in colors))
    return out.getvalue()


def _categories(chart: Chart, sheet: _Sheet) -> str:
    cells = chart.categories
    if not cells:
        return ""
    count = len(cells)
    if chart.groups:
        new = [g != b for g, b in zip(chart.groups, ["", *chart.groups], strict=False)]
        firsts = [group if first else "" for group, first in zip(chart.groups, new, strict=True)]
        outer, inner = sheet.add("", firsts), sheet.add("", list(cells))
        levels = (enumerate(cells), ((at, g) for at, g in enumerate(firsts) if new[at]))
        shown = [tag("c:lvl", _points(level, 0).partition("/>")[2]) for level in levels]
        place = f"<c:f>Sheet1!${outer}$2:${inner}${count + 1}</c:f>"
        cache = tag("c:multiLvlStrCache", _vals(ptCount=count), *shown)
        return tag("c:cat", tag("c:multiLvlStrRef", place, cache))
    if isinstance(cells[0], str):
        column = sheet.add("", list(cells))
        place = f"<c:f>Sheet1!${column}$2:${column}${count + 1}</c:f>"
        cache = tag("c:strCache", _points(enumerate(cells), count))
        return tag("c:cat", tag("c:strRef", place, cache))
    form = "yyyy\\-mm\\-dd" if chart.dates else "General"
    numbers: list[Number] = [float(cell) for cell in cells]
    return tag("c:cat", sheet.numbers("", numbers, form, days=chart.dates)[1])


def nth(entries: list[Any], point: int) -> Any:
    """The entry of a point in a list that may hold one for all."""
    return entries[point if len(entries) > 1 else 0] if entries else None


def _differ(entries: list[Any]) -> bool:
    return any(entry != entries[0] for entry in entries[1:])


_PATTERNS = {"/": "wdUpDiag", "\\": "wdDnDiag", "x": "openDmnd", "-": "horz", "|": "vert"}
_PATTERNS |= {"+": "cross", ".": "dotGrid"}


def _filled(series: Series, point: int, look: Look) -> str:
    fill, pattern = nth(series.fills, point), nth(series.patterns, point)
    inside = paint(fill, look)
    if pattern in _PATTERNS and fill:
        back = nth(series.backs, point)
        behind = _solid(back if back and back[1] > 0 else ("#ffffff", 1.0), look)
        colors = (tag("a:fgClr", _solid(fill, look)), tag("a:bgClr", behind))
        inside = tag("a:pattFill", *colors, prst=_PATTERNS[pattern])
    return _sp(inside, nth(series.lines, point), look)


def _size(mark: Mark, look: Look) -> int:
    return min(72, max(2, round(mark.size * look.scale / 12_700)))


def _marked(mark: Mark | None, look: Look, size: int = 0) -> str:
    if mark is None or mark.size <= 0:
        return tag("c:marker", _vals(symbol="none"))
    kind = _vals(symbol=mark.symbol, size=size or _size(mark, look))
    return tag("c:marker", kind, _sp(paint(mark.fill, look), mark.line, look))


def _series(
    series: Series, index: int, column: str, where: str, numbers: str, element: Element, look: Look
) -> str:
    heading = tag("c:strCache", _points([(0, series.name)], 1))
    name = tag("c:tx", tag("c:strRef", f"<c:f>Sheet1!${column}$1</c:f>", heading))
    own, points = [], range(len(series.ys))
    stroked = element.tag in ("line", "scatter", "radar", "stock")
    if stroked:
        size, marks = 0, [mark for mark in series.marks if mark]
        if _differ(series.marks) and marks:
            # LibreOffice takes over a dot's colours only if it is not as large as the others.
            taken = {_size(mark, look) for mark in marks}
            size = next(n for n in range(_size(marks[0], look) + 1, 200) if n not in taken)
            own = [
                tag("c:dPt", _vals(idx=at), _marked(nth(series.marks, at), look), _vals(bubble3D=0))
                for at in points
            ]
        first = _sp("", nth(series.lines, 0), look)
        own.insert(0, first + _marked(next(iter(marks), None), look, min(72, size)))
    else:
        bar = 0 if element.tag == "bar" else None
        own = [_filled(series, 0, look), _vals(invertIfNegative=bar)]
        looks = (series.fills, series.lines, series.patterns)
        if any(_differ(row) for row in looks) or any(series.explosions):
            for at in points:
                pulled = _vals(explosion=nth(series.explosions, at) or None)
                more = _vals(idx=at, invertIfNegative=bar, bubble3D=0) + pulled
                own.append(tag("c:dPt", more, _filled(series, at, look)))
    return tag(
        "c:ser",
        _vals(idx=index, order=index),
        name,
        *own,
        _tags(series, look),
        where,
        tag("c:yVal" if element.tag == "scatter" else "c:val", numbers),
        _vals(smooth=series.smooth if stroked and element.tag != "radar" else None),
    )


def _tags(series: Series, look: Look) -> str:
    """The labels: those that follow the numbers, and those with a text of their own."""
    if not series.tags:
        return ""
    names = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    shown = _vals(**{f"show{name}": name == "Val" for name in names})
    form = tag("c:numFmt", formatCode=series.format or "General", sourceLinked=0)
    form += _sp("<a:noFill/>", None, look)
    first = next(iter(series.tags.values()))
    rows = []
    for at, value in enumerate(series.ys):
        label, index = series.tags.get(at), _vals(idx=at)
        if label is None:
            if value is not None:
                rows.append(tag("c:dLbl", index, _vals(delete=1)))
            continue
        end = _vals(dLblPos=label.place or None) + shown
        if not series.format:
            rows.append(tag("c:dLbl", index, _rich(label.text, look, wrap="none"), end))
        elif (label.text.font, label.place) != (first.text.font, first.place):
            rows.append(tag("c:dLbl", index, form, _default(label.text.font, look), end))
    place = _vals(dLblPos=first.place or None)
    return tag("c:dLbls", *rows, form, _default(first.text.font, look), place, shown)


_IDS = {False: (50010, 50020), True: (50030, 50040)}
"""Ids of the category and the value axis, for the first and the second pair."""


def _element(element: Element, rows: str, look: Look) -> str:
    """A group of series between the settings of its kind."""
    kind = element.tag
    axes = "".join(_vals(axId=axis) for axis in _IDS[element.second])
    if kind == "stock":
        looks = zip(("up", "down"), element.boxes, strict=True)
        boxes = [tag(f"c:{key}Bars", _sp(paint(f, look), ln, look)) for key, (f, ln) in looks]
        bars = tag("c:upDownBars", _vals(gapWidth=element.gap), *boxes)
        return tag("c:stockChart", rows, tag("c:hiLowLines", _sp("", None, look)), bars, axes)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    if kind == "bar":
        before = {"barDir": "bar" if element.horizontal else "col"}
        after = {"gapWidth": element.gap, "overlap": element.overlap}
    elif kind == "line":
        after = {"marker": 1}
    elif kind in ("scatter", "radar"):
        before = {"scatterStyle": "lineMarker"} if kind == "scatter" else {"radarStyle": "marker"}
    elif kind != "area":
        after = {"firstSliceAng": element.angle}
        after |= {"holeSize": element.hole} if kind == "doughnut" else {}
        axes = ""
    if kind in ("bar", "line", "area"):
        before["grouping"] = element.grouping
    before["varyColors"] = not axes
    return tag(f"c:{kind}Chart", _vals(**before), rows, _vals(**after), axes)


def _axes(chart: Chart, look: Look) -> str:
    if chart.across is None or chart.up is None:
        return ""
    turned = any(element.horizontal for element in chart.elements)
    first, last = ("l", "b") if turned else ("b", "l")
    base, up = _IDS[False]
    xml = _axis(chart.across, base, up, first, chart.up, look, chart.frame)
    xml += _axis(chart.up, up, base, last, chart.across, look, chart.frame)
    if chart.second is not None:
        blank: dict[str, Any] = {"labels": None, "grid": None, "line": None, "title": None}
        hidden = Scale(**{**vars(chart.across), **blank})
        far = {"l": "r", "b": "t"}[last]
        base, up = _IDS[True]
        xml += _axis(hidden, base, up, first, chart.second, look, chart.frame, hide=True)
        xml += _axis(chart.second, up, base, far, hidden, look, chart.frame)
    return xml


def _axis(
    scale: Scale,
    own: int,
    other: int,
    side: str,
    crossed: Scale,
    look: Look,
    frame: Box,
    *,
    hide: bool = False,
) -> str:
    high, low = (None if end is None else _number(end) for end in (scale.high, scale.low))
    limits = _vals(
        logBase=10 if scale.log else None,
        orientation="maxMin" if scale.reversed else "minMax",
        max=high,
        min=low,
    )
    title = ""
    if scale.title:
        turn = round(scale.title.angle * 60_000)
        text = _rich(scale.title, look, rot=turn, vert="horz", wrap="none")
        place = _layout(scale.title.box, frame, sized=False)
        title = tag("c:title", text, place, _vals(overlay=1))
    crosses = scale.crosses if isinstance(scale.crosses, str) else None
    at = None if isinstance(scale.crosses, str) else _number(scale.crosses)
    xml = [
        _vals(axId=own),
        tag("c:scaling", limits),
        _vals(delete=hide, axPos=side),
        tag("c:majorGridlines", _sp("", scale.grid, look)) if scale.grid else "",
        title,
        tag("c:numFmt", formatCode=scale.format, sourceLinked=0),
        _vals(majorTickMark=scale.ticks, minorTickMark="none"),
        _vals(tickLblPos=scale.place if scale.labels else "none"),
        _sp("", scale.line, look),
        _default(scale.labels, look, rot=0, vert="horz") if scale.labels else "",
        _vals(crossAx=other, crosses=crosses, crossesAt=at),
    ]
    if scale.kind == "val":
        between = "midCat" if crossed.kind == "val" or not scale.between else "between"
        step = _number(scale.step) if scale.step else None
        return tag("c:valAx", *xml, _vals(crossBetween=between, majorUnit=step))
    if scale.kind == "date":
        return tag("c:dateAx", *xml, _vals(auto=0, lblOffset=100, baseTimeUnit="days"))
    end = _vals(auto=0, lblAlgn="ctr", lblOffset=100, tickLblSkip=1, noMultiLvlLbl=0)
    return tag("c:catAx", *xml, end)


def _legend(chart: Chart, look: Look) -> str:
    key = chart.key
    if key is None:
        return ""
    return tag(
        "c:legend",
        _vals(legendPos="t" if key.horizontal else "r"),
        *(tag("c:legendEntry", _vals(idx=at, delete=1)) for at in key.hidden),
        _layout(key.box, chart.frame),
        _vals(overlay=1),
        _sp(paint(key.background, look), key.border, look),
        _default(key.font, look),
    )

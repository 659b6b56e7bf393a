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

from hanbin_data.slides import harmless
from hanbin_data.slides.reading import Box, Color, Font, Label, Legend, Line, Text

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
    tags: dict[int, Label] = field(default_factory=dict)  # at ctr, inEnd, inBase, outEnd, t, b …
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
    angle: float = 0  # in which they stand, clockwise
    boxes: list[Box] = field(default_factory=list)  # of its labels
    grid: Line | None = None
    line: Line | None = None
    ticks: str = "none"  # in, out
    title: Text | None = None
    between: bool = True  # of the value axis: whether categories have room on both sides
    crosses: str | float = "autoZero"  # where it stands on the other axis: min, max, a value


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
    legend: Legend | None = None
    unnamed: list[int] = field(default_factory=list)  # entries that its legend does not show
    frame: Box = (0, 0, 0, 0)
    shapes: str = ""  # what lies over it, as XML of a chart's drawing

    @property
    def series(self) -> list[Series]:
        """All of its series in order."""
        return [series for element in self.elements for series in element.series]


# Pieces of XML


def tag(name: str, /, *inside: str, **attributes: object) -> str:
    """An element; ``r_id`` is the attribute r:id, and one that is None is left out."""
    told, content = "", "".join(inside)
    for key, value in attributes.items():
        if value is not None:
            quoted = quoteattr(harmless.text(value)) if isinstance(value, str) else f'"{value}"'
            told += f" {key.replace('_', ':')}={quoted}"
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def _vals(**values: object) -> str:
    """Elements that hold a value each, in order; one that is None is left out."""
    given = ((k, int(v) if isinstance(v, bool) else v) for k, v in values.items())
    return "".join(tag(f"c:{key}", val=value) for key, value in given if value is not None)


def _solid(color: Color, look: Look) -> str:
    code = color[0].removeprefix("#").upper()
    alpha = tag("a:alpha", val=round(color[1] * 100_000)) if color[1] < 1 else ""
    if code in look.accents:
        return tag("a:schemeClr", alpha, val=look.accents[code])
    return tag("a:srgbClr", alpha, val=code)


def paint(color: Color | None, look: Look) -> str:
    """A fill; None and what is wholly transparent are none."""
    seen = color is not None and color[1] > 0
    return tag("a:solidFill", _solid(color, look)) if color and seen else "<a:noFill/>"


_DASHES = {"dot": "sysDot", "dash": "dash", "longdash": "lgDash"}
_DASHES |= {"dashdot": "dashDot", "longdashdot": "lgDashDot"}


def stroke(line: Line | None, look: Look, more: str = "") -> str:
    """An outline; ``more`` is XML that ends it, say an arrow's head."""
    if line is None or line.width <= 0 or line.color[1] <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    dash = "" if line.dash == "solid" else tag("a:prstDash", val=_DASHES.get(line.dash, "sysDash"))
    width = max(1, round(line.width * look.scale))
    return tag("a:ln", paint(line.color, look), dash, "<a:round/>", more, w=width, cap="flat")


def _font(name: str, font: Font, look: Look, **more: object) -> str:
    """``a:rPr``, ``a:defRPr`` or ``a:endParaRPr`` for a font."""
    faces = tag("a:latin", typeface=look.latin) + tag("a:ea", typeface=look.east_asian)
    size = min(400_000, max(100, round(font.size * look.scale / 127)))
    told = {"sz": size, "b": int(font.bold), "i": int(font.italic), **more}
    lang = None if name == "defRPr" else look.lang
    return tag(f"a:{name}", paint(font.color, look), faces, lang=lang, **told)


def paragraphs(text: Text, look: Look, align: str | None = None) -> str:
    """The lines of a text, each piece in its own font."""
    found = []
    for line in text.lines:
        runs = []
        for run in filter(lambda run: run.text, line):
            more = {"u": "sng" if run.underline else None}
            more |= {"strike": "sngStrike" if run.strike else None}
            more |= {"baseline": {"super": "30000", "sub": "-25000"}.get(run.shift)}
            words = f"<a:t>{escape(harmless.text(run.text))}</a:t>"
            runs.append(tag("a:r", _font("rPr", run.font, look, **more), words))
        runs = runs or [_font("endParaRPr", text.font, look)]
        found.append(tag("a:p", tag("a:pPr", algn=align) if align else "", *runs))
    return "".join(found)


def _number(value: float) -> str:
    return f"{value:.15g}"


def _points(cells: Any, count: int | None) -> str:
    """What a sheet's cells hold: pairs of position and text."""
    texts = ((at, escape(harmless.text(str(cell)))) for at, cell in cells)
    return _vals(ptCount=count) + "".join(
        f'<c:pt idx="{at}"><c:v>{text}</c:v></c:pt>' for at, text in texts
    )


class _Sheet:
    """The embedded workbook, a column after the other."""

    def __init__(self) -> None:
        self.out, self.count = io.BytesIO(), 0
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = Workbook(self.out, options)
        self.book.set_properties({"created": EPOCH})
        self.sheet = self.book.add_worksheet("Sheet1")
        self.day = self.book.add_format({"num_format": "yyyy\\-mm\\-dd"})

    def add(
        self, heading: str, cells: list[Any], form: str = "General", *, days: bool = False
    ) -> tuple[str, str]:
        """Append a column of texts or of numbers; returns its letter and the reference to it."""
        self.sheet.write_column(0, self.count, [heading, *cells], self.day if days else None)
        column = xl_col_to_name(self.count)
        words = bool(cells) and isinstance(cells[0], str)
        self.count += 1
        known = ((at, cell) for at, cell in enumerate(cells) if cell is not None)
        cache = _points(((at, cell if words else _number(cell)) for at, cell in known), len(cells))
        cache = cache if words else f"<c:formatCode>{escape(form)}</c:formatCode>{cache}"
        place = f"<c:f>Sheet1!${column}$2:${column}${len(cells) + 1}</c:f>"
        kind = "c:str" if words else "c:num"
        return column, tag(f"{kind}Ref", place, tag(f"{kind}Cache", cache))

    def blob(self) -> bytes:
        self.book.close()
        return self.out.getvalue()


# The chart


def written(chart: Chart, look: Look) -> tuple[bytes, list[tuple[str, str, str, bytes]]]:
    """A chart as the XML of its part, and the parts it needs.

    Each of these is its kind of relation, its name with a place for a number, its type and
    its content; their relations are ``rId1`` and so on in order.
    """
    writer = _Writer(chart, look)
    elements = writer.elements()
    form, kind = "/ppt/embeddings/Microsoft_Excel_Sheet%d.xlsx", CONTENT_TYPE.SML_SHEET
    parts = [(RELATIONSHIP_TYPE.PACKAGE, form, kind, writer.sheet.blob())]
    ground, paper, drawing = paint(chart.background, look), paint(chart.paper, look), ""
    if chart.backdrop:
        left, top, width, height = chart.area
        inside = all(
            x > left - 2 and y > top - 2 and x + w < left + width + 2 and y + h < top + height + 2
            for (x, y, w, h), _ in chart.backdrop
        )
        patches = [(chart.frame, chart.paper)] if chart.paper and not inside else []
        picture = _backdrop(chart.area if inside else chart.frame, patches + chart.backdrop)
        form = "/ppt/media/backdrop%d.png"
        parts.append((RELATIONSHIP_TYPE.IMAGE, form, CONTENT_TYPE.PNG, picture))
        stretched = "<a:stretch><a:fillRect/></a:stretch>"
        fill = tag("a:blipFill", tag("a:blip", r_embed="rId2"), stretched)
        ground, paper = (fill, paper) if inside else (ground, fill)
    if chart.shapes:
        shapes = (_HEAD + tag("c:userShapes", chart.shapes, **SPACES)).encode()
        form, kind = "/ppt/drawings/drawing%d.xml", RELATIONSHIP_TYPE.CHART_USER_SHAPES
        parts.append((kind, form, _DRAWING, shapes))
        drawing = tag("c:userShapes", r_id=f"rId{len(parts)}")
    area = writer.layout(chart.area, layoutTarget="inner")
    plot = tag("c:plotArea", area, elements, writer.axes(), writer.look_of(ground))
    end = _vals(plotVisOnly=1, dispBlanksAs="gap")
    xml = tag(
        "c:chartSpace",
        _vals(date1904=0, roundedCorners=0),
        tag("c:chart", _vals(autoTitleDeleted=1), plot, writer.legend(), end),
        writer.look_of(paper),
        writer.font(Font(12, ("#000000", 1))),
        tag("c:externalData", _vals(autoUpdate=0), r_id="rId1"),
        drawing,
        **SPACES,
    )
    return (_HEAD + xml).encode(), parts


def _backdrop(area: Box, patches: list[tuple[Box, Color]]) -> bytes:
    """What stands behind a plot as a picture that is stretched over it."""
    picture = Image.new("P", [max(1, round(side * _SHARP)) for side in area[2:]])
    # What stays clear has a colour, for the rim is mixed of what is on both sides.
    picture.putpalette(bytes.fromhex(patches[0][1][0][1:] + "00"), "RGBA")
    brush, below = ImageDraw.Draw(picture), Image.new("RGBA", (1, 1))
    for (left, top, width, height), (code, share) in patches:
        ends = (left - area[0], left + width - area[0], top - area[1], top + height - area[1])
        x, right, y, low = (round(end * _SHARP) for end in ends)
        layer = Image.new("RGBA", (1, 1), (*bytes.fromhex(code[1:]), round(255 * share)))
        mixed = Image.alpha_composite(below, layer)
        below = mixed if min(width, height) > 16 else below  # lines lie on a plot
        box = (x, y, max(x, right - 1), max(y, low - 1))
        brush.rectangle(box, fill=mixed.getpixel((0, 0)))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def nth(entries: list[Any], point: int) -> Any:
    """The entry of a point in a list that may hold one for all."""
    return entries[point if len(entries) > 1 else 0] if entries else None


def _differ(entries: list[Any]) -> bool:
    return any(entry != entries[0] for entry in entries[1:])


_PATTERNS = {"/": "wdUpDiag", "\\": "wdDnDiag", "x": "openDmnd", "-": "horz", "|": "vert"}
_PATTERNS |= {"+": "cross", ".": "dotGrid"}
_IDS = {False: (50010, 50020), True: (50030, 50040)}
"""Ids of the category and the value axis, for the first and the second pair."""


class _Writer:
    """Writes the parts of one chart."""

    def __init__(self, chart: Chart, look: Look) -> None:
        self.chart, self.look, self.sheet = chart, look, _Sheet()

    def look_of(self, fill: str, line: Line | None = None) -> str:
        return tag("c:spPr", fill, stroke(line, self.look))

    def font(self, font: Font, **body: object) -> str:
        """The font of texts that PowerPoint writes."""
        own = tag("a:pPr", _font("defRPr", font, self.look))
        own += tag("a:endParaRPr", lang=self.look.lang)
        return tag("c:txPr", tag("a:bodyPr", **body), "<a:lstStyle/>", tag("a:p", own))

    def rich(self, text: Text, **body: object) -> str:
        lines = paragraphs(text, self.look)
        return tag("c:tx", tag("c:rich", tag("a:bodyPr", **body), "<a:lstStyle/>", lines))

    def layout(self, box: Box, *, sized: bool = True, **target: object) -> str:
        """A place in the chart's frame."""
        left, top, width, height = self.chart.frame
        shares = {"x": (box[0] - left) / width, "y": (box[1] - top) / height}
        shares |= {"w": box[2] / width, "h": box[3] / height} if sized else {}
        ends = {key: _number(round(share, 6)) for key, share in shares.items()}
        told = _vals(**target, xMode="edge", yMode="edge", **ends)
        return tag("c:layout", tag("c:manualLayout", told))

    def elements(self) -> str:
        cats, count, found = self.categories(), 0, []
        # LibreOffice drops an xy series that is shorter than a later one.
        longest = max((len(series.xs) for series in self.chart.series), default=0)
        for element in self.chart.elements:
            rows = []
            for series in element.series:
                where, blank = cats, []
                if element.tag == "scatter":
                    blank = [None] * (longest - len(series.xs))
                    xs = self.sheet.add("x", [*series.xs, *blank], days=self.chart.dates)
                    where = tag("c:xVal", xs[1])
                cells, form = [*series.ys, *blank], series.format or "General"
                column, ys = self.sheet.add(harmless.text(series.name), cells, form)
                place = f"<c:f>Sheet1!${column}$1</c:f>"
                name = place + tag("c:strCache", _points([(0, series.name)], 1))
                head = _vals(idx=count, order=count) + tag("c:tx", tag("c:strRef", name))
                ys = tag("c:yVal" if element.tag == "scatter" else "c:val", ys)
                rows.append(self.series(series, element, head, where + ys))
                count += 1
            found.append(self.element(element, "".join(rows)))
        return "".join(found)

    def categories(self) -> str:
        cells, groups, dates = self.chart.categories, self.chart.groups, self.chart.dates
        if not cells:
            return ""
        if not groups:
            form = "yyyy\\-mm\\-dd" if dates else "General"
            return tag("c:cat", self.sheet.add("", list(cells), form, days=dates)[1])
        new = [at == 0 or groups[at - 1] != group for at, group in enumerate(groups)]
        outer = [group if first else "" for group, first in zip(groups, new, strict=True)]
        letters = [self.sheet.add("", column)[0] for column in (outer, list(cells))]
        levels = enumerate(cells), ((at, group) for at, group in enumerate(groups) if new[at])
        place = f"<c:f>Sheet1!${letters[0]}$2:${letters[1]}${len(cells) + 1}</c:f>"
        shown = [tag("c:lvl", _points(level, None)) for level in levels]
        cache = tag("c:multiLvlStrCache", _vals(ptCount=len(cells)), *shown)
        return tag("c:cat", tag("c:multiLvlStrRef", place, cache))

    def filled(self, series: Series, point: int) -> str:
        fill, pattern = nth(series.fills, point), nth(series.patterns, point)
        inside = paint(fill, self.look)
        if pattern in _PATTERNS and fill:
            back = nth(series.backs, point)
            behind = _solid(back if back and back[1] > 0 else ("#ffffff", 1.0), self.look)
            colors = (tag("a:fgClr", _solid(fill, self.look)), tag("a:bgClr", behind))
            inside = tag("a:pattFill", *colors, prst=_PATTERNS[pattern])
        return self.look_of(inside, nth(series.lines, point))

    def size(self, mark: Mark) -> int:
        return min(72, max(2, round(mark.size * self.look.scale / 12_700)))

    def marked(self, mark: Mark | None, size: int = 0) -> str:
        if mark is None or mark.size <= 0:
            return tag("c:marker", _vals(symbol="none"))
        kind = _vals(symbol=mark.symbol, size=size or self.size(mark))
        return tag("c:marker", kind, self.look_of(paint(mark.fill, self.look), mark.line))

    def series(self, series: Series, element: Element, head: str, numbers: str) -> str:
        own, points = [], range(len(series.ys))
        stroked = element.tag in ("line", "scatter", "radar", "stock")
        if stroked:
            size, marks = 0, [mark for mark in series.marks if mark]
            if marks and _differ(series.marks):
                # LibreOffice takes over a dot's colours only if it is not as large as the others.
                taken = {self.size(mark) for mark in marks}
                size = min({n for n in range(2, 73) if n > self.size(marks[0])} - taken or {2})
                dots = enumerate(self.marked(nth(series.marks, at)) for at in points)
                own = [tag("c:dPt", _vals(idx=at), dot, _vals(bubble3D=0)) for at, dot in dots]
            first = self.marked(next(iter(marks), None), size)
            own.insert(0, self.look_of("", nth(series.lines, 0)) + first)
        else:
            bar = 0 if element.tag == "bar" else None
            own = [self.filled(series, 0), _vals(invertIfNegative=bar)]
            looks = (series.fills, series.lines, series.patterns)
            if any(_differ(row) for row in looks) or any(series.explosions):
                for at in points:
                    pulled = nth(series.explosions, at) or None
                    more = _vals(idx=at, invertIfNegative=bar, bubble3D=0, explosion=pulled)
                    own.append(tag("c:dPt", more, self.filled(series, at)))
        end = _vals(smooth=series.smooth if stroked and element.tag != "radar" else None)
        return tag("c:ser", head, *own, self.tags(series), numbers, end)

    def tags(self, series: Series) -> str:
        """The labels: those that follow the numbers, and those with a text of their own."""
        if not series.tags:
            return ""
        names = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
        shown = _vals(**{f"show{name}": name == "Val" for name in names})
        form = tag("c:numFmt", formatCode=series.format or "General", sourceLinked=0)
        form += self.look_of("<a:noFill/>")
        first = next(iter(series.tags.values()))
        rows = []
        for at, value in enumerate(series.ys):
            label, index = series.tags.get(at), _vals(idx=at)
            if label is None:
                rows += [tag("c:dLbl", index, _vals(delete=1))] if value is not None else []
                continue
            end = _vals(dLblPos=label.place or None) + shown
            if not series.format:
                rows.append(tag("c:dLbl", index, self.rich(label.text, wrap="none"), end))
            elif (label.text.font, label.place) != (first.text.font, first.place):
                rows.append(tag("c:dLbl", index, form, self.font(label.text.font), end))
        place = _vals(dLblPos=first.place or None)
        return tag("c:dLbls", *rows, form, self.font(first.text.font), place, shown)

    def element(self, element: Element, rows: str) -> str:
        """A group of series between the settings of its kind."""
        kind, look = element.tag, self.look
        axes = "".join(_vals(axId=axis) for axis in _IDS[element.second])
        if kind == "stock":
            looks = zip(("up", "down"), element.boxes, strict=True)
            boxes = [tag(f"c:{k}Bars", self.look_of(paint(f, look), ln)) for k, (f, ln) in looks]
            bars = tag("c:upDownBars", _vals(gapWidth=element.gap), *boxes)
            return tag("c:stockChart", rows, tag("c:hiLowLines", self.look_of("")), bars, axes)
        round_ = kind in ("pie", "doughnut")
        before: dict[str, object] = {
            "barDir": ("bar" if element.horizontal else "col") if kind == "bar" else None,
            "scatterStyle": "lineMarker" if kind == "scatter" else None,
            "radarStyle": "marker" if kind == "radar" else None,
            "grouping": element.grouping if kind in ("bar", "line", "area") else None,
            "varyColors": round_,
        }
        after: dict[str, object] = {
            "gapWidth": element.gap if kind == "bar" else None,
            "overlap": element.overlap if kind == "bar" else None,
            "marker": 1 if kind == "line" else None,
            "firstSliceAng": element.angle if round_ else None,
            "holeSize": element.hole if kind == "doughnut" else None,
        }
        return tag(f"c:{kind}Chart", _vals(**before), rows, _vals(**after), "" if round_ else axes)

    def axes(self) -> str:
        across, up, second = self.chart.across, self.chart.up, self.chart.second
        if across is None or up is None:
            return ""
        turned = any(element.horizontal for element in self.chart.elements)
        first, last, far = ("l", "b", "t") if turned else ("b", "l", "r")
        xml = self.axis(across, _IDS[False], first, up)
        xml += self.axis(up, _IDS[False][::-1], last, across)
        if second is not None:
            hidden = Scale(across.kind, across.low, across.high, across.reversed, across.log)
            xml += self.axis(hidden, _IDS[True], first, second, hide=True)
            xml += self.axis(second, _IDS[True][::-1], far, hidden)
        return xml

    def axis(
        self, scale: Scale, ids: tuple[int, ...], side: str, crossed: Scale, *, hide: bool = False
    ) -> str:
        high, low = (None if end is None else _number(end) for end in (scale.high, scale.low))
        log, turned = (10 if scale.log else None), ("maxMin" if scale.reversed else "minMax")
        title, named = scale.title, isinstance(scale.crosses, str)
        turn = round(scale.angle * 60_000)
        xml = [
            _vals(axId=ids[0]),
            tag("c:scaling", _vals(logBase=log, orientation=turned, max=high, min=low)),
            _vals(delete=hide, axPos=side),
            tag("c:majorGridlines", self.look_of("", scale.grid)) if scale.grid else "",
        ]
        if title:
            text = self.rich(title, rot=round(title.angle * 60_000), vert="horz", wrap="none")
            place = self.layout(title.box, sized=False)
            xml.append(tag("c:title", text, place, _vals(overlay=1)))
        marks = _vals(majorTickMark=scale.ticks, minorTickMark="none")
        xml += [
            tag("c:numFmt", formatCode=scale.format, sourceLinked=0) + marks,
            _vals(tickLblPos=scale.place if scale.labels else "none"),
            self.look_of("", scale.line),
            self.font(scale.labels, rot=turn, vert="horz") if scale.labels else "",
            _vals(crossAx=ids[1], **{"crosses" if named else "crossesAt": scale.crosses}),
        ]
        if scale.kind == "val":
            between = "midCat" if crossed.kind == "val" or not scale.between else "between"
            step = _number(scale.step) if scale.step else None
            return tag("c:valAx", *xml, _vals(crossBetween=between, majorUnit=step))
        if scale.kind == "date":
            return tag("c:dateAx", *xml, _vals(auto=0, lblOffset=100, baseTimeUnit="days"))
        end = _vals(auto=0, lblAlgn="ctr", lblOffset=100, tickLblSkip=1, noMultiLvlLbl=0)
        return tag("c:catAx", *xml, end)

    def legend(self) -> str:
        legend = self.chart.legend
        if legend is None:
            return ""
        gone = [tag("c:legendEntry", _vals(idx=at, delete=1)) for at in self.chart.unnamed]
        look = self.look_of(paint(legend.background, self.look), legend.border)
        end = _vals(overlay=1) + look + self.font(legend.items[0].text.font)
        place = self.layout(legend.box)
        side = _vals(legendPos="t" if legend.horizontal else "r")
        return tag("c:legend", side, *gone, place, end)

"""PowerPoint's own charts: plot elements, axes and series to XML and an embedded workbook.

What a chart shows is said by a few plain rows; nothing here knows of plotly.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from hanbin_data.slides.reading import Box, Color, Font, Line, Text

EPOCH = datetime(1980, 1, 1)
"""The date in every file made here, so that the same charts give the same bytes."""

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

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
    """A label at one point: its own text, or, where that is None, the number in the format."""

    text: Text | None
    font: Font
    place: str  # ctr, inEnd, inBase, outEnd, t, b, l, r; empty: the chart's own


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
    format: str = "General"
    explosions: list[int] = field(default_factory=list)


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
    up: tuple[Color | None, Line | None] | None = None  # of stock: rising and falling boxes
    down: tuple[Color | None, Line | None] | None = None
    wicks: Line | None = None


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
    grid: Line | None = None
    line: Line | None = None
    between: bool = True  # of the value axis: whether categories have room on both sides
    base: float | None = None  # of a category axis: where on the value axis it stands


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
    span: bool = False  # lines go on over gaps
    frame: Box = (0, 0, 0, 0)


# Colours and texts


def paint(color: Color | None, look: Look) -> str:
    """A fill; None and what is wholly transparent are none."""
    if color is None or color[1] <= 0:
        return "<a:noFill/>"
    code = color[0].removeprefix("#").upper()
    alpha = f'<a:alpha val="{round(color[1] * 100_000)}"/>' if color[1] < 1 else ""
    if code in look.accents:
        return (
            f'<a:solidFill><a:schemeClr val="{look.accents[code]}">{alpha}</a:schemeClr>'
            "</a:solidFill>"
        )
    return f'<a:solidFill><a:srgbClr val="{code}">{alpha}</a:srgbClr></a:solidFill>'


_DASHES = {"dot": "sysDot", "dash": "dash", "longdash": "lgDash"}
_DASHES |= {"dashdot": "dashDot", "longdashdot": "lgDashDot"}


def stroke(line: Line | None, look: Look, more: str = "") -> str:
    """An outline; ``more`` is XML that ends it, say an arrow's head."""
    if line is None or line.width <= 0 or line.color[1] <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    dash = (
        "" if line.dash == "solid" else f'<a:prstDash val="{_DASHES.get(line.dash, "sysDash")}"/>'
    )
    width = max(1, round(line.width * look.scale))
    return f'<a:ln w="{width}" cap="flat">{paint(line.color, look)}{dash}<a:round/>{more}</a:ln>'


def run_properties(tag: str, font: Font, look: Look, more: str = "") -> str:
    """``a:rPr``, ``a:defRPr`` or ``a:endParaRPr`` for a font."""
    size = min(400_000, max(100, round(font.size * look.scale / 127)))
    lang = "" if tag == "defRPr" else f' lang="{look.lang}"'
    bold = f' b="{int(font.bold)}" i="{int(font.italic)}"'
    return (
        f'<a:{tag}{lang} sz="{size}"{bold}{more}>{paint(font.color, look)}'
        f'<a:latin typeface="{look.latin}"/><a:ea typeface="{look.east_asian}"/></a:{tag}>'
    )


def paragraphs(text: Text, look: Look, align: str = "") -> str:
    """The lines of a text, each piece in its own font."""
    found = []
    for line in text.lines:
        runs = "".join(
            f"<a:r>{run_properties('rPr', run.font, look, _accents(run))}"
            f"<a:t>{escape(clean(run.text))}</a:t></a:r>"
            for run in line
            if run.text
        )
        end = "" if runs else run_properties("endParaRPr", text.font, look)
        properties = f'<a:pPr algn="{align}"/>' if align else ""
        found.append(f"<a:p>{properties}{runs}{end}</a:p>")
    return "".join(found)


def _accents(run: Any) -> str:
    shift = {"super": ' baseline="30000"', "sub": ' baseline="-25000"'}.get(run.shift, "")
    return (
        (' u="sng"' if run.underline else "")
        + (' strike="sngStrike"' if run.strike else "")
        + shift
    )


def clean(text: str) -> str:
    """A text without what XML cannot hold: control characters and half surrogates."""
    return "".join(
        c
        for c in text
        if (c >= " " or c in "\t\n") and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
    )


# The sheet


class _Sheet:
    """Columns of the embedded workbook, and where each stands in it."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, list[Any], bool]] = []

    def add(self, heading: str, cells: list[Any], *, days: bool = False) -> str:
        """Append a column; returns its letter."""
        self.columns.append((heading, cells, days))
        return str(xl_col_to_name(len(self.columns) - 1))

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


def _numbers(column: str, cells: list[Number], form: str = "General") -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{_number(cell)}</c:v></c:pt>'
        for at, cell in enumerate(cells)
        if cell is not None
    )
    return (
        f"<c:numRef><c:f>Sheet1!${column}$2:${column}${len(cells) + 1}</c:f><c:numCache>"
        f'<c:formatCode>{escape(form)}</c:formatCode><c:ptCount val="{len(cells)}"/>{points}'
        "</c:numCache></c:numRef>"
    )


def _texts(cells: list[str]) -> str:
    return f'<c:ptCount val="{len(cells)}"/>' + "".join(
        f'<c:pt idx="{at}"><c:v>{escape(clean(str(cell)))}</c:v></c:pt>'
        for at, cell in enumerate(cells)
    )


# The chart


def written(chart: Chart, look: Look) -> tuple[bytes, bytes]:
    """A chart as the XML of its part, whose workbook is ``rId1``, and that workbook."""
    sheet = _Sheet()
    cats = _categories(chart, sheet)
    count = 0
    elements = []
    longest = max((len(s.xs) for e in chart.elements for s in e.series), default=0)
    for element in chart.elements:
        rows = []
        for series in element.series:
            # LibreOffice drops an xy series that is shorter than a later one.
            blank: list[Number] = [None] * (longest - len(series.xs))
            where = cats
            if element.tag == "scatter":
                column = sheet.add("x", [*series.xs, *blank], days=chart.dates)
                where = f"<c:xVal>{_numbers(column, [*series.xs, *blank])}</c:xVal>"
            else:
                blank = []
            values = [*series.ys, *blank]
            column = sheet.add(clean(series.name), values)
            numbers = _numbers(column, values, series.format)
            rows.append(_series(series, count, column, where, numbers, element, look))
            count += 1
        elements.append(_element(element, "".join(rows), look))
    left, top, width, height = chart.frame
    sides = (
        ("x", (chart.area[0] - left) / width),
        ("y", (chart.area[1] - top) / height),
        ("w", chart.area[2] / width),
        ("h", chart.area[3] / height),
    )
    layout = "".join(f'<c:{key} val="{_number(round(side, 6))}"/>' for key, side in sides)
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace xmlns:c="{_C}" '
        f'xmlns:a="{_A}" xmlns:r="{_R}"><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>'
        '<c:autoTitleDeleted val="1"/><c:plotArea><c:layout><c:manualLayout>'
        '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{layout}</c:manualLayout></c:layout>{''.join(elements)}{_axes(chart, look)}"
        f"<c:spPr>{paint(chart.background, look)}<a:ln><a:noFill/></a:ln></c:spPr></c:plotArea>"
        '<c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="{"span" if chart.span else "gap"}"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1200"><a:latin typeface="'
        f'{look.latin}"/><a:ea typeface="{look.east_asian}"/></a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="{look.lang}"/></a:p></c:txPr>'
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )
    return xml.encode(), sheet.blob()


def _categories(chart: Chart, sheet: _Sheet) -> str:
    cells = chart.categories
    if not cells:
        return ""
    if chart.groups:
        outer = sheet.add(
            "",
            [g if g != b else "" for g, b in zip(chart.groups, ["", *chart.groups], strict=False)],
        )
        inner = sheet.add("", list(cells))
        groups = "".join(
            f'<c:pt idx="{at}"><c:v>{escape(clean(group))}</c:v></c:pt>'
            for at, group in enumerate(chart.groups)
            if at == 0 or group != chart.groups[at - 1]
        )
        return (
            f"<c:cat><c:multiLvlStrRef><c:f>Sheet1!${outer}$2:${inner}${len(cells) + 1}</c:f>"
            f'<c:multiLvlStrCache><c:ptCount val="{len(cells)}"/><c:lvl>'
            f"{_texts(list(map(str, cells))).partition('/>')[2]}</c:lvl><c:lvl>{groups}</c:lvl>"
            "</c:multiLvlStrCache></c:multiLvlStrRef></c:cat>"
        )
    if isinstance(cells[0], str):
        column = sheet.add("", list(cells))
        reference = f"Sheet1!${column}$2:${column}${len(cells) + 1}"
        return (
            f"<c:cat><c:strRef><c:f>{reference}</c:f>"
            f"<c:strCache>{_texts(list(map(str, cells)))}</c:strCache></c:strRef></c:cat>"
        )
    column = sheet.add("", list(cells), days=chart.dates)
    form = "yyyy\\-mm\\-dd" if chart.dates else "General"
    return f"<c:cat>{_numbers(column, [float(cell) for cell in cells], form)}</c:cat>"


def _nth(entries: list[Any], point: int) -> Any:
    return entries[point if len(entries) > 1 else 0] if entries else None


def _differ(entries: list[Any]) -> bool:
    return any(entry != entries[0] for entry in entries[1:])


_PATTERNS = {"/": "wdUpDiag", "\\": "wdDnDiag", "x": "openDmnd", "-": "horz", "|": "vert"}
_PATTERNS |= {"+": "cross", ".": "dotGrid"}


def _filled(series: Series, point: int, look: Look) -> str:
    fill, pattern = _nth(series.fills, point), _nth(series.patterns, point)
    inside = paint(fill, look)
    if pattern in _PATTERNS and fill:
        front = inside.removeprefix("<a:solidFill>").removesuffix("</a:solidFill>")
        back = _nth(series.backs, point)
        behind = paint(back if back and back[1] > 0 else ("#ffffff", 1.0), look)
        behind = behind.removeprefix("<a:solidFill>").removesuffix("</a:solidFill>")
        inside = (
            f'<a:pattFill prst="{_PATTERNS[pattern]}"><a:fgClr>{front}</a:fgClr>'
            f"<a:bgClr>{behind}</a:bgClr></a:pattFill>"
        )
    return f"<c:spPr>{inside}{stroke(_nth(series.lines, point), look)}</c:spPr>"


def _marked(mark: Mark | None, look: Look) -> str:
    if mark is None or mark.size <= 0:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    size = min(72, max(2, round(mark.size * look.scale / 12_700)))
    return (
        f'<c:marker><c:symbol val="{mark.symbol}"/><c:size val="{size}"/><c:spPr>'
        f"{paint(mark.fill, look)}{stroke(mark.line, look)}</c:spPr></c:marker>"
    )


def _series(
    series: Series, index: int, column: str, where: str, numbers: str, element: Element, look: Look
) -> str:
    heading = escape(clean(series.name))
    head = (
        f'<c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef>'
        f"<c:f>Sheet1!${column}$1</c:f>"
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{heading}</c:v></c:pt></c:strCache>'
        "</c:strRef></c:tx>"
    )
    points = range(len(series.ys))
    if element.tag in ("line", "scatter", "radar", "stock") and not series.fills:
        own = f"<c:spPr>{stroke(_nth(series.lines, 0), look)}</c:spPr>" + _marked(
            _nth(series.marks, 0), look
        )
        if _differ(series.marks):
            own += "".join(
                f'<c:dPt><c:idx val="{at}"/>{_marked(_nth(series.marks, at), look)}'
                '<c:bubble3D val="0"/></c:dPt>'
                for at in points
            )
    else:
        own = _filled(series, 0, look)
        bar = element.tag == "bar"
        own += '<c:invertIfNegative val="0"/>' if bar else ""
        if any(_differ(row) for row in (series.fills, series.lines, series.patterns)) or any(
            series.explosions
        ):
            flag = '<c:invertIfNegative val="0"/>' if bar else ""
            own += "".join(
                f'<c:dPt><c:idx val="{at}"/>{flag}<c:bubble3D val="0"/>{_explosion(series, at)}'
                f"{_filled(series, at, look)}</c:dPt>"
                for at in points
            )
    end = ""
    if element.tag in ("line", "scatter", "stock"):
        end = f'<c:smooth val="{int(series.smooth)}"/>'
    kind = "yVal" if element.tag == "scatter" else "val"
    return (
        f"<c:ser>{head}{own}{_tags(series, look)}{where}<c:{kind}>{numbers}</c:{kind}>{end}</c:ser>"
    )


def _explosion(series: Series, point: int) -> str:
    pulled = _nth(series.explosions, point)
    return f'<c:explosion val="{pulled}"/>' if pulled else ""


def _tags(series: Series, look: Look) -> str:
    """The labels: those that follow the numbers, and those with a text of their own."""
    if not series.tags:
        return ""
    shown = "".join(
        f'<c:show{key} val="{int(key == "Val")}"/>'
        for key in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    )
    form = (
        f'<c:numFmt formatCode={_quoted(series.format)} sourceLinked="0"/>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
    )

    def placed(tag: Tag) -> str:
        return f'<c:dLblPos val="{tag.place}"/>' if tag.place else ""

    first = next(iter(series.tags.values()))
    rows = []
    for at, value in enumerate(series.ys):
        tag = series.tags.get(at)
        if tag is None:
            if value is not None:
                rows.append(f'<c:dLbl><c:idx val="{at}"/><c:delete val="1"/></c:dLbl>')
        elif tag.text is not None:
            rows.append(
                f'<c:dLbl><c:idx val="{at}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/>'
                f"{paragraphs(tag.text, look)}</c:rich></c:tx>{placed(tag)}{shown}</c:dLbl>"
            )
        elif (tag.font, tag.place) != (first.font, first.place):
            font = _text(tag.font, look)
            rows.append(f'<c:dLbl><c:idx val="{at}"/>{form}{font}{placed(tag)}{shown}</c:dLbl>')
    return (
        f"<c:dLbls>{''.join(rows)}{form}{_text(first.font, look)}{placed(first)}{shown}</c:dLbls>"
    )


def _quoted(text: str) -> str:
    return '"' + escape(clean(text), {'"': "&quot;"}) + '"'


def _text(font: Font, look: Look, body: str = "<a:bodyPr/>") -> str:
    return (
        f"<c:txPr>{body}<a:lstStyle/><a:p><a:pPr>{run_properties('defRPr', font, look)}</a:pPr>"
        f'<a:endParaRPr lang="{look.lang}"/></a:p></c:txPr>'
    )


_IDS = {False: (50010, 50020), True: (50030, 50040)}
"""Ids of the category and the value axis, for the first and the second pair."""


def _element(element: Element, rows: str, look: Look) -> str:
    across, up = _IDS[element.second]
    axes = f'<c:axId val="{across}"/><c:axId val="{up}"/>'
    vary = '<c:varyColors val="0"/>'
    if element.tag == "bar":
        kind = "bar" if element.horizontal else "col"
        return (
            f'<c:barChart><c:barDir val="{kind}"/>'
            f'<c:grouping val="{element.grouping}"/>{vary}{rows}'
            f'<c:gapWidth val="{element.gap}"/>'
            f'<c:overlap val="{element.overlap}"/>{axes}</c:barChart>'
        )
    if element.tag in ("line", "area"):
        marker = '<c:marker val="1"/>' if element.tag == "line" else ""
        return (
            f"<c:{element.tag}Chart>"
            f'<c:grouping val="{element.grouping}"/>{vary}{rows}{marker}{axes}'
            f"</c:{element.tag}Chart>"
        )
    if element.tag == "scatter":
        return (
            f'<c:scatterChart><c:scatterStyle val="lineMarker"/>{vary}{rows}{axes}</c:scatterChart>'
        )
    if element.tag == "radar":
        style = "filled" if element.grouping == "filled" else "marker"
        return f'<c:radarChart><c:radarStyle val="{style}"/>{vary}{rows}{axes}</c:radarChart>'
    if element.tag == "stock":
        boxes = "".join(
            f"<c:{key}Bars><c:spPr>{paint(fill, look)}{stroke(line, look)}</c:spPr></c:{key}Bars>"
            for key, (fill, line) in (
                ("up", element.up or (None, None)),
                ("down", element.down or (None, None)),
            )
        )
        return (
            f"<c:stockChart>{rows}<c:hiLowLines><c:spPr>{stroke(element.wicks, look)}</c:spPr>"
            f'</c:hiLowLines><c:upDownBars><c:gapWidth val="{element.gap}"/>{boxes}</c:upDownBars>'
            f"{axes}</c:stockChart>"
        )
    hole = f'<c:holeSize val="{element.hole}"/>' if element.tag == "doughnut" else ""
    return (
        f'<c:{element.tag}Chart><c:varyColors val="1"/>{rows}'
        f'<c:firstSliceAng val="{element.angle}"/>'
        f"{hole}</c:{element.tag}Chart>"
    )


def _axes(chart: Chart, look: Look) -> str:
    if chart.across is None or chart.up is None:
        return ""
    turned = any(element.horizontal for element in chart.elements)
    first, last = ("l", "b") if turned else ("b", "l")
    base, up = _IDS[False]
    xml = _axis(chart.across, base, up, first, chart.up, look)
    xml += _axis(chart.up, up, base, last, chart.across, look)
    if chart.second is not None:
        hidden = Scale(**{**vars(chart.across), "labels": None, "grid": None, "line": None})
        base, up = _IDS[True]
        xml += _axis(hidden, base, up, first, chart.second, look, hide=True)
        xml += _axis(chart.second, up, base, {"l": "r", "b": "t"}[last], hidden, look, far=True)
    return xml


def _axis(
    scale: Scale,
    own: int,
    other: int,
    side: str,
    crossed: Scale,
    look: Look,
    *,
    hide: bool = False,
    far: bool = False,
) -> str:
    value = scale.kind == "val"
    limits = "".join(
        f'<c:{key} val="{_number(bound)}"/>'
        for key, bound in (("max", scale.high), ("min", scale.low))
        if bound is not None
    )
    grid = f"<c:majorGridlines><c:spPr>{stroke(scale.grid, look)}</c:spPr></c:majorGridlines>"
    form = f'<c:numFmt formatCode={_quoted(scale.format)} sourceLinked="0"/>'
    base = '<c:logBase val="10"/>' if scale.log else ""
    xml = (
        f'<c:axId val="{own}"/><c:scaling>{base}'
        f'<c:orientation val="{"maxMin" if scale.reversed else "minMax"}"/>{limits}</c:scaling>'
        f'<c:delete val="{int(hide)}"/><c:axPos val="{side}"/>{grid if scale.grid else ""}'
        f'{form}<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{scale.place if scale.labels else "none"}"/>'
        f"<c:spPr>{stroke(scale.line, look)}</c:spPr>"
    )
    if scale.labels:
        xml += _text(scale.labels, look, '<a:bodyPr rot="0" vert="horz"/>')
    xml += f'<c:crossAx val="{other}"/>'
    if not value and scale.base is not None:
        xml += f'<c:crossesAt val="{_number(scale.base)}"/>'
    else:
        xml += f'<c:crosses val="{"max" if far else "autoZero"}"/>'
    if value:
        between = "midCat" if crossed.kind == "val" or not scale.between else "between"
        step = f'<c:majorUnit val="{_number(scale.step)}"/>' if scale.step else ""
        return f'<c:valAx>{xml}<c:crossBetween val="{between}"/>{step}</c:valAx>'
    if scale.kind == "date":
        return (
            f'<c:dateAx>{xml}<c:auto val="0"/><c:lblOffset val="100"/>'
            '<c:baseTimeUnit val="days"/></c:dateAx>'
        )
    return (
        f'<c:catAx>{xml}<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="0"/></c:catAx>'
    )

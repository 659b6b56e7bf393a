"""Drawing a described chart as PowerPoint's own, editable chart."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN, MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt
from xlsxwriter import Workbook

from hanbin_data.native import Axis, Color, Native, Series
from hanbin_data.plotted import clean
from hanbin_data.theme import RULE, text_width

EPOCH = datetime(1980, 1, 1)
"""The date in every file made here, so that the same charts give the same bytes."""

_NS = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


@dataclass(frozen=True)
class Look:
    """How the text and colours of a deck are set.

    Attributes:
        latin, east_asian: typefaces, or the theme's by reference (``+mn-lt``).
        lang: the language of the texts, as PowerPoint writes it.
        accents: colours that the template replaces, ``RRGGBB`` to a theme colour.
    """

    latin: str = "+mn-lt"
    east_asian: str = "+mn-ea"
    lang: str = "en-US"
    accents: Mapping[str, MSO_THEME_COLOR] = field(default_factory=dict)


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


_TYPES = {
    ("column", ""): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("column", "stacked"): XL_CHART_TYPE.COLUMN_STACKED,
    ("column", "percent"): XL_CHART_TYPE.COLUMN_STACKED_100,
    ("bar", ""): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bar", "stacked"): XL_CHART_TYPE.BAR_STACKED,
    ("bar", "percent"): XL_CHART_TYPE.BAR_STACKED_100,
    ("line", ""): XL_CHART_TYPE.LINE_MARKERS,
    ("xy", ""): XL_CHART_TYPE.XY_SCATTER_LINES,
    ("pie", ""): XL_CHART_TYPE.PIE,
    ("doughnut", ""): XL_CHART_TYPE.DOUGHNUT,
}
_MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "cross": XL_MARKER_STYLE.PLUS,
    "x": XL_MARKER_STYLE.X,
    "star": XL_MARKER_STYLE.STAR,
    "triangle": XL_MARKER_STYLE.TRIANGLE,
    "line": XL_MARKER_STYLE.DASH,
}
_DASHES = {
    "dot": MSO_LINE.ROUND_DOT,
    "dash": MSO_LINE.DASH,
    "longdash": MSO_LINE.LONG_DASH,
    "dashdot": MSO_LINE.DASH_DOT,
    "longdashdot": MSO_LINE.LONG_DASH_DOT,
}
_PATTERNS = {
    "/": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "\\": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
    "x": MSO_PATTERN.OUTLINED_DIAMOND,
    "-": MSO_PATTERN.HORIZONTAL,
    "|": MSO_PATTERN.VERTICAL,
    "+": MSO_PATTERN.CROSS,
    ".": MSO_PATTERN.DOTTED_GRID,
}
_LEGENDS = {
    "top": XL_LEGEND_POSITION.TOP,
    "bottom": XL_LEGEND_POSITION.BOTTOM,
    "left": XL_LEGEND_POSITION.LEFT,
    "right": XL_LEGEND_POSITION.RIGHT,
}
_PLACES = {
    "outside": "outEnd",
    "inside": "inEnd",
    "center": "ctr",
    "above": "t",
    "below": "b",
    "left": "l",
    "right": "r",
}
_TEXT, _SMALL = 14, 12  # points, as on screen
_RULE = RGBColor.from_string(RULE.removeprefix("#"))


def add_chart(slide: Any, native: Native, box: Box, look: Look, name: str, alt: str) -> Any:
    """Put a native chart on a slide, its numbers in PowerPoint's own sheet.

    Returns:
        The graphic frame; ``.chart`` is python-pptx's chart.
    """
    if native.rows:
        # First: LibreOffice takes a first series of one point for a heading, and draws nothing.
        native.series.insert(0, _row_names(native))
    sheet = _xy(native) if native.kind == "xy" else _categorical(native)
    kind = _TYPES[native.kind, native.stacking]
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, sheet)
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    chart = frame.chart
    chart.has_title = False
    chart.font.size = Pt(_TEXT)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    _draw_legend(chart, native)
    plot = chart.plots[0]
    _set_plot(plot, native)
    for drawn, series in zip(plot.series, native.series, strict=True):
        _draw_series(drawn, series, native, look)
    if native.kind not in ("pie", "doughnut"):
        _draw_axes(chart, native)
    if native.rows:
        _leave_room(chart, native.rows, box)
    set_fonts(chart._chartSpace, look)
    return frame


# The sheet


class _CategorySheet(CategoryChartData):
    """Chart data whose workbook takes no text for a formula, and holds no clock time."""

    @property
    def xlsx_blob(self) -> bytes:
        rows = [["", *(series.name for series in self)]]
        for position, category in enumerate(self.categories):
            rows.append([category.label, *(series[position].value for series in self)])
        return _workbook(rows)


class _XySheet(XyChartData):
    """The same for an xy chart: one block of two columns under each series' name."""

    @property
    def xlsx_blob(self) -> bytes:
        rows: list[list[Any]] = []
        for series in self:
            rows += [["", series.name], *([point.x, point.y] for point in series), []]
        return _workbook(rows)


def _workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        book.set_properties({"created": EPOCH})
        sheet = book.add_worksheet("Sheet1")
        days = book.add_format({"num_format": "yyyy\\-mm\\-dd"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, days)
                elif cell not in (None, ""):
                    sheet.write(row, column, cell)
    return out.getvalue()


def _categorical(native: Native) -> CategoryChartData:
    sheet: Any = _CategorySheet()  # type: ignore[no-untyped-call]
    sheet.categories = native.categories
    for series in native.series:
        sheet.add_series(series.name, series.values, _label_format(series))
    return sheet


def _xy(native: Native) -> XyChartData:
    sheet: Any = _XySheet()  # type: ignore[no-untyped-call]
    for series in native.series:
        block = sheet.add_series(series.name, _label_format(series))
        for x, y in zip(series.xs, series.values, strict=True):
            block.add_data_point(x, y)
    return sheet


def _row_names(native: Native) -> Series:
    """A series without marks whose labels name the rows: an xy chart has no such axis."""
    known = [x for series in native.series for x in series.xs if x is not None]
    across = native.across
    if across.low is None:
        low, high = min(known, default=0), max(known, default=1)
        across.low = low - (high - low or 1) / 20
    count = len(native.rows)
    return Series(
        name="",
        values=[float(row) for row in range(1, count + 1)],
        xs=[across.low] * count,
        colours=[("FFFFFF", 0)],
        labels=list(native.rows),
        label_places=["left"],
        label_size=_SMALL,
        in_legend=False,
    )


# Marks


def _set_plot(plot: Any, native: Native) -> None:
    if native.kind in ("column", "bar"):
        plot.gap_width = native.gap
        plot.overlap = 100 if native.stacking else native.overlap
    if native.kind in ("pie", "doughnut"):
        slices = plot._element
        for key, value in (("firstSliceAng", native.rotation), ("holeSize", native.hole)):
            for old in slices.findall(qn(f"c:{key}")):
                slices.remove(old)
            if key == "firstSliceAng" or native.kind == "doughnut":
                value = value if key == "firstSliceAng" else min(90, max(10, value))
                slices.append(parse_xml(f'<c:{key} {_NS} val="{value}"/>'))
    else:
        plot.vary_by_categories = False


def _draw_series(drawn: Any, series: Series, native: Native, look: Look) -> None:
    element = drawn._element
    if native.kind in ("line", "xy"):
        _draw_line(drawn, series, look)
        drawn.smooth = False
        if native.span_gaps:
            chart = element.getroottree().getroot().find(qn("c:chart"))
            chart.find(qn("c:dispBlanksAs")).set("val", "span")
    elif native.kind in ("column", "bar"):
        drawn.invert_if_negative = False
        _fill(drawn.format, series, 0, look)
        if _differs(series):
            for point in range(len(series.values)):
                _fill(drawn.points[point].format, series, point, look)
    else:
        for point in range(len(series.values)):
            _fill(drawn.points[point].format, series, point, look)
            # A seam in the paper's colour parts the slices.
            drawn.points[point].format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    if series.labels or native.shares:
        holder = element.get_or_add_dLbls()
        holder.getparent().replace(holder, parse_xml(_labels_xml(series, native, look)))


def _differs(series: Series) -> bool:
    settings = (series.colours, series.outlines, series.patterns, series.symbols)
    return any(len(set(setting)) > 1 for setting in settings)


def _nth(entries: list[Any], point: int) -> Any:
    return entries[min(point, len(entries) - 1)] if entries else None


def _fill(target: Any, series: Series, point: int, look: Look) -> None:
    fill = _nth(series.colours, point)
    shape = _nth(series.patterns, point)
    if shape in _PATTERNS:
        target.fill.patterned()
        target.fill.pattern = _PATTERNS[shape]
        _paint(target.fill.fore_color, fill, look)
        target.fill.back_color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    else:
        target.fill.solid()
        _paint(target.fill.fore_color, fill, look)
    if outline := _nth(series.outlines, point):
        _paint(target.line.color, outline, look)


def _paint(target: Any, color: Color, look: Look) -> None:
    code, opacity = color
    if code in look.accents:
        target.theme_color = look.accents[code]
    else:
        target.rgb = RGBColor.from_string(code)
    if opacity < 1:
        alpha = f'<a:alpha {_NS} val="{round(100_000 * opacity)}"/>'
        target._color._xClr.append(parse_xml(alpha))


def _draw_line(drawn: Any, series: Series, look: Look) -> None:
    line = drawn.format.line
    if series.line:
        line.width = Pt(series.width)
        _paint(line.color, series.line, look)
        if series.dash != "solid":
            line.dash_style = _DASHES.get(series.dash, MSO_LINE.DASH)
    else:
        line.fill.background()
    _mark(drawn.marker, series, 0, look)
    if _differs(series):
        for point in range(len(series.values)):
            _mark(drawn.points[point].marker, series, point, look)


def _mark(marker: Any, series: Series, point: int, look: Look) -> None:
    symbol = _nth(series.symbols, point)
    if not symbol:
        marker.style = XL_MARKER_STYLE.NONE
        return
    shape = symbol.removesuffix("-dot").removesuffix("-open")
    marker.style = _MARKERS.get(shape.partition("-")[0], XL_MARKER_STYLE.CIRCLE)
    marker.size = min(72, max(2, round(series.size)))
    fill = _nth(series.colours, point)
    edge = _nth(series.outlines, point) or fill
    if "open" in symbol:
        marker.format.fill.background()
    else:
        marker.format.fill.solid()
        _paint(marker.format.fill.fore_color, fill, look)
    _paint(marker.format.line.color, edge, look)


# Labels


def _written_as(value: float | None, code: str) -> str | None:
    """A number in one of the formats that a data label may have."""
    if value is None:
        return None
    if code == "General":
        return f"{value:.15g}"
    places = len(code.rstrip("%").partition(".")[2])
    comma = "," if code.startswith("#") else ""
    return f"{value:{comma}.{places}{'%' if code.endswith('%') else 'f'}}"


_FORMATS = ("General", "#,##0", "0.0", "#,##0.0", "0.00", "#,##0.00", "0%", "0.0%")


def _label_format(series: Series) -> str:
    """The number format that writes most of the labels, so that they follow the numbers."""

    def hits(code: str) -> int:
        pairs = zip(series.labels, series.values, strict=False)
        return sum(_written_as(value, code) == label for label, value in pairs)

    best = max(_FORMATS, key=hits)
    return best if hits(best) else "General"


def _labels_xml(series: Series, native: Native, look: Look) -> str:
    """``c:dLbls``: labels that follow the numbers, and texts where the chart has its own."""
    code = _label_format(series)
    size = round(100 * series.label_size)
    moved = len(set(series.label_places)) > 1 or len(set(series.label_colours)) > 1
    shown = _shown("showPercent" if native.shares else "showVal")
    number = "0.0%" if native.shares else escape(code)
    form = (
        f'<c:numFmt formatCode="{number}" sourceLinked="0"/>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
    )

    def properties(font: str) -> str:
        return (
            f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{font}</a:pPr>"
            f'<a:endParaRPr lang="{look.lang}"/></a:p></c:txPr>'
        )

    own = []
    for point, value in enumerate(series.values):
        text = _nth(series.labels, point)
        where = _place_xml(series, point, native)
        colour = _colour_xml(_nth(series.label_colours, point), look)
        font = f'<a:defRPr sz="{size}">{colour}</a:defRPr>'
        if text == "":
            own.append(f'<c:dLbl><c:idx val="{point}"/><c:delete val="1"/></c:dLbl>')
        elif text is None or text == _written_as(value, code):
            if moved:
                own.append(
                    f'<c:dLbl><c:idx val="{point}"/>{form}{properties(font)}{where}{shown}</c:dLbl>'
                )
        else:
            paragraphs = "".join(
                f"<a:p><a:pPr>{font}</a:pPr><a:r>"
                f'<a:rPr lang="{look.lang}" sz="{size}">{colour}</a:rPr>'
                f"<a:t>{escape(clean(line))}</a:t></a:r></a:p>"
                for line in text.split("\n")
            )
            own.append(
                f'<c:dLbl><c:idx val="{point}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/>'
                f"{paragraphs}</c:rich></c:tx>{where}{_shown('showVal')}</c:dLbl>"
            )
    first = _colour_xml(_nth(series.label_colours, 0), look)
    common = properties(f'<a:defRPr sz="{size}">{first}</a:defRPr>')
    where = _place_xml(series, 0, native)
    return f"<c:dLbls {_NS}>{''.join(own)}{form}{common}{where}{shown}</c:dLbls>"


def _place_xml(series: Series, point: int, native: Native) -> str:
    place = _PLACES[_nth(series.label_places, point)]
    if native.stacking and place == "outEnd":  # PowerPoint calls such a file damaged
        place = "ctr"
    return "" if native.kind == "doughnut" else f'<c:dLblPos val="{place}"/>'


def _shown(key: str) -> str:
    keys = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    return "".join(f'<c:show{k} val="{int(key == "show" + k)}"/>' for k in keys)


def _colour_xml(color: Color | None, look: Look) -> str:
    if color is None or color[0] in look.accents:
        theme = "tx1" if color is None else look.accents[color[0]].xml_value
        return f'<a:solidFill><a:schemeClr val="{theme}"/></a:solidFill>'
    return f'<a:solidFill><a:srgbClr val="{color[0]}"/></a:solidFill>'


def _draw_legend(chart: Any, native: Native) -> None:
    chart.has_legend = bool(native.legend)
    if not native.legend:
        return
    legend = chart.legend
    legend.position = _LEGENDS[native.legend]
    legend.include_in_layout = False
    legend.font.size = Pt(_TEXT)
    legend.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    at = legend._element.find(qn("c:legendPos"))
    for index, series in reversed(list(enumerate(native.series))):
        if not series.in_legend:
            hidden = f'<c:legendEntry {_NS}><c:idx val="{index}"/><c:delete val="1"/>'
            at.addnext(parse_xml(hidden + "</c:legendEntry>"))


# Axes


def _draw_axes(chart: Any, native: Native) -> None:
    across, up = chart.category_axis, chart.value_axis
    _draw_axis(across, native.across, values=native.kind == "xy")
    if native.categories and isinstance(native.categories[0], date):
        _space_dates(across, native.categories)
    _draw_axis(up, native.up, values=True)
    if native.rows:
        up.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        up.major_unit = 1
    elif native.kind == "bar" or native.across.low is None or native.kind != "xy":
        across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    # An axis that is turned takes the other along, unless told to stay at its end.
    if native.across.reversed:
        across.crosses = XL_AXIS_CROSSES.MAXIMUM
    if native.up.reversed:
        up.crosses = XL_AXIS_CROSSES.MAXIMUM


def _draw_axis(drawn: Any, axis: Axis, *, values: bool) -> None:
    drawn.visible = axis.visible
    drawn.reverse_order = axis.reversed
    drawn.has_major_gridlines = axis.grid
    if axis.grid:
        drawn.major_gridlines.format.line.color.rgb = _RULE
    if axis.visible:
        drawn.major_tick_mark = XL_TICK_MARK.NONE
        drawn.format.line.color.rgb = _RULE
        drawn.tick_labels.font.size = Pt(_TEXT)
        drawn.tick_labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    if axis.title:
        drawn.has_title = True
        frame = drawn.axis_title.text_frame
        frame.text = axis.title
        frame.paragraphs[0].runs[0].font.size = Pt(_TEXT)
        frame.paragraphs[0].runs[0].font.bold = False
    if values:
        drawn.minimum_scale = axis.low
        drawn.maximum_scale = axis.high
        if axis.step:
            drawn.major_unit = axis.step
        drawn.tick_labels.number_format = axis.format
        drawn.tick_labels.number_format_is_linked = False
        if axis.log:
            drawn._element.find(qn("c:scaling")).insert(
                0, parse_xml(f'<c:logBase {_NS} val="10"/>')
            )


def _space_dates(drawn: Any, days: list[date]) -> None:
    """Name years, months or days, so that the names do not touch."""
    span = (max(days) - min(days)).days
    unit, form, limit = ("years", "yyyy", 366 * 12)
    if span < 366 * 3:
        unit, form, limit = ("months", "yyyy\\-mm", 366)
    if span < 31 * 3:
        unit, form, limit = ("days", "yyyy\\-mm\\-dd", 8)
    step = -(-span // limit)
    drawn.tick_labels.number_format = form
    drawn.tick_labels.number_format_is_linked = False
    at = drawn._element.find(qn("c:baseTimeUnit"))
    at.addnext(parse_xml(f'<c:majorTimeUnit {_NS} val="{unit}"/>'))
    at.addnext(parse_xml(f'<c:majorUnit {_NS} val="{step}"/>'))


def _leave_room(chart: Any, rows: list[str], box: Box) -> None:
    """Set the plot apart from the left edge by the longest row name."""
    widest = Pt(max(text_width(row, _SMALL) for row in rows) + 16)
    left = min(0.6, widest / box.width)
    top = 0.1 if chart.has_legend else 0.02
    layout = (
        f'<c:layout {_NS}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/>'
        f'<c:yMode val="edge"/><c:x val="{left:.4f}"/><c:y val="{top}"/>'
        f'<c:w val="{0.96 - left:.4f}"/><c:h val="{0.86 - top:.4f}"/></c:manualLayout></c:layout>'
    )
    area = chart._chartSpace.find(qn("c:chart")).find(qn("c:plotArea"))
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    area.insert(0, parse_xml(layout))


# Fonts

_RUN, _FIELD, _RUN_PROPERTIES, _DEFAULTS, _LATIN, _EAST_ASIAN = (
    qn(f"a:{key}") for key in ("r", "fld", "rPr", "defRPr", "latin", "ea")
)
_PROPERTIES = (_RUN_PROPERTIES, _DEFAULTS, qn("a:endParaRPr"))
_BEFORE_FONTS = [
    qn(f"a:{key}")
    for key in (
        *("ln", "noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"),
        *("effectLst", "effectDag", "highlight", "uLnTx", "uLn", "uFillTx", "uFill"),
    )
]


def set_fonts(root: Any, look: Look) -> None:
    """Give every text of a part its Latin and its East Asian typeface and its language."""
    for run in root.iter(_RUN, _FIELD):
        if run.find(_RUN_PROPERTIES) is None:
            run.insert(0, run.makeelement(_RUN_PROPERTIES, {}))
    for properties in root.iter(*_PROPERTIES):
        if properties.tag != _DEFAULTS:
            properties.set("lang", look.lang)
            properties.set("altLang", "en-US" if look.lang.startswith("zh") else "zh-CN")
        at = sum(child.tag in _BEFORE_FONTS for child in properties)
        for key, face in ((_LATIN, look.latin), (_EAST_ASIAN, look.east_asian)):
            if properties.find(key) is None:
                properties.insert(at, properties.makeelement(key, {"typeface": face}))
            at += 1


def points(size: float) -> int:
    """A length in points as EMU."""
    return int(Emu(round(size * 12_700)))

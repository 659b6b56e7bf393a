"""What stands around PowerPoint's own charts: texts, lines and shapes at their places.

All of a chart's parts become one group on the slide, in the order in which plotly lays them
over each other; a chart that needs nothing else stands alone.
"""

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from hanbin_data.slides import template
from hanbin_data.slides.chart import Look, clean, paint, paragraphs, stroke
from hanbin_data.slides.native import Native, nth, pixel
from hanbin_data.slides.reading import (
    Annotation,
    Axis,
    Box,
    Color,
    ColorBar,
    Legend,
    LegendItem,
    Line,
    Plot,
    Point,
    Reading,
    Run,
    Shape,
    Text,
    Trace,
)


@dataclass
class Canvas:
    """Where pixels of a chart go on a slide, and the shapes put there so far.

    ``origin`` is the pixel that stands at ``left`` and ``top``, in EMU.
    """

    look: Look
    left: float
    top: float
    origin: Point
    identity: int
    shapes: list[str] = field(default_factory=list)

    def frame(self, box: Box, tag: str = "a", turn: str = "") -> str:
        """A rectangle's place as XML."""
        scale = self.look.scale
        x, y = (
            self.left + (box[0] - self.origin[0]) * scale,
            self.top + (box[1] - self.origin[1]) * scale,
        )
        wide, tall = max(0, round(box[2] * scale)), max(0, round(box[3] * scale))
        return (
            f'<{tag}:xfrm{turn}><a:off x="{round(x)}" y="{round(y)}"/>'
            f'<a:ext cx="{wide}" cy="{tall}"/></{tag}:xfrm>'
        )

    def head(self, name: str, kind: str = "sp", more: str = "", descr: str = "") -> str:
        """The part of a shape that names it."""
        self.identity += 1
        told = f" descr={quoteattr(clean(descr))}" if descr else ""
        return (
            f'<p:nv{kind[:1].upper()}{kind[1:]}Pr><p:cNvPr id="{self.identity}" '
            f"name={quoteattr(clean(name)[:200])}{told}/>{more}"
        )

    def shape(
        self,
        name: str,
        box: Box,
        form: str = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>',
        fill: Color | None = None,
        line: Line | None = None,
        end: str = "",
    ) -> None:
        """Put a shape without text."""
        if (fill is None or fill[1] <= 0) and (
            line is None or line.width <= 0 or line.color[1] <= 0
        ):
            return
        self.shapes.append(
            f"<p:sp>{self.head(name, more='<p:cNvSpPr/><p:nvPr/>')}</p:nvSpPr>"
            f"<p:spPr>{self.frame(box)}"
            f"{form}{paint(fill, self.look)}{stroke(line, self.look, end)}</p:spPr></p:sp>"
        )

    def path(
        self,
        name: str,
        points: list[Point],
        line: Line | None,
        fill: Color | None = None,
        *,
        closed: bool = False,
        end: str = "",
    ) -> None:
        """Put a line through points."""
        if len(points) < 2:
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, top, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
        scale = self.look.scale
        spots = [(round((x - left) * scale), round((y - top) * scale)) for x, y in points]
        tags = "".join(
            f'<a:{"lnTo" if at else "moveTo"}><a:pt x="{x}" y="{y}"/>'
            f"</a:{'lnTo' if at else 'moveTo'}>"
            for at, (x, y) in enumerate(spots)
        )
        form = (
            '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{round(width * scale)}" h="{round(height * scale)}">{tags}'
            f"{'<a:close/>' if closed else ''}</a:path></a:pathLst></a:custGeom>"
        )
        self.shape(name, (left, top, width, height), form, fill, line, end)

    def text(
        self,
        name: str,
        text: Text | None,
        box: Box | None = None,
        fill: Color | None = None,
        line: Line | None = None,
    ) -> None:
        """Put a text where it stood; ``box`` is a frame around it."""
        if text is None or not text.plain.strip():
            if box is not None:
                self.shape(name, box, fill=fill, line=line)
            return
        if box is not None and text.angle == 0 and (fill or line):
            self.shape(name, box, fill=fill, line=line)
        left, top, width, height = text.box
        turn = ""
        if text.angle:
            # The outer rectangle is turned back about its centre.
            x, y = left + width / 2, top + height / 2
            cos, sin = (
                abs(math.cos(math.radians(text.angle))),
                abs(math.sin(math.radians(text.angle))),
            )
            tall = 1.25 * text.font.size * len(text.lines)
            wide = (width - tall * sin) / cos if cos > sin else (height - tall * cos) / sin
            wide = max(wide, text.font.size)
            left, top, width, height = x - wide / 2, y - tall / 2, wide, tall
            turn = f' rot="{round(text.angle * 60_000) % 21_600_000}"'
        align = {"left": "l", "right": "r"}.get(text.align, "ctr")
        head = self.head(name or text.plain[:40], more='<p:cNvSpPr txBox="1"/><p:nvPr/>')
        self.shapes.append(
            f"<p:sp>{head}"
            f"</p:nvSpPr><p:spPr>{self.frame((left, top, width, height), turn=turn)}"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr">'
            "<a:noAutofit/></a:bodyPr>"
            f"<a:lstStyle/>{paragraphs(text, self.look, align)}</p:txBody></p:sp>"
        )

    def chart(self, name: str, box: Box, relation: str, descr: str) -> None:
        """Put a chart; ``relation`` is its id on the slide."""
        parts = "<p:cNvGraphicFramePr/><p:nvPr/>"
        uri = "http://schemas.openxmlformats.org/drawingml/2006/chart"
        self.shapes.append(
            f"<p:graphicFrame>{self.head(name, 'graphicFrame', parts, descr)}"
            f'</p:nvGraphicFramePr>{self.frame(box, "p")}<a:graphic><a:graphicData uri="{uri}">'
            f'<c:chart xmlns:c="{uri}" r:id="{relation}"/></a:graphicData>'
            "</a:graphic></p:graphicFrame>"
        )

    def picture(
        self, name: str, box: Box, whole: Box, relation: str, descr: str = "", vector: str = ""
    ) -> None:
        """Put the part ``box`` of a picture of all of ``whole``.

        ``vector`` is the relation of its SVG, which PowerPoint shows instead.
        """
        sides = zip(
            "ltrb",
            (box[0], box[1], whole[2] - box[0] - box[2], whole[3] - box[1] - box[3]),
            strict=True,
        )
        cut = "".join(
            f' {side}="{round(100_000 * away / whole[3 if side in "tb" else 2])}"'
            for side, away in sides
        )
        extension = ""
        if vector:
            extension = (
                '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip '
                'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
                f'r:embed="{vector}"/></a:ext></a:extLst>'
            )
        self.shapes.append(
            f"<p:pic>{self.head(name, 'pic', '<p:cNvPicPr/><p:nvPr/>', descr)}"
            "</p:nvPicPr><p:blipFill>"
            f'<a:blip r:embed="{relation}">{extension}</a:blip><a:srcRect{cut}/>'
            "<a:stretch><a:fillRect/></a:stretch>"
            f'</p:blipFill><p:spPr>{self.frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</p:spPr></p:pic>"
        )


def grouped(canvas: Canvas, box: template.Box, name: str, descr: str) -> str:
    """All shapes of a canvas as one group's XML; a single one as it is."""
    spaces = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    if len(canvas.shapes) == 1:
        return canvas.shapes[0].replace(">", f" {spaces}>", 1)
    frame = "".join(
        f'<a:{key} {a}="{round(x)}" {b}="{round(y)}"/>'
        for key, a, b, x, y in (
            ("off", "x", "y", box.left, box.top),
            ("ext", "cx", "cy", box.width, box.height),
            ("chOff", "x", "y", box.left, box.top),
            ("chExt", "cx", "cy", box.width, box.height),
        )
    )
    return (
        f"<p:grpSp {spaces}>{canvas.head(name, 'grpSp', '<p:cNvGrpSpPr/><p:nvPr/>', descr)}"
        "</p:nvGrpSpPr>"
        f"<p:grpSpPr><a:xfrm>{frame}</a:xfrm></p:grpSpPr>{''.join(canvas.shapes)}</p:grpSp>"
    )


def key(reading: Reading) -> Text | None:
    """The lines of a title that tell what colours mean, which a slide's own title does not."""
    for text in (reading.title, reading.subtitle):
        lines = text.lines if text else []
        told = [
            line for line in lines if len({run.font.color for run in line if run.text.strip()}) > 1
        ]
        if text and told and len(lines) > 1:
            tall = 1.3 * sum(line[0].font.size for line in told)
            left, top, width, height = text.box
            return Text(told, (left, top + height - tall, width, tall), text.align)
    return None


def extent(reading: Reading, native: Native | None, left_out: set[str]) -> Box:
    """The part of a chart that holds anything, title, subtitle and source line apart."""
    if native is None:  # all of a picture but its title and source line
        heads = [t.box[1] + t.box[3] for t in (reading.title, reading.subtitle) if t]
        feet = [note.box[1] for note in reading.annotations if note.name in left_out]
        top = max(heads, default=0.0)
        return (0, top, reading.width, max(1, min(feet, default=reading.height) - top))
    boxes = [plot.box for plot in reading.plots]
    told = key(reading)
    boxes += [told.box] if told else []
    boxes += [shape.box for shape in native.over]
    boxes += [t.box for axis in reading.axes for t in axis.ticks if t.box]
    boxes += [axis.title.box for axis in reading.axes if axis.title]
    boxes += [legend.box for legend in reading.legends]
    boxes += [a.box for a in reading.annotations if a.name not in left_out]
    boxes += [shape.box for shape in reading.shapes]
    boxes += [label.text.box for trace in reading.traces for label in trace.labels]
    boxes += [image.box for image in reading.images] + [bar.box for bar in reading.colorbars]
    boxes += [t.box for bar in reading.colorbars for t in (*bar.ticks, bar.title) if t]
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, low = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    left, top = max(0.0, left - 2), max(0.0, top - 2)
    right, low = min(reading.width, right + 2), min(reading.height, low + 2)
    return (left, top, max(1, right - left), max(1, low - top))


def fitted(part: Box, box: template.Box) -> tuple[float, float]:
    """EMU a pixel for a part of a chart in a box, and its left side in the middle of the box."""
    scale = min(box.width / part[2], box.height / part[3])
    return scale, box.left + (box.width - part[2] * scale) / 2


def under(canvas: Canvas, reading: Reading, native: Native) -> None:
    """What stands below the charts: backgrounds, shapes, grid lines."""
    for plot in reading.plots:
        if (
            plot.background
            and plot.id not in native.painted
            and not plot.main
            and plot.kind == "xy"
        ):
            canvas.shape("Plot area", plot.box, fill=plot.background)
    _shapes(canvas, reading.shapes, ("below",))
    axes = {axis.id: axis for axis in reading.axes}
    for plot in reading.plots:
        if plot.kind == "xy":
            for axis in (axes[plot.x], axes[plot.y]):
                if axis.grid and axis.id not in native.ruled:
                    for tick in axis.ticks:
                        _across(canvas, "Grid", axis, plot, tick.at, axis.grid)
                if axis.zero and axis.id not in native.zeroed:
                    _across(canvas, "Zero", axis, plot, pixel(axis, 0), axis.zero)
    _shapes(canvas, reading.shapes, ("between",))
    _shapes(canvas, native.under, ("above",))


def _across(canvas: Canvas, name: str, axis: Axis, plot: Plot, at: float, line: Line) -> None:
    left, top, width, height = plot.box
    if axis.id.startswith("y"):
        if top - 0.5 <= at <= top + height + 0.5:
            canvas.path(name, [(left, at), (left + width, at)], line)
    elif left - 0.5 <= at <= left + width + 0.5:
        canvas.path(name, [(at, top), (at, top + height)], line)


def over(canvas: Canvas, reading: Reading, native: Native, left_out: set[str]) -> None:
    """What stands above the charts: axis lines, texts, shapes, legend, annotations."""
    plots = {name: plot for plot in reading.plots for name in (plot.x, plot.y) if plot.kind == "xy"}
    for axis in reading.axes:
        plot = plots.get(axis.id)
        if plot is not None and axis.visible:
            _axis_line(canvas, axis, plot)
        if axis.id not in native.labelled:
            for tick in axis.ticks:
                if tick.box and tick.text and axis.tick_font:
                    canvas.text("", _tick(axis, tick.text, tick.box))
        canvas.text("Axis title", axis.title)
    _shapes(canvas, native.over, ("above",))
    for text in native.texts:
        canvas.text("Label", text)
    canvas.text("Colours", key(reading))
    _shapes(canvas, reading.shapes, ("above",))
    for bar in reading.colorbars:
        _color_bar(canvas, bar)
    for legend in reading.legends:
        _legend(canvas, legend, reading)
    for note in reading.annotations:
        if note.name not in left_out:
            _annotation(canvas, note)


def _tick(axis: Axis, text: str, box: Box) -> Text:
    align = {"left": "right", "right": "left"}.get(axis.side, "center")
    font = axis.tick_font
    assert font is not None
    lines = [[Run(line, font)] for line in text.split("\n")]
    return Text(lines, box, align, axis.tick_angle)


def _axis_line(canvas: Canvas, axis: Axis, plot: Plot) -> None:
    end = axis.start + axis.length
    flat = axis.id.startswith("x")
    if axis.line:
        left, top, width, height = plot.box
        ats = [axis.at]
        if axis.mirror:
            near = top + height if axis.side == "bottom" else top
            far = top if axis.side == "bottom" else top + height
            if not flat:
                near = left if axis.side == "left" else left + width
                far = left + width if axis.side == "left" else left
            ats.append(axis.at + far - near)
        for at in ats:
            ends = [(axis.start, at), (end, at)] if flat else [(at, axis.start), (at, end)]
            canvas.path("Axis", ends, axis.line)
    if axis.tick_marks and axis.tick_line:
        out = axis.tick_length * (1 if axis.side in ("bottom", "right") else -1)
        out = out if axis.tick_marks == "outside" else -out
        for tick in axis.ticks:
            ends = [(tick.at, axis.at), (tick.at, axis.at + out)]
            canvas.path("Tick", ends if flat else [(b, a) for a, b in ends], axis.tick_line)


def _shapes(canvas: Canvas, shapes: list[Shape], layers: tuple[str, ...]) -> None:
    for shape in shapes:
        if shape.layer not in layers:
            continue
        name = shape.name or shape.kind.capitalize()
        if shape.points:
            canvas.path(name, shape.points, shape.line, shape.fill, closed=shape.closed)
        else:
            form = "ellipse" if shape.kind == "circle" else "rect"
            geometry = f'<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>'
            canvas.shape(name, shape.box, geometry, shape.fill, shape.line)
        canvas.text(name, shape.text)


def _annotation(canvas: Canvas, note: Annotation) -> None:
    if len(note.arrow) > 1 and note.arrow_line:
        head = '<a:tailEnd type="triangle" w="med" len="med"/>' if note.arrow_head else ""
        canvas.path("Arrow", note.arrow, note.arrow_line, end=head)
    canvas.text(note.name, note.text, note.box, note.background, note.border)


def _color_bar(canvas: Canvas, bar: ColorBar) -> None:
    """A colour scale: bands next to each other look the same everywhere."""
    left, top, width, height = bar.box
    count = len(bar.colors)
    for at, color in enumerate(bar.colors):
        box = (left, top + height * (1 - (at + 1) / count), width, height / count)
        if bar.horizontal:
            box = (left + width * at / count, top, width / count, height)
        canvas.shape("Colour scale", box, fill=color)
    canvas.shape("Colour scale", bar.box, line=bar.border)
    for text in (*bar.ticks, bar.title):
        canvas.text("Colour scale", text)


def _legend(canvas: Canvas, legend: Legend, reading: Reading) -> None:
    if legend.background or legend.border:
        canvas.shape("Legend", legend.box, fill=legend.background, line=legend.border)
    canvas.text("Legend title", legend.title)
    traces = {trace.index: trace for trace in reading.traces}
    for item in legend.items:
        trace = traces.get(item.trace) if item.trace is not None else None
        if item.trace is not None:
            _key(canvas, item, trace)
        canvas.text("Legend", item.text)


def _key(canvas: Canvas, item: LegendItem, trace: Trace | None) -> None:
    """The sign of one line of a legend."""
    left, top, width, height = item.symbol
    middle, color = top + height / 2, item.color
    if trace is None or trace.kind not in ("scatter", "polar"):
        outline = nth(trace.outlines, item.point or 0) if trace else None
        canvas.shape("Key", item.symbol, fill=color, line=outline)
        return
    if trace.fill and trace.fill_color:
        canvas.shape("Key", (left, middle, width, max(2, height / 2)), fill=trace.fill_color)
    if trace.lines and trace.line:
        canvas.path("Key", [(left, middle), (left + width, middle)], trace.line)
    if trace.markers:
        size = min(16.0, max(trace.sizes, default=8))
        name = (nth(trace.symbols, 0) or "circle").removesuffix("-open")
        forms = {"square": "rect", "diamond": "diamond", "triangle-up": "triangle"}
        forms |= {"cross": "mathPlus", "x": "mathMultiply", "star": "star5", "line-ew": "mathMinus"}
        form = f'<a:prstGeom prst="{forms.get(name, "ellipse")}"><a:avLst/></a:prstGeom>'
        open_ = (nth(trace.symbols, 0) or "").endswith("-open")
        outline = nth(trace.outlines, 0)
        fill = nth(trace.colors, 0) if color is None else color
        if open_:
            outline, fill = outline or (Line(fill, 1) if fill else None), None
        box = (left + width / 2 - size / 2, middle - size / 2, size, size)
        canvas.shape("Key", box, form, fill, outline)

"""What stands around PowerPoint's own charts: texts, lines and shapes at their places.

What a chart alone needs lies in the chart itself, as its own drawing, and moves with it;
annotations and shapes of the figure, and what stands below a chart, make a group with it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hanbin_data.slides import template
from hanbin_data.slides.chart import SPACES, Look, nth, paint, paragraphs, stroke, tag
from hanbin_data.slides.native import Native, bounds, rules
from hanbin_data.slides.reading import (
    Axis,
    Box,
    Color,
    Legend,
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
    identity: int = 100
    shapes: list[tuple[Box, str]] = field(default_factory=list)

    def frame(self, box: Box, name: str = "a:xfrm", **turn: object) -> str:
        """A rectangle's place as XML."""
        scale = self.look.scale
        x = round(self.left + (box[0] - self.origin[0]) * scale)
        y = round(self.top + (box[1] - self.origin[1]) * scale)
        size = {"cx": max(0, round(box[2] * scale)), "cy": max(0, round(box[3] * scale))}
        return tag(name, tag("a:off", x=x, y=y), tag("a:ext", **size), **turn)

    def head(self, kind: str, name: str, descr: str = "", **more: object) -> str:
        """The part of a shape that names it."""
        self.identity += 1
        known = tag("p:cNvPr", id=self.identity, name=name[:200], descr=descr or None)
        return tag(f"p:nv{kind}Pr", known, tag(f"p:cNv{kind}Pr", **more), "<p:nvPr/>")

    def shape(
        self,
        name: str,
        box: Box,
        form: str = "rect",
        fill: Color | None = None,
        line: Line | None = None,
        end: str = "",
    ) -> None:
        """Put a shape without text; ``form`` is PowerPoint's name or a geometry as XML."""
        seen = fill is not None and fill[1] > 0
        if seen or (line is not None and line.width > 0 and line.color[1] > 0):
            form = form if form[0] == "<" else tag("a:prstGeom", "<a:avLst/>", prst=form)
            look = paint(fill, self.look) + stroke(line, self.look, end)
            shown = tag("p:spPr", self.frame(box), form, look)
            self.shapes.append((box, tag("p:sp", self.head("Sp", name), shown)))

    def path(
        self,
        name: str,
        points: Sequence[Point],
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
        spots = [
            tag("a:pt", x=round((x - left) * scale), y=round((y - top) * scale)) for x, y in points
        ]
        tags = [tag("a:moveTo", spots[0]), *(tag("a:lnTo", spot) for spot in spots[1:])]
        tags += ["<a:close/>"] if closed else []
        size = {"w": round(width * scale), "h": round(height * scale)}
        lists = "<a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>" + tag("a:rect", l=0, t=0, r="r", b="b")
        form = tag("a:custGeom", lists, tag("a:pathLst", tag("a:path", *tags, **size)))
        self.shape(name, (left, top, width, height), form, fill, line, end)

    def text(self, name: str, text: Text | None) -> None:
        """Put a text where it stood."""
        if text is None or not text.plain.strip():
            return
        box, angle = text.box, round(text.angle, 1)
        upright = {-90.0: "vert270", 90.0: "vert"}.get(angle)
        if angle and not upright:
            # The outer rectangle is turned back about its centre.
            x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
            cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
            tall = 1.25 * text.font.size * len(text.lines)
            wide = (box[2] - tall * sin) / cos if cos > sin else (box[3] - tall * cos) / sin
            wide = max(wide, text.font.size)
            box = (x - wide / 2, y - tall / 2, wide, tall)
        turn = None if upright or not angle else round(angle * 60_000) % 21_600_000
        # A turned box is as long as its text; viewers differ in which side of it is which.
        align = "ctr" if turn else {"left": "l", "right": "r"}.get(text.align, "ctr")
        sides = dict.fromkeys(("lIns", "tIns", "rIns", "bIns"), 0)
        body = tag("a:bodyPr", "<a:noAutofit/>", vert=upright, wrap="none", **sides, anchor="ctr")
        form = tag("a:prstGeom", "<a:avLst/>", prst="rect") + "<a:noFill/>"
        shown = tag("p:spPr", self.frame(box, rot=turn), form)
        lines = tag("p:txBody", body, "<a:lstStyle/>", paragraphs(text, self.look, align))
        head = self.head("Sp", name or text.plain[:40], txBox=1)
        self.shapes.append((box, tag("p:sp", head, shown, lines)))

    def chart(self, name: str, box: Box, relation: str, descr: str) -> None:
        """Put a chart; ``relation`` is its id on the slide."""
        own = tag("c:chart", r_id=relation, xmlns_c=SPACES["xmlns_c"])
        data = tag("a:graphic", tag("a:graphicData", own, uri=SPACES["xmlns_c"]))
        head = self.head("GraphicFrame", name, descr)
        xml = tag("p:graphicFrame", head, self.frame(box, "p:xfrm"), data)
        self.shapes.append((box, xml))

    def picture(
        self, name: str, box: Box, whole: Box, relation: str, descr: str = "", vector: str = ""
    ) -> None:
        """Put the part ``box`` of a picture of all of ``whole``.

        ``vector`` is the relation of its SVG, which PowerPoint shows instead.
        """
        ends = (box[0], box[1], whole[2] - box[0] - box[2], whole[3] - box[1] - box[3])
        sides = zip("ltrb", ends, (2, 3, 2, 3), strict=True)
        cut = {side: round(100_000 * away / whole[at]) for side, away, at in sides}
        extension = ""
        if vector:
            space = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
            svg = tag("asvg:svgBlip", xmlns_asvg=space, r_embed=vector)
            extension = tag("a:ext", svg, uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}")
            extension = tag("a:extLst", extension)
        stretched = "<a:stretch><a:fillRect/></a:stretch>"
        blip = tag("a:blip", extension, r_embed=relation)
        fill = tag("p:blipFill", blip, tag("a:srcRect", **cut), stretched)
        form = tag("a:prstGeom", "<a:avLst/>", prst="rect")
        shown = tag("p:spPr", self.frame(box), form)
        self.shapes.append((box, tag("p:pic", self.head("Pic", name, descr), fill, shown)))

    def drawing(self, frame: Box) -> str:
        """All shapes as a chart's own drawing; ``frame`` is the chart's."""
        found = []
        for (x, y, width, height), xml in self.shapes:
            ends = [
                f"<cdr:{name}><cdr:x>{(left - frame[0]) / frame[2]:.6f}</cdr:x>"
                f"<cdr:y>{(top - frame[1]) / frame[3]:.6f}</cdr:y></cdr:{name}>"
                for name, left, top in (("from", x, y), ("to", x + width, y + height))
            ]
            own = xml.replace("<p:nvPr/>", "").replace("<p:", "<cdr:").replace("</p:", "</cdr:")
            own = own.replace("<cdr:sp>", '<cdr:sp macro="" textlink="">')
            found.append(tag("cdr:relSizeAnchor", *ends, own))
        return "".join(found)

    def grouped(self, box: template.Box, name: str, descr: str) -> str:
        """All shapes as one group's XML; a single one as it is."""
        if len(self.shapes) == 1:
            spaces = "".join(f' {key.replace("_", ":")}="{v}"' for key, v in SPACES.items())
            return self.shapes[0][1].replace(">", f"{spaces}>", 1)
        at, size = {"x": box.left, "y": box.top}, {"cx": box.width, "cy": box.height}
        names = (("a:off", "a:ext"), ("a:chOff", "a:chExt"))
        place = [tag(first, **at) + tag(second, **size) for first, second in names]
        head, form = self.head("GrpSp", name, descr), tag("p:grpSpPr", tag("a:xfrm", *place))
        return tag("p:grpSp", head, form, *(xml for _, xml in self.shapes), **SPACES)


def key(reading: Reading) -> Text | None:
    """The lines of a title that tell what colours mean, which a slide's own title does not."""
    for text in (reading.title, reading.subtitle):
        lines = text.lines if text else []
        colors = [{run.font.color for run in line if run.text.strip()} for line in lines]
        told = [line for line, seen in zip(lines, colors, strict=True) if len(seen) > 1]
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
    ticks = [tick for axis in reading.axes for tick in axis.ticks]
    parts: list[Any] = [*reading.plots, key(reading), *native.over, *ticks, *reading.legends]
    parts += [axis.title for axis in reading.axes] + [*reading.shapes, *reading.colorbars]
    parts += [note for note in reading.annotations if note.name not in left_out]
    parts += [label.text for trace in reading.traces for label in trace.labels]
    parts += [chart.legend for chart in native.charts]
    boxes = [chart.area for chart in native.charts]
    boxes += [part.box for part in parts if part and part.box]
    return bounds(boxes, reading, 2)


def fitted(part: Box, box: template.Box) -> tuple[float, float]:
    """EMU a pixel for a part of a chart in a box, and its left side in the middle of the box."""
    scale = min(box.width / part[2], box.height / part[3])
    return scale, box.left + (box.width - part[2] * scale) / 2


def under(canvas: Canvas, reading: Reading, native: Native) -> None:
    """What stands below the charts: backgrounds, shapes, grid lines."""
    axes = {axis.id: axis for axis in reading.axes}
    plots = [plot for plot in reading.plots if plot.kind == "xy"]
    for plot in plots:
        if plot.background and not plot.main and ("ground", plot.id) not in native.done:
            canvas.shape("Plot area", plot.box, fill=plot.background)
    _shapes(canvas, reading.shapes, "below")
    for ends, line in (rule for plot in plots for rule in rules([plot], axes, native.done)):
        canvas.path("Grid", ends, line)
    _shapes(canvas, reading.shapes, "between")
    _shapes(canvas, native.under, "above")


def over(canvas: Canvas, reading: Reading, native: Native) -> None:
    """What stands above the charts and belongs to them: axis lines, texts, colours, legend."""
    plots = {name: plot for plot in reading.plots for name in (plot.x, plot.y) if plot.kind == "xy"}
    for axis in reading.axes:
        plot = plots.get(axis.id)
        if plot is not None and axis.visible:
            _axis_line(canvas, axis, plot, native)
        if ("labels", axis.id) not in native.done and axis.tick_font:
            align = {"left": "right", "right": "left"}.get(axis.side, "center")
            for tick in axis.ticks:
                if tick.box and tick.text:
                    lines = [[Run(line, axis.tick_font)] for line in tick.text.split("\n")]
                    canvas.text("", Text(lines, tick.box, align, axis.tick_angle))
            for text in axis.outer:
                canvas.text("", text)
        if ("title", axis.id) not in native.done:
            canvas.text("Axis title", axis.title)
    _shapes(canvas, native.over, "above")
    for text in native.texts:
        canvas.text("Label", text)
    canvas.text("Colours", key(reading))
    _shapes(canvas, reading.colorbars, "above")
    for legend in reading.legends:
        if ("legend", "") not in native.done:
            _legend(canvas, legend, reading)
        canvas.text("Legend title", legend.title)


def notes(canvas: Canvas, reading: Reading, left_out: set[str]) -> None:
    """What the figure lays over its plots: shapes and annotations."""
    _shapes(canvas, reading.shapes, "above")
    for note in reading.annotations:
        if note.name in left_out:
            continue
        if len(note.arrow) > 1 and note.arrow_line:
            end = tag("a:tailEnd", type="triangle", w="med", len="med") if note.arrow_head else ""
            canvas.path("Arrow", note.arrow, note.arrow_line, end=end)
        if note.text is None or not note.text.angle:
            canvas.shape(note.name, note.box, fill=note.background, line=note.border)
        canvas.text(note.name, note.text)


def _axis_line(canvas: Canvas, axis: Axis, plot: Plot, native: Native) -> None:
    def draw(name: str, ends: list[Point], line: Line) -> None:
        flat = axis.id.startswith("x")
        canvas.path(name, ends if flat else [(b, a) for a, b in ends], line)

    if axis.line and ("line", axis.id) not in native.done:
        size = plot.box[3] if axis.id.startswith("x") else plot.box[2]
        far = size if axis.side in ("left", "top") else -size
        for at in (axis.at, axis.at + far) if axis.mirror else (axis.at,):
            draw("Axis", [(axis.start, at), (axis.start + axis.length, at)], axis.line)
    if axis.tick_marks and axis.tick_line and ("ticks", axis.id) not in native.done:
        out = axis.tick_length * (1 if axis.side in ("bottom", "right") else -1)
        out = out if axis.tick_marks == "outside" else -out
        for tick in axis.ticks:
            draw("Tick", [(tick.at, axis.at), (tick.at, axis.at + out)], axis.tick_line)


def _shapes(canvas: Canvas, shapes: list[Shape], layer: str) -> None:
    for shape in shapes:
        if shape.layer != layer:
            continue
        name = shape.name or shape.kind.capitalize()
        if shape.points:
            canvas.path(name, shape.points, shape.line, shape.fill, closed=shape.closed)
        else:
            form = "ellipse" if shape.kind == "circle" else "rect"
            canvas.shape(name, shape.box, form, shape.fill, shape.line)
        canvas.text(name, shape.text)


def _legend(canvas: Canvas, legend: Legend, reading: Reading) -> None:
    canvas.shape("Legend", legend.box, fill=legend.background, line=legend.border)
    traces = {trace.index: trace for trace in reading.traces}
    for item in legend.items:
        trace = None if item.trace is None else traces.get(item.trace)
        if trace is not None and trace.kind in ("scatter", "polar"):
            _key(canvas, item.symbol, item.color, trace)
        elif item.trace is not None:
            outline = nth(trace.outlines, item.point or 0) if trace else None
            canvas.shape("Key", item.symbol, fill=item.color, line=outline)
        canvas.text("Legend", item.text)


_FORMS = {"square": "rect", "diamond": "diamond", "triangle-up": "triangle", "cross": "mathPlus"}
_FORMS |= {"x": "mathMultiply", "star": "star5", "line-ew": "mathMinus"}


def _key(canvas: Canvas, box: Box, color: Color | None, trace: Trace) -> None:
    """The sign of a line or of dots in a legend."""
    left, top, width, height = box
    middle = top + height / 2
    if trace.fill:
        canvas.shape("Key", (left, middle, width, max(2, height / 2)), fill=trace.fill_color)
    if trace.lines:
        canvas.path("Key", [(left, middle), (left + width, middle)], trace.line)
    if trace.markers:
        size = min(16.0, max(trace.sizes, default=8))
        symbol, outline = nth(trace.symbols, 0) or "circle", nth(trace.outlines, 0)
        fill = color or nth(trace.colors, 0)
        name = symbol.removesuffix("-open")
        if name != symbol:
            outline, fill = outline or (Line(fill, 1) if fill else None), None
        box = (left + width / 2 - size / 2, middle - size / 2, size, size)
        canvas.shape("Key", box, _FORMS.get(name, "ellipse"), fill, outline)

"""A slide held against the reading it was made from: what its XML draws, not how it came about.

Bars, lines, dots, slices, ticks, legend and texts are computed anew from the charts' own XML,
plot area, axes, gaps and stacks, as PowerPoint would, and must be those of the reading.
"""

import math
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from hanbin_data.slides import overlay
from hanbin_data.slides.native import translate
from hanbin_data.slides.reading import Axis, Reading, Trace
from hanbin_data.slides.template import open_master


def compare(reading: Reading, slide: Any) -> list[str]:
    """What a slide shows otherwise than the reading; an empty list if nothing."""
    place = _places(reading)
    frames = [f for f in slide._element.iter(qn("p:graphicFrame")) if find(f, ".//chart")]
    charts = [_Chart(f, slide.part.related_part(find(f, ".//chart")[0].get(qn("r:id"))), place)
              for f in frames]  # fmt: skip
    said = _bars(reading, charts) + _lines(reading, charts) + _slices(reading, charts)
    said += _legend(reading, charts) + [said for chart in charts for said in _rules(reading, chart)]
    wanted, shown = _wanted_texts(reading), _shown_texts(slide, charts)
    said += [f"text missing: {text!r} ({n})" for text, n in (wanted - shown).items()]
    return said + [f"text too many: {text!r} ({n})" for text, n in (shown - wanted).items()]


def find(element: Any, path: str) -> list[Any]:
    """The elements at a path, of whatever namespace."""
    return list(element.iterfind(re.sub(r"(?<![.\w])(?=\w)", "{*}", path)))


def val(element: Any, path: str, otherwise: str = "") -> str:
    """The value of the first element at a path."""
    return str(next((e.get("val") for e in find(element, path)), otherwise))


def _places(reading: Reading) -> tuple[float, float, float]:
    """EMU a pixel, and where the chart's corner is on a slide of our own."""
    box = open_master(None).places["chart"]["chart"].box
    part = overlay.extent(reading, translate(reading), {"source"})
    scale, left = overlay.fitted(part, box)
    return scale, left - part[0] * scale, box.top - part[1] * scale


class _Chart:
    """What one chart draws, in pixels of the reading."""

    def __init__(self, frame: Any, part: Any, place: tuple[float, float, float]) -> None:
        self.xml = parse_xml(part.blob)
        own = [r.target_part.blob for r in part.rels.values() if r.reltype.endswith("UserShapes")]
        self.drawing = parse_xml(own[0] if own else b"<none/>")
        scale, *corner = place
        off, ext = find(frame, "xfrm/off")[0], find(frame, "xfrm/ext")[0]
        x, y = ((int(off.get(key)) - c) / scale for key, c in zip("xy", corner, strict=True))
        w, h = (int(ext.get(key)) / scale for key in ("cx", "cy"))
        at = [float(val(self.xml, f"chart/plotArea/layout/manualLayout/{k}")) for k in "xywh"]
        self.area = (x + at[0] * w, y + at[1] * h, at[2] * w, at[3] * h)
        plots = find(self.xml, "chart/plotArea/*")
        self.axes = {val(a, "axId"): a for a in plots if a.tag.endswith("Ax")}
        named = ((p.tag.rpartition("}")[2], p) for p in plots)
        self.plots = [(name.removesuffix("Chart"), p) for name, p in named if "Chart" in name]

    def series(self, *kinds: str) -> list[tuple[Any, Any]]:
        """The series of charts of these kinds, each with its plot."""
        return [(s, plot) for kind, plot in self.plots if kind in kinds for s in find(plot, "ser")]

    def sides(self, plot: Any) -> list[Any]:
        """The axes of a plot."""
        return [self.axes[i.get("val")] for i in find(plot, "axId")]

    def along(self, axis: Any, share: float, flat: bool) -> float:
        """A share of an axis, from its low end, in pixels."""
        share = 1 - share if val(axis, "scaling/orientation") == "maxMin" else share
        left, top, width, height = self.area
        return left + share * width if flat else top + (1 - share) * height

    def value(self, axis: Any, value: float, flat: bool, *, cut: bool = False) -> float:
        """Where a value stands; ``cut``: at the axis' end if it lies beyond."""
        low, high = (float(val(axis, f"scaling/{k}")) for k in ("min", "max"))
        value = min(max(value, low), high) if cut else value
        return self.along(axis, _share(low, high, value, bool(find(axis, "scaling/logBase"))), flat)


def _share(low: float, high: float, value: float, log: bool) -> float:
    if log:
        low, high, value = (math.log10(max(v, 1e-300)) for v in (low, high, value))
    return (value - low) / ((high - low) or 1)


def _pixel(axis: Axis, value: float, *, cut: bool = False) -> float:
    """Where a value of the reading stands."""
    low, high = sorted(axis.range)
    value = min(max(value, low), high) if cut else value
    share = _share(*axis.range, value, axis.type == "log")
    return axis.start + axis.length * (share if axis.id.startswith("x") else 1 - share)


def _axes(reading: Reading, trace: Trace) -> tuple[Axis, Axis]:
    plot = next(plot for plot in reading.plots if plot.id == trace.plot)
    return reading.axis(plot.x), reading.axis(plot.y)


def _cache(holders: list[Any]) -> list[Any]:
    if not holders:
        return []
    holder = holders[0]
    cells: list[Any] = [None] * int(val(holder, ".//ptCount"))
    number = bool(find(holder, ".//numCache"))
    for point in find((find(holder, ".//lvl") or [holder])[0], ".//pt"):
        text = find(point, "v")[0].text or ""
        cells[int(point.get("idx"))] = float(text) if number else text
    return cells


def _numbers(series: Any) -> list[Any]:
    return _cache(find(series, "yVal") or find(series, "val"))


def _point(series: Any, point: int) -> Any:
    """What is said of a point's look: its own, or else the series'."""
    return next((d for d in find(series, "dPt") if val(d, "idx") == str(point)), series)


def _color(holders: list[Any]) -> tuple[str, float] | None:
    if not holders or find(holders[0], "noFill"):
        return None
    for color in find(holders[0], ".//srgbClr"):
        return "#" + color.get("val").lower(), int(val(color, "alpha", "100000")) / 100_000
    return None


def _name(series: Any) -> str:
    return next((v.text or "" for v in find(series, "tx//v")), "")


def _nth(entries: list[Any], i: int) -> Any:
    return entries[i if len(entries) > 1 else 0] if entries else None


def _same(a: tuple[str, float] | None, b: tuple[str, float] | None) -> bool:
    one, other = (color if color and color[1] > 0 else ("", 0) for color in (a, b))
    return one[0] == other[0] and abs(one[1] - other[1]) < 0.01


def _near(a: list[float], b: list[float], reach: float = 1.5) -> bool:
    return all(abs(x - y) < reach for x, y in zip(a, b, strict=True))


# Bars


def _shown_bars(chart: _Chart) -> list[Any]:
    """Name, colour and rectangle of each bar."""
    found = []
    for plot in (plot for kind, plot in chart.plots if kind == "bar"):
        flat, stacked = val(plot, "barDir") == "bar", val(plot, "grouping") == "stacked"
        gap, lap = (int(val(plot, key)) / 100 for key in ("gapWidth", "overlap"))
        cat, up = chart.sides(plot)
        rows = find(plot, "ser")
        count = 1 if stacked else len(rows)
        ends: dict[tuple[int, bool], float] = {}
        wide = 1 / (count - (count - 1) * lap + gap)
        for lane, series in enumerate(rows):
            values = _numbers(series)
            begin = gap * wide / 2 + (0 if stacked else lane * wide * (1 - lap))
            for slot, size in enumerate(values):
                if size is None:
                    continue
                base = ends.get((slot, size < 0), 0.0) if stacked else 0.0
                ends[slot, size < 0] = base + size
                sides = [chart.along(cat, (slot + s) / len(values), not flat)
                         for s in (begin, begin + wide)]  # fmt: skip
                marks = [chart.value(up, v, flat, cut=True) for v in (base, base + size)]
                color = _color(find(_point(series, slot), "spPr"))
                if color is not None or _color(find(series, "spPr/ln")):
                    found.append((_name(series), color, sorted(sides), sorted(marks), flat))
    return found


def _wanted_bars(reading: Reading) -> list[Any]:
    found = []
    for trace in (t for t in reading.traces if t.kind in ("bar", "waterfall", "funnel")):
        cat, up = _axes(reading, trace)[:: -1 if trace.horizontal else 1]
        rows = (trace.x, trace.y)[:: -1 if trace.horizontal else 1]
        for i, (place, end) in enumerate(zip(*rows, strict=True)):
            if end is None or place is None:
                continue
            offset = _nth(trace.offset, i)
            sides = sorted(_pixel(cat, v) for v in (offset, offset + _nth(trace.width, i)))
            if cat.start - 0.5 <= sum(sides) / 2 <= cat.start + cat.length + 0.5:
                marks = sorted(_pixel(up, v, cut=True) for v in (_nth(trace.base, i) or 0.0, end))
                found.append((trace.name, _nth(trace.colors, i), sides, marks, trace.horizontal))
    return found


def _bars(reading: Reading, charts: list[_Chart]) -> list[str]:
    said = []
    shown = [bar for chart in charts for bar in _shown_bars(chart)]

    def told(bar: Any) -> str:
        return f"{bar[0]} {bar[1]} {[*map(round, bar[2])]} {[*map(round, bar[3])]}"

    for wanted in _wanted_bars(reading):
        name, color, sides, marks, flat = wanted
        reach = 1.5 + 0.07 * (sides[1] - sides[0])
        hits = [bar for bar in shown
                if bar[0] == name and bar[4] == flat and _same(bar[1], color)
                and _near(bar[2], sides, reach) and _near(bar[3], marks)]  # fmt: skip
        if hits:
            shown.remove(hits[0])
        elif color is not None and color[1] > 0 and marks[1] - marks[0] > 0.01:
            said.append(f"bar missing: {told(wanted)}")
    return said + [f"bar too many: {told(b)}" for b in shown if b[0] and b[3][1] - b[3][0] > 0.5]


# Lines, dots, slices


def _shown_lines(chart: _Chart) -> list[Any]:
    """Name, points, colour, number of pieces and dots of each line."""
    found = []
    between = val(chart.xml, ".//crossBetween") == "between"
    for series, plot in chart.series("line", "scatter"):
        (first, up), ys = chart.sides(plot), _numbers(series)
        cats, count = _cache(find(series, "xVal") or find(series, "cat")), len(ys)
        if find(series, "xVal"):
            across = [None if v is None else chart.value(first, v, True) for v in cats]
        else:
            shares = [(i + 0.5) / count if between else i / (count - 1) for i in range(count)]
            if first.tag.endswith("dateAx"):
                shares = [(c - cats[0]) / (cats[-1] - cats[0]) for c in cats]
            across = [chart.along(first, share, True) for share in shares]
        points = [None if a is None or b is None else (a, chart.value(up, b, False))
                  for a, b in zip(across, ys, strict=True)]  # fmt: skip
        pieces = sum(a is None and b is not None for a, b in pairwise([None, *points]))
        marks = [_dot(series, i) for i, point in enumerate(points) if point]
        color = _color(find(series, "spPr/ln"))
        found.append((_name(series), [p for p in points if p], color, pieces, marks))
    return found


def _dot(series: Any, point: int) -> tuple[str, float] | None:
    marker = find(_point(series, point), "marker")
    if not marker or val(marker[0], "symbol") == "none":
        return None
    return _color(find(marker[0], "spPr"))


def _lines(reading: Reading, charts: list[_Chart]) -> list[str]:
    said = []
    lines = [line for chart in charts for line in _shown_lines(chart)]
    for trace in (trace for trace in reading.traces if trace.kind == "scatter"):
        x, y = _axes(reading, trace)
        places = [None if a is None or b is None else (_pixel(x, a), _pixel(y, b))
                  for a, b in zip(trace.x, trace.y, strict=True)]  # fmt: skip
        points = [place for place in places if place]
        wanted, name = trace.line if trace.lines else None, trace.name
        if not points or not ((wanted and wanted.color[1]) or trace.markers):
            continue
        hit = next((line for line in lines if line[0] == name and _passes(line, points)), None)
        if hit is None:
            said.append(f"line missing: {name} {[(round(a), round(b)) for a, b in points[:4]]}")
            continue
        lines.remove(hit)
        if wanted and wanted.width and not _same(hit[2], wanted.color):
            said.append(f"line of {name} is {hit[2]}, not {wanted.color}")
        if wanted is None and hit[2] is not None:
            said.append(f"dots of {name} are joined")
        if wanted and wanted.width and trace.shape == "linear" and not trace.connect_gaps:
            pieces = sum(b is not None and a is None for a, b in pairwise([None, *places]))
            if pieces != hit[3]:
                said.append(f"{name} has {hit[3]} pieces, not {pieces}")
        if trace.markers and trace.shape in ("linear", "spline"):
            for i, mark in zip([i for i, v in enumerate(places) if v], hit[4], strict=False):
                filled = mark and "-open" not in str(_nth(trace.symbols, i))
                if filled and not _same(mark, _nth(trace.colors, i)):
                    said.append(f"dot {i} of {name} is {mark}, not {_nth(trace.colors, i)}")
    return said


def _passes(line: Any, points: list[tuple[float, float]]) -> bool:
    rest = iter(line[1])
    return all(any(math.dist(mine, point) <= 1.5 for mine in rest) for point in points)


def _pies(chart: _Chart) -> list[list[tuple[str, Any, Any]]]:
    return [
        [(name, value, _color(find(_point(series, i), "spPr"))) for i, (name, value) in enumerate(
            zip(_cache(find(series, "cat")), _numbers(series), strict=True))]
        for series, _ in chart.series("pie", "doughnut")
    ]  # fmt: skip


def _slices(reading: Reading, charts: list[_Chart]) -> list[str]:
    said = []
    shown = [pie for chart in charts for pie in _pies(chart)]
    for trace in (trace for trace in reading.traces if trace.ring):
        numbers = zip(trace.ring.names, trace.value, strict=True)  # type: ignore[union-attr]
        wanted = [(n, v or 0, _nth(trace.colors, i)) for i, (n, v) in enumerate(numbers)]
        alike = ([a[0] == b[0] and abs(a[1] - b[1]) < 1e-9 and _same(a[2], b[2])
                  for a, b in zip(pie, wanted, strict=True)]
                 for pie in shown if len(pie) == len(wanted))  # fmt: skip
        if not any(map(all, alike)):
            said.append(f"pie missing: {wanted[:3]}")
    return said


# Legend and ticks


def _entries(chart: _Chart) -> list[tuple[str, Any]]:
    """Names and colours of a legend in the order in which PowerPoint lists them."""
    legend = next(iter(find(chart.xml, "chart/legend")), None)
    if legend is None:
        return []
    kinds = [kind for kind, _ in chart.plots]
    assert len(kinds) == 1 or kinds == sorted(kinds, key=["area", "bar", "line", "scatter"].index)
    found = [(name, color) for pie in _pies(chart) for name, _, color in pie]
    for series in [] if found else find(chart.xml, ".//ser"):
        looks = ("marker/spPr", "marker/spPr/ln", "spPr", "spPr/ln")
        colors = (_color(find(series, path)) for path in looks)
        found.append((_name(series), next(filter(None, colors), None)))
    gone = {int(val(entry, "idx")) for entry in find(legend, "legendEntry")}
    found = [entry for at, entry in enumerate(found) if at not in gone]
    if val(legend, "legendPos") == "r" and kinds[0] == "bar":
        plot = chart.plots[0][1]
        stacked, lying = val(plot, "grouping") == "stacked", val(plot, "barDir") == "bar"
        straight = val(chart.sides(plot)[0], "scaling/orientation") == "minMax"
        if stacked != lying and (stacked or straight):
            found.reverse()
    return found


def _legend(reading: Reading, charts: list[_Chart]) -> list[str]:
    shown = [entry for chart in charts for entry in _entries(chart)]
    wanted = [(item.text.plain, item.color) for k in reading.legends for item in k.items]
    tiled = {trace.name for trace in reading.traces if any(trace.patterns)}
    pairs = zip(shown, wanted, strict=False)
    alike = (a[0] == b[0] and (a[0] in tiled or _same(a[1], b[1])) for a, b in pairs)
    right = not shown or (len(shown) == len(wanted) and all(alike))
    return [] if right else [f"legend {shown}, not {wanted}"]


def _values(axis: Any) -> list[float]:
    """Where an axis with a step of its own has ticks: PowerPoint counts from its end."""
    step = float(val(axis, "majorUnit", "0"))
    if not step:
        return []
    low, high = (float(val(axis, f"scaling/{k}")) for k in ("min", "max"))
    if find(axis, "scaling/logBase"):
        assert step == 10
        return [low * 10**n for n in range(math.floor(math.log10(high / low) + 1e-6) + 1)]
    return [low + n * step for n in range(math.floor((high - low) / step + 1e-6) + 1)]


def _rules(reading: Reading, chart: _Chart) -> list[str]:
    """Native ticks that stand elsewhere, or grid lines of another look."""
    said = []
    for axis in (axis for axis in chart.axes.values() if axis.tag.endswith("valAx")):
        grid = find(axis, "majorGridlines/spPr/ln")
        letter = "x" if val(axis, "axPos") in "bt" else "y"
        places = sorted(chart.value(axis, value, letter == "x") for value in _values(axis))
        if (grid or val(axis, "tickLblPos") != "none") and not any(
            a.id.startswith(letter)
            and len(a.ticks) == len(places)
            and _near(sorted(tick.at for tick in a.ticks), places, 1)
            and (not grid or (a.grid and _same(a.grid.color, _color(grid))))
            for a in reading.axes
        ):
            said.append(f"ticks stand elsewhere: {letter} {[*map(round, places)]}")
    return said


# Texts


def _wanted_texts(reading: Reading) -> Counter[str]:
    texts = [t.text for a in reading.axes for t in a.ticks if t.box and t.text and a.tick_font]
    groups = ([*a.groups, ""] for a in reading.axes)
    texts += [group for row in groups for group, other in pairwise(row) if group != other]
    rich = [axis.title for axis in reading.axes]
    rich += [note.text for note in reading.annotations if note.name != "source"]
    rich += [label.text for trace in reading.traces for label in trace.labels]
    rich += [item.text for legend in reading.legends for item in legend.items]
    rich += [legend.title for legend in reading.legends]
    rich += [shape.text for shape in (*reading.shapes, *reading.colorbars)]
    rich += [trace.ring.title for trace in reading.traces if trace.ring]
    texts += [text.plain for text in rich if text]
    return Counter(filter(None, map(_flat, texts)))


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("−", "-")


def _lines_of(element: Any) -> str:
    lines = ("".join(t.text or "" for t in find(p, ".//t")) for p in find(element, ".//p"))
    return _flat(" ".join(lines))


def _shown_texts(slide: Any, charts: list[_Chart]) -> Counter[str]:
    shapes = [*slide._element.iter(qn("p:sp"))]
    shapes += [shape for chart in charts for shape in chart.drawing.iter("{*}sp")]
    own = ("Colours", "Title", "Subtitle", "Source")
    shapes = [shape for shape in shapes if not find(shape, ".//ph")]
    texts = [_lines_of(s) for s in shapes if find(s, ".//cNvPr")[0].get("name") not in own]
    for chart in charts:
        texts += map(_lines_of, find(chart.xml, ".//title"))
        texts += [_flat(name) for name, _ in _entries(chart)]
        for axis in chart.axes.values():
            if val(axis, "delete") != "1" and val(axis, "tickLblPos") != "none":
                texts += map(_flat, _ticks(chart, axis))
        for series in find(chart.xml, ".//ser"):
            texts += _labels(series)
    return Counter(filter(None, texts))


def _ticks(chart: _Chart, axis: Any) -> list[str]:
    if axis.tag.endswith("valAx"):
        code = find(axis, "numFmt")[0].get("formatCode")
        return [written(value, code) for value in _values(axis)]
    cat = find(chart.xml, ".//cat")
    groups = [v.text for level in find(cat[0], ".//lvl")[1:] for v in find(level, ".//v")]
    return [*filter(None, _cache(cat)), *groups]


def _labels(series: Any) -> list[str]:
    found = []
    for holder in find(series, "dLbls"):
        own = {val(label, "idx"): label for label in find(holder, "dLbl")}
        code = find(holder, "numFmt")[0].get("formatCode")
        for i, value in enumerate(_numbers(series)):
            label = own.get(str(i))
            if label is not None and find(label, "tx"):
                found.append(_lines_of(label))
            elif value is not None and (label is None or not find(label, "delete")):
                found.append(_flat(written(value, code)))
    return found


def written(value: float, code: str) -> str:
    """A number as PowerPoint writes it in a format, halves away from zero."""
    sections = re.findall(r'(?:"[^"]*"|[^;"])+', code)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    pieces = re.findall(r'"[^"]*"|General|[#,0.]+|%', section)
    bare = "".join(p for p in pieces if not p.startswith('"'))
    core = next((p for p in pieces if p[0] in "#0G"), "General")
    amount = Decimal(f"{value:.15g}") * (100 if "%" in bare else 1)
    amount /= Decimal(1000) ** (len(core) - len(core.rstrip(",")))
    if core == "General":
        text = f"{float(amount):.10g}"
    else:
        places = len(core.rstrip(",").partition(".")[2])
        rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        text = f"{rounded:{',' if '#,' in core else ''}}"
    return "".join(text if p == core else p.strip('"') for p in pieces)

"""A slide held against the reading it was made from: what its XML draws, not how it came about.

Bars, lines, dots, slices and texts are computed anew from the charts' own XML, plot area, axes,
gaps and stacks, as PowerPoint would, and must be those of the reading.
"""

import math
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from pptx.oxml.ns import qn

from hanbin_data.slides import overlay
from hanbin_data.slides.native import translate
from hanbin_data.slides.reading import Axis, Reading, Trace
from hanbin_data.slides.template import open_master


def compare(reading: Reading, slide: Any) -> list[str]:
    """What a slide shows otherwise than the reading; an empty list if nothing."""
    place = _places(reading)
    charts = [_Chart(frame, place) for frame in _frames(slide)]
    said = _marks(reading, charts) + _slices(reading, charts) + _keys(reading, charts)
    said += [said for chart in charts for said in _rules(reading, chart)]
    wanted, shown = _wanted_texts(reading), _shown_texts(slide, charts)
    said += [f"text missing: {text!r} ({n})" for text, n in (wanted - shown).items()]
    extra = shown - wanted
    return said + [f"text too many: {text!r} ({n})" for text, n in extra.items()]


def _frames(slide: Any) -> list[Any]:
    tag = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
    return [
        (f, slide.part.related_part(f.find(f".//{tag}").get(qn("r:id"))))
        for f in slide._element.iter(qn("p:graphicFrame"))
        if f.find(f".//{tag}") is not None
    ]


def _places(reading: Reading) -> tuple[float, float, float]:
    """EMU a pixel, and where the chart's corner is on a slide of our own."""
    box = open_master(None).places["chart"]["chart"].box
    part = overlay.extent(reading, translate(reading), {"source"})
    scale, left = overlay.fitted(part, box)
    return scale, left - part[0] * scale, box.top - part[1] * scale


class _Chart:
    """What one chart draws, in pixels of the reading."""

    def __init__(self, frame: Any, place: tuple[float, float, float]) -> None:
        from pptx.oxml import parse_xml

        element, part = frame
        self.xml = parse_xml(part.blob)
        own = [r.target_part.blob for r in part.rels.values() if r.reltype.endswith("UserShapes")]
        self.drawing = parse_xml(own[0] if own else b"<none/>")
        scale, left, top = place
        off, ext = element.find(f".//{qn('a:off')}"), element.find(f".//{qn('a:ext')}")
        x, y = (int(off.get("x")) - left) / scale, (int(off.get("y")) - top) / scale
        w, h = int(ext.get("cx")) / scale, int(ext.get("cy")) / scale
        layout = {k: float(self.xml.find(f".//{qn(f'c:{k}')}").get("val")) for k in "xywh"}
        self.area = (x + layout["x"] * w, y + layout["y"] * h, layout["w"] * w, layout["h"] * h)
        self.axes = {
            a.find(qn("c:axId")).get("val"): a
            for a in self.xml.iter(qn("c:catAx"), qn("c:valAx"), qn("c:dateAx"))
        }
        self.plots = [p for p in self.xml.find(f".//{qn('c:plotArea')}") if p.tag.endswith("Chart")]

    def along(self, axis: Any, share: float, flat: bool) -> float:
        """A share of an axis, from its low end, in pixels."""
        turned = axis.find(f"{qn('c:scaling')}/{qn('c:orientation')}").get("val") == "maxMin"
        share = 1 - share if turned else share
        left, top, width, height = self.area
        return left + share * width if flat else top + (1 - share) * height

    def value(self, axis: Any, value: float, flat: bool) -> float:
        scaling = axis.find(qn("c:scaling"))
        low, high = (float(scaling.find(qn(f"c:{k}")).get("val")) for k in ("min", "max"))
        if scaling.find(qn("c:logBase")) is not None:
            low, high, value = (math.log10(max(v, 1e-300)) for v in (low, high, value))
        return self.along(axis, (value - low) / (high - low), flat)


def _cache(holder: Any) -> list[Any]:
    if holder is None:
        return []
    count = int(holder.find(f".//{qn('c:ptCount')}").get("val"))
    cells: list[Any] = [None] * count
    number = holder.find(f".//{qn('c:numCache')}") is not None
    first = holder.find(f".//{qn('c:lvl')}")
    for point in (holder if first is None else first).iter(qn("c:pt")):
        text = point.find(qn("c:v")).text or ""
        cells[int(point.get("idx"))] = float(text) if number else text
    return cells


def _fill(series: Any, point: int) -> tuple[str, float] | None:
    own = [d for d in series.findall(qn("c:dPt")) if d.find(qn("c:idx")).get("val") == str(point)]
    return _color((own[0] if own else series).find(qn("c:spPr")))


def _color(holder: Any) -> tuple[str, float] | None:
    if holder is None or holder.find(qn("a:noFill")) is not None:
        return None
    color = next(iter(holder.iter(qn("a:srgbClr"))), None)
    if color is None:
        return None
    alpha = color.find(qn("a:alpha"))
    return color.get("val"), 1.0 if alpha is None else int(alpha.get("val")) / 100_000


def _name(series: Any) -> str:
    return series.findtext(f"{qn('c:tx')}//{qn('c:v')}") or ""


def _bars(chart: _Chart) -> list[Any]:
    """Name, colour and rectangle of each bar."""
    found = []
    for plot in chart.plots:
        if not plot.tag.endswith("barChart"):
            continue
        flat = plot.find(qn("c:barDir")).get("val") == "bar"
        stacked = plot.find(qn("c:grouping")).get("val") == "stacked"
        gap = int(plot.find(qn("c:gapWidth")).get("val")) / 100
        lap = int(plot.find(qn("c:overlap")).get("val")) / 100
        cat, val = (chart.axes[i.get("val")] for i in plot.findall(qn("c:axId")))
        rows = plot.findall(qn("c:ser"))
        count = 1 if stacked else len(rows)
        ends: dict[tuple[int, bool], float] = {}
        for lane, series in enumerate(rows):
            values = _cache(series.find(qn("c:val")))
            wide = 1 / (count - (count - 1) * lap + gap)
            begin = gap * wide / 2 + (0 if stacked else lane * wide * (1 - lap))
            for slot, size in enumerate(values):
                if size is None:
                    continue
                base = ends.get((slot, size < 0), 0.0) if stacked else 0.0
                ends[slot, size < 0] = base + size
                sides = [
                    chart.along(cat, (slot + s) / len(values), not flat)
                    for s in (begin, begin + wide)
                ]
                low = float(val.find(f"{qn('c:scaling')}/{qn('c:min')}").get("val"))
                high = float(val.find(f"{qn('c:scaling')}/{qn('c:max')}").get("val"))
                marks = [
                    chart.value(val, min(max(v, low), high), flat) for v in (base, base + size)
                ]
                color = _fill(series, slot)
                if color is not None or _color(series.find(f"{qn('c:spPr')}/{qn('a:ln')}")):
                    found.append((_name(series), color, sorted(sides), sorted(marks), flat))
    return found


def _wanted_bars(reading: Reading) -> list[Any]:
    found = []
    axes = {a.id: a for a in reading.axes}
    plots = {p.id: p for p in reading.plots}
    for trace in reading.traces:
        if trace.kind not in ("bar", "waterfall", "funnel"):
            continue
        x, y = axes[plots[trace.plot].x], axes[plots[trace.plot].y]
        cat, val = (y, x) if trace.horizontal else (x, y)
        for i, end in enumerate(trace.x if trace.horizontal else trace.y):
            place = (trace.y if trace.horizontal else trace.x)[i]
            if end is None or place is None:
                continue
            offset, width = _nth(trace.offset, i), _nth(trace.width, i)
            sides = sorted(_pixel(cat, v) for v in (offset, offset + width))
            centre = sum(sides) / 2
            if not cat.start - 0.5 <= centre <= cat.start + cat.length + 0.5:
                continue
            base = _nth(trace.base, i) or 0.0
            low, high = min(val.range), max(val.range)
            marks = sorted(_pixel(val, min(max(v, low), high)) for v in (base, end))
            color = _nth(trace.colors, i)
            found.append((trace.name, color, sides, marks, trace.horizontal))
    return found


def _nth(entries: list[Any], i: int) -> Any:
    return entries[i if len(entries) > 1 else 0] if entries else None


def _pixel(axis: Axis, value: float) -> float:
    low, high = axis.range
    if axis.type == "log":
        low, high, value = (math.log10(max(v, 1e-300)) for v in (low, high, value))
    share = (value - low) / ((high - low) or 1)
    return axis.start + axis.length * (share if axis.id.startswith("x") else 1 - share)


def _same(a: tuple[str, float] | None, b: tuple[str, float] | None) -> bool:
    a = None if a is None or a[1] <= 0 else (a[0].lstrip("#").upper(), a[1])
    b = None if b is None or b[1] <= 0 else (b[0].lstrip("#").upper(), b[1])
    return a is b or (a is not None and b is not None and a[0] == b[0] and abs(a[1] - b[1]) < 0.01)


def _marks(reading: Reading, charts: list[_Chart]) -> list[str]:
    said = []
    shown = [bar for chart in charts for bar in _bars(chart)]
    for name, color, sides, marks, flat in _wanted_bars(reading):
        reach = 1.5 + 0.07 * (sides[1] - sides[0])
        hit = next(
            (
                bar
                for bar in shown
                if bar[0] == name
                and bar[4] == flat
                and _same(bar[1], color)
                and all(abs(a - b) < reach for a, b in zip(bar[2], sides, strict=True))
                and all(abs(a - b) < 1.5 for a, b in zip(bar[3], marks, strict=True))
            ),
            None,
        )
        if hit is not None:
            shown.remove(hit)
        elif color is not None and color[1] > 0 and marks[1] - marks[0] > 0.01:
            said.append(
                f"bar missing: {name} {color} {[*map(round, sides)]} {[*map(round, marks)]}"
            )
    said += [
        f"bar too many: {n} {c} {[*map(round, s)]} {[*map(round, m)]}"
        for n, c, s, m, _ in shown
        if n and m[1] - m[0] > 0.5
    ]
    lines = [line for chart in charts for line in _lines(chart)]
    axes = {a.id: a for a in reading.axes}
    plots = {p.id: p for p in reading.plots}
    for trace in reading.traces:
        if trace.kind != "scatter":
            continue
        x, y = axes[plots[trace.plot].x], axes[plots[trace.plot].y]
        points = [
            (_pixel(x, a), _pixel(y, b))
            for a, b in zip(trace.x, trace.y, strict=True)
            if a is not None and b is not None
        ]
        wanted = trace.line if trace.lines else None
        if not points or not ((wanted and wanted.color[1]) or trace.markers):
            continue
        hit = next(
            (line for line in lines if line[0] == trace.name and _passes(line, points)), None
        )
        if hit is None:
            said.append(
                f"line missing: {trace.name} {[(round(a), round(b)) for a, b in points[:4]]}"
            )
            continue
        lines.remove(hit)
        if wanted and wanted.width and not _same(hit[2], wanted.color):
            said.append(f"line of {trace.name} is {hit[2]}, not {wanted.color}")
        if wanted is None and hit[2] is not None:
            said.append(f"dots of {trace.name} are joined")
        if wanted and trace.shape == "linear" and not trace.connect_gaps:
            gaps = sum((a is None) != (b is None) for a, b in pairwise([None, *_seen(trace), None]))
            if gaps // 2 != hit[3] and wanted.width:
                said.append(f"{trace.name} has {hit[3]} pieces, not {gaps // 2}")
        said += _dots(trace, hit)
    return said


def _seen(trace: Trace) -> list[Any]:
    return [None if a is None or b is None else 1 for a, b in zip(trace.x, trace.y, strict=True)]


def _dots(trace: Trace, line: Any) -> list[str]:
    said = []
    if not trace.markers:
        return said
    seen = [i for i, v in enumerate(_seen(trace)) if v]
    if trace.shape in ("linear", "spline"):
        for i, mark in zip(seen, [m for m in line[4] if m is not False], strict=False):
            color = _nth(trace.colors, i)
            if mark and "-open" not in str(_nth(trace.symbols, i)) and not _same(mark, color):
                said.append(f"dot {i} of {trace.name} is {mark}, not {color}")
    return said


def _passes(line: Any, points: list[tuple[float, float]]) -> bool:
    mine, at = line[1], 0
    for point in points:
        while at < len(mine) and math.dist(mine[at], point) > 1.5:
            at += 1
        if at == len(mine):
            return False
        at += 1
    return True


def _lines(chart: _Chart) -> list[Any]:
    """Name, points, colour, number of pieces and dots of each line."""
    found = []
    between = chart.xml.find(f".//{qn('c:crossBetween')}")
    for plot in chart.plots:
        kind = plot.tag.rpartition("}")[2]
        if kind not in ("lineChart", "scatterChart"):
            continue
        first, up = (chart.axes[i.get("val")] for i in plot.findall(qn("c:axId")))
        for series in plot.findall(qn("c:ser")):
            if kind == "scatterChart":
                xs = _cache(series.find(qn("c:xVal")))
                ys = _cache(series.find(qn("c:yVal")))
                across = [None if v is None else chart.value(first, v, True) for v in xs]
            else:
                ys = _cache(series.find(qn("c:val")))
                cats, count = _cache(series.find(qn("c:cat"))), len(ys)
                if first.tag == qn("c:dateAx"):
                    shares = [(c - cats[0]) / (cats[-1] - cats[0]) for c in cats]
                elif between.get("val") == "between":
                    shares = [(i + 0.5) / count for i in range(count)]
                else:
                    shares = [i / (count - 1) for i in range(count)]
                across = [chart.along(first, share, True) for share in shares]
            points = [
                (a, chart.value(up, b, False)) if a is not None and b is not None else None
                for a, b in zip(across, ys, strict=True)
            ]
            pieces = sum(a is None and b is not None for a, b in pairwise([None, *points]))
            color = _color(series.find(f"{qn('c:spPr')}/{qn('a:ln')}"))
            marks = [
                _dot(series, i) if point is not None else False for i, point in enumerate(points)
            ]
            found.append((_name(series), [p for p in points if p], color, pieces, marks))
    return found


def _dot(series: Any, point: int) -> tuple[str, float] | None:
    own = [d for d in series.findall(qn("c:dPt")) if d.find(qn("c:idx")).get("val") == str(point)]
    marker = (own[0] if own else series).find(qn("c:marker"))
    if marker is None or marker.find(qn("c:symbol")).get("val") == "none":
        return None
    return _color(marker.find(qn("c:spPr")))


def _slices(reading: Reading, charts: list[_Chart]) -> list[str]:
    said = []
    shown = [
        [
            (name, round(value, 9), _fill(series, i))
            for i, (name, value) in enumerate(
                zip(_cache(series.find(qn("c:cat"))), _cache(series.find(qn("c:val"))), strict=True)
            )
        ]
        for chart in charts
        for plot in chart.plots
        if plot.tag.endswith(("pieChart", "doughnutChart"))
        for series in plot.findall(qn("c:ser"))
    ]
    for trace in reading.traces:
        if trace.kind == "pie" and trace.ring:
            wanted = [
                (n, round(v or 0, 9), _nth(trace.colors, i))
                for i, (n, v) in enumerate(zip(trace.ring.names, trace.value, strict=True))
            ]
            if not any(
                len(row) == len(wanted)
                and all(
                    a[:2] == b[:2] and _same(a[2], b[2]) for a, b in zip(row, wanted, strict=True)
                )
                for row in shown
            ):
                said.append(f"pie missing: {wanted[:3]}")
    return said


# Legend and ticks


def _entries(chart: _Chart) -> list[tuple[str, Any]]:
    """Names and colours of a legend in the order in which PowerPoint lists them."""
    legend = chart.xml.find(f".//{qn('c:legend')}")
    if legend is None:
        return []
    kinds = [plot.tag.rpartition("}")[2] for plot in chart.plots]
    order = ["areaChart", "barChart", "lineChart", "scatterChart"]
    assert len(kinds) == 1 or kinds == sorted(kinds, key=order.index)
    rows = [series for plot in chart.plots for series in plot.findall(qn("c:ser"))]
    found = []
    for series in rows:
        marker, line = series.find(qn("c:marker")), series.find(f"{qn('c:spPr')}/{qn('a:ln')}")
        own = None if marker is None else marker.find(qn("c:spPr"))
        found.append((_name(series), _color(own) or _fill(series, -1) or _color(line)))
        if own is not None and found[-1][1] is None:
            found[-1] = (_name(series), _color(own.find(qn("a:ln"))))
    if kinds[0] in ("pieChart", "doughnutChart"):
        names = _cache(rows[0].find(qn("c:cat")))
        found = [(name, _fill(rows[0], at)) for at, name in enumerate(names)]
    gone = {int(e.find(qn("c:idx")).get("val")) for e in legend.findall(qn("c:legendEntry"))}
    found = [entry for at, entry in enumerate(found) if at not in gone]
    if legend.find(qn("c:legendPos")).get("val") == "r" and kinds[0] == "barChart":
        stacked = chart.plots[0].find(qn("c:grouping")).get("val") == "stacked"
        lying = chart.plots[0].find(qn("c:barDir")).get("val") == "bar"
        cat = chart.xml.find(f".//{qn('c:catAx')}/{qn('c:scaling')}/{qn('c:orientation')}")
        if stacked != lying and (stacked or cat.get("val") == "minMax"):
            found.reverse()
    return found


def _keys(reading: Reading, charts: list[_Chart]) -> list[str]:
    shown = [entry for chart in charts for entry in _entries(chart)]
    wanted = [(i.text.plain, i.color) for legend in reading.legends for i in legend.items]
    if not shown:
        return []
    pairs = zip(shown, wanted, strict=False)
    alike = all(a[0] == b[0] and _same(a[1], b[1]) for a, b in pairs)
    return [] if alike and len(shown) == len(wanted) else [f"legend {shown}, not {wanted}"]


def _values(axis: Any) -> list[float]:
    """Where an axis with a step of its own has ticks: PowerPoint counts from its end."""
    scaling, step = axis.find(qn("c:scaling")), axis.find(qn("c:majorUnit"))
    if step is None:
        return []
    low, high = (float(scaling.find(qn(f"c:{k}")).get("val")) for k in ("min", "max"))
    if scaling.find(qn("c:logBase")) is not None:
        assert float(step.get("val")) == 10
        count = math.floor(math.log10(high / low) + 1e-6)
        return [low * 10**n for n in range(count + 1)]
    step = float(step.get("val"))
    return [low + n * step for n in range(math.floor((high - low) / step + 1e-6) + 1)]


def _rules(reading: Reading, chart: _Chart) -> list[str]:
    """Native ticks that stand elsewhere, or grid lines of another look."""
    said = []
    for axis in chart.axes.values():
        values, grid = _values(axis), axis.find(qn("c:majorGridlines"))
        if grid is None and axis.find(qn("c:tickLblPos")).get("val") == "none":
            continue
        if axis.tag != qn("c:valAx"):
            continue
        flat = axis.find(qn("c:axPos")).get("val") in "bt"
        places = sorted(chart.value(axis, value, flat) for value in values)
        letter, color = "x" if flat else "y", None if grid is None else _color(grid[0][0])
        if not any(
            len(a.ticks) == len(places)
            and a.id.startswith(letter)
            and (grid is None or (a.grid and _same(a.grid.color, color)))
            and all(
                abs(t - at) < 1 for t, at in zip(sorted(t.at for t in a.ticks), places, strict=True)
            )
            for a in reading.axes
        ):
            said.append(f"ticks stand elsewhere: {letter} {[*map(round, places)]}")
    return said


# Texts


def _wanted_texts(reading: Reading) -> Counter[str]:
    texts = [t.text for a in reading.axes for t in a.ticks if t.box and t.text and a.tick_font]
    texts += [
        group for a in reading.axes for group, other in pairwise([*a.groups, ""]) if group != other
    ]
    rich = [a.title for a in reading.axes] + [
        a.text for a in reading.annotations if a.name != "source"
    ]
    rich += [label.text for trace in reading.traces for label in trace.labels]
    rich += [item.text for legend in reading.legends for item in legend.items]
    rich += [legend.title for legend in reading.legends] + [s.text for s in reading.shapes]
    rich += [trace.ring.title for trace in reading.traces if trace.ring]
    rich += [text for bar in reading.colorbars for text in (*bar.ticks, bar.title)]
    texts += [text.plain for text in rich if text]
    return Counter(filter(None, (_flat(text) for text in texts)))


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("−", "-")


_OTHERS = ("Colours", "Title", "Subtitle", "Source")


def _shown_texts(slide: Any, charts: list[_Chart]) -> Counter[str]:
    found: Counter[str] = Counter()
    own = [shape for chart in charts for shape in chart.drawing.iter("{*}sp")]
    for shape in [*slide._element.iter(qn("p:sp")), *own]:
        name = shape.find(".//{*}cNvPr").get("name")
        if shape.find(f".//{qn('p:ph')}") is None and name not in _OTHERS:
            lines = [
                "".join(t.text or "" for t in p.iter(qn("a:t"))) for p in shape.iter(qn("a:p"))
            ]
            found[_flat(" ".join(lines))] += 1
    for chart in charts:
        for title in chart.xml.iter(qn("c:title")):
            lines = [
                "".join(t.text or "" for t in p.iter(qn("a:t"))) for p in title.iter(qn("a:p"))
            ]
            found[_flat(" ".join(lines))] += 1
        found += Counter(_flat(name) for name, _ in _entries(chart))
        for axis in chart.axes.values():
            found += _ticks(chart, axis)
        for series in chart.xml.iter(qn("c:ser")):
            found += _labels(series)
    return Counter({text: n for text, n in found.items() if text})


def _ticks(chart: _Chart, axis: Any) -> Counter[str]:
    hidden = axis.find(qn("c:delete")).get("val") == "1"
    if hidden or axis.find(qn("c:tickLblPos")).get("val") == "none":
        return Counter()
    if axis.tag != qn("c:valAx"):
        cat = chart.xml.find(f".//{qn('c:cat')}")
        levels = list(cat.iter(qn("c:lvl")))[1:]
        groups = [v.text for level in levels for v in level.iter(qn("c:v"))]
        return Counter(_flat(text) for text in [*filter(None, _cache(cat)), *groups])
    code = axis.find(qn("c:numFmt")).get("formatCode")
    return Counter(_flat(written(value, code)) for value in _values(axis))


def _labels(series: Any) -> Counter[str]:
    holder = series.find(qn("c:dLbls"))
    if holder is None:
        return Counter()
    found: Counter[str] = Counter()
    own = {d.find(qn("c:idx")).get("val"): d for d in holder.findall(qn("c:dLbl"))}
    code = holder.find(qn("c:numFmt")).get("formatCode")
    kind = "c:yVal" if series.find(qn("c:yVal")) is not None else "c:val"
    for i, value in enumerate(_cache(series.find(qn(kind)))):
        label = own.get(str(i))
        if label is not None and label.find(qn("c:delete")) is not None:
            continue
        texts = [] if label is None else list(label.iter(qn("a:p")))
        if label is not None and label.find(qn("c:tx")) is not None:
            found[
                _flat(" ".join("".join(t.text or "" for t in p.iter(qn("a:t"))) for p in texts))
            ] += 1
        elif value is not None:
            found[_flat(written(value, code))] += 1
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
    amount = Decimal(f"{value:.15g}") * (100 if "%" in bare else 1)
    core = next((p for p in pieces if p[0] in "#0G"), "General")
    scaled = len(core) - len(core.rstrip(","))
    amount /= Decimal(1000) ** scaled
    if core == "General":
        text = f"{float(amount):.10g}"
    else:
        places = len(core.rstrip(",").partition(".")[2])
        rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        text = f"{rounded:{',' if '#,' in core else ''}}"
    return "".join(text if p == core else p.strip('"') for p in pieces)

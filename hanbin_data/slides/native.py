"""From the reading of a chart to PowerPoint's own charts.

A plot becomes one chart, or a few that lie exactly over each other where PowerPoint cannot
draw all of it in one (stacks beside stacks, dots over bars that lie). Axes, titles and legend
are PowerPoint's own wherever it draws them alike; what it would not draw as plotly did is left
for the shapes of ``overlay``; where even that is no way, :class:`NotNativeError` says why.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any

from hanbin_data.slides.chart import Chart, Element, Mark, Number, Scale, Series, nth
from hanbin_data.slides.reading import (
    Axis,
    Box,
    Color,
    Label,
    Legend,
    Line,
    Plot,
    Point,
    Reading,
    Shape,
    Text,
    Trace,
)
from hanbin_data.words import say

_DAY = 86_400_000
_EPOCH = 25_569  # 1970-01-01 in days since 1899-12-30
_MOST = 2_000  # columns of one chart
_LANES = 12  # of bars of unlike widths: charts over each other
_NONE: Color = ("#000000", 0)
_BARS = ("bar", "waterfall", "funnel")
_WORDS = ("category", "multicategory")


class NotNativeError(Exception):
    """Why PowerPoint has no chart for this one."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message, self.values = message, values

    def say(self, lang: str | None = None) -> str:
        """The reason in a language."""
        return say(self.message, lang, **self.values)


@dataclass
class Native:
    """A chart as PowerPoint draws it, and what of it has to be laid over as shapes.

    Attributes:
        charts: PowerPoint's own charts, the lowest first.
        texts: labels that the charts cannot place.
        under, over: shapes below and above the charts.
        done: what the charts draw themselves, each with the id of what it belongs to:
            ``labels``, ``line``, ``ticks`` or ``title`` of an axis, its ``grid`` or ``zero`` in
            one plot, ``ground`` of a plot, ``legend``.
    """

    charts: list[Chart] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    under: list[Shape] = field(default_factory=list)
    over: list[Shape] = field(default_factory=list)
    done: set[tuple[str, str]] = field(default_factory=set)


def translate(reading: Reading) -> Native:
    """PowerPoint's charts for a reading.

    Raises:
        NotNativeError: there are none that show the same.
    """
    if reading.why:
        raise NotNativeError("the reading holds no chart for PowerPoint")
    native = Native()
    order = {index: at for at, index in enumerate(reading.order)}
    traces = sorted(reading.traces, key=lambda trace: order.get(trace.index, len(order)))
    groups: dict[str, list[Plot]] = defaultdict(list)
    for plot in reading.plots:
        groups[plot.main or plot.id].append(plot)
    for plots in groups.values():
        names = {plot.id: plot for plot in plots}
        inside = [trace for trace in traces if trace.plot in names]
        kind = plots[0].kind
        if kind == "xy":
            _Panel(reading, native, plots, inside).draw()
        elif kind == "pie":
            native.charts += [_pie(trace, native) for trace in inside]
        elif kind == "polar":
            native.charts += _polar(reading, plots[0], inside, native)
        elif inside:
            raise NotNativeError("PowerPoint has no charts of the type {type}", type=inside[0].type)
    if not native.charts:
        raise NotNativeError("the chart shows no data")
    if len(native.charts) == len(reading.legends) == 1:
        _legend(reading, native)
    for chart in native.charts:
        chart.frame = _frame(chart, reading)
    return native


def bounds(boxes: list[Box], reading: Reading, pad: float = 0) -> Box:
    """The rectangle around boxes, as far as the drawing goes."""
    left, top = (max(0.0, min(box[at] for box in boxes) - pad) for at in (0, 1))
    right, low = (max(box[at] + box[at + 2] for box in boxes) + pad for at in (0, 1))
    width, height = min(reading.width, right) - left, min(reading.height, low) - top
    return (left, top, max(1, width), max(1, height))


def _frame(chart: Chart, reading: Reading) -> Box:
    """All of a chart: its plot and room for the texts that it draws itself."""
    scales = [scale for scale in (chart.across, chart.up, chart.second) if scale]
    texts = [label.text.box for series in chart.series for label in series.tags.values()]
    texts += [box for scale in scales for box in scale.boxes]
    pad = 0 if texts else 8  # dots on the rim
    boxes = [chart.area, *(box for box, _ in chart.backdrop)]
    boxes += [scale.title.box for scale in scales if scale.title]
    boxes += [chart.legend.box] if chart.legend else []
    boxes = [(x - pad, y - pad, w + 2 * pad, h + 2 * pad) for x, y, w, h in boxes]
    boxes += [(x - 14, y - 4, 1.2 * w + 20, h + 12) for x, y, w, h in texts]
    return bounds(boxes, reading)


_GROUPS = ("area", "bar", "line", "scatter", "radar", "pie", "doughnut")
"""Kinds of charts in the order of PowerPoint's legends."""


def _legend(reading: Reading, native: Native) -> None:
    """PowerPoint's own legend, if it has the same entries, in the same order, alike."""
    chart, legend = native.charts[0], reading.legends[0]
    runs = [run for item in legend.items for line in item.text.lines for run in line]
    kinds, first = [element.tag for element in chart.elements], chart.elements[0]
    in_order = set(kinds) <= {*_GROUPS} and kinds == sorted(kinds, key=_GROUPS.index)
    if len({run.font for run in runs}) != 1 or len(runs) != len(legend.items) or not in_order:
        return
    traces = {trace.index: trace for trace in reading.traces}
    ring = traces[first.series[0].trace].ring if first.tag in ("pie", "doughnut") else None
    wanted: list[Any] = [item.text.plain if ring else item.trace for item in legend.items]
    entries: list[tuple[Any, str, Color | None]] = []  # what PowerPoint's lists
    if ring:
        fills = first.series[0].fills
        entries = [(name, name, nth(fills, at)) for at, name in enumerate(ring.names)]
    for series in [] if ring else chart.series:
        trace, marks = traces.get(series.trace), [mark for mark in series.marks if mark]
        large = any(mark.size > 16 for mark in marks)
        odd = trace is None or trace.fill or large or (trace.markers and not marks)
        color = nth(series.fills, 0) or (marks[0].fill if marks else None)
        color = None if nth(series.patterns, 0) else color  # the key has the pattern, too
        entries.append((series.trace, "" if odd else series.name, color))
    shown = [entry for entry in entries if entry[0] in wanted]
    stacked, lying = first.grouping == "stacked", first.horizontal
    straight = chart.across is not None and not chart.across.reversed
    if not legend.horizontal and stacked != lying and (stacked or straight):
        shown.reverse()  # where it stands beside the plot
    same = [entry[0] for entry in shown] == wanted and all(
        item.text.plain == name and item.opacity == 1 and (color or item.color) == item.color
        for item, (_, name, color) in zip(legend.items, shown, strict=True)
    )
    box = _legend_box(legend, reading) if same else None
    if box:
        chart.legend = replace(legend, box=box)
        chart.unnamed = [at for at, entry in enumerate(entries) if entry[0] not in wanted]
        native.done.add(("legend", ""))


def _legend_box(legend: Legend, reading: Reading) -> Box | None:
    """Room for a legend's entries without its title, if there is enough."""
    texts = [item.text.box for item in legend.items]
    left, top = min(item.symbol[0] for item in legend.items), min(box[1] for box in texts)
    low = max(box[1] + box[3] for box in texts)
    width = 1.12 * max(box[2] for box in texts) + 40
    if legend.horizontal:
        if max(box[1] for box in texts) - top > 2:  # PowerPoint breaks lines elsewhere
            return None
        width *= len(texts)  # all columns are as wide as the widest one
    left = max(0.0, min(left, reading.width - width))
    return None if width > reading.width else (left, top - 3, width, low - top + 6)


# Places


def within(plot: Plot, axis: Axis) -> str:
    """An axis by name in the place of a plot; another place may share it."""
    return f"{plot.main or plot.id} {axis.id}"


def pixel(axis: Axis, value: float) -> float:
    """Where a value stands, in pixels from the left or from the top."""
    ends = [*axis.range, value]
    low, high, at = (math.log10(max(end, 1e-300)) for end in ends) if axis.type == "log" else ends
    share = (at - low) / ((high - low) or 1)
    return axis.start + axis.length * (1 - share if axis.id.startswith("y") else share)


def rules(
    plots: list[Plot], axes: Mapping[str, Axis], done: set[tuple[str, str]]
) -> list[tuple[tuple[Point, Point], Line]]:
    """Lines of the grid, then those at zero, from end to end, that no chart draws; now done."""
    found: list[tuple[tuple[Point, Point], Line]] = []
    left, top, width, height = plots[0].box
    names = dict.fromkeys(name for plot in plots for name in (plot.x, plot.y))
    for part, axis in product(("grid", "zero"), (axes[name] for name in names)):
        line = axis.grid if part == "grid" else axis.zero
        if line and (part, within(plots[0], axis)) not in done:
            done.add((part, within(plots[0], axis)))
            places = [tick.at for tick in axis.ticks] if part == "grid" else [pixel(axis, 0)]
            for at in places:
                if -0.5 <= at - axis.start <= axis.length + 0.5:
                    flat = ((left, at), (left + width, at))
                    upright = ((at, top), (at, top + height))
                    found.append((upright if axis.id.startswith("x") else flat, line))
    return found


def _unit(axis: Axis, value: Number) -> Number:
    """A value as the sheet holds it: dates are days."""
    if value is None or axis.type != "date":
        return value
    return round(value / _DAY + _EPOCH, 9)


def _scale(axis: Axis, origin: float = 0) -> Scale:
    low, high = (_unit(axis, bound - origin) for bound in sorted(axis.range))
    return Scale("val", low, high, axis.reversed, axis.type == "log")


def _moment(value: float) -> datetime:
    within = max(-6.21355968e13, min(value, 2.534022e14))  # the years that Python has
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=within)


def _name(axis: Axis, value: float) -> str:
    """A place on an axis as the sheet names it."""
    if axis.categories and axis.type in _WORDS:
        return axis.categories[round(value)] if 0 <= round(value) < len(axis.categories) else ""
    if axis.type == "date":
        return _moment(value).strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")
    return f"{value:.15g}"


@dataclass
class _Slots:
    """Columns of even width along an axis."""

    first: float
    step: float
    values: list[float]  # of each column, as the sheet names it
    number: dict[float, int]  # of each position

    def at(self, slot: float) -> float:
        return self.first + slot * self.step


def _slots(axis: Axis, positions: list[float], alone: float, near: float = 0.02) -> _Slots | None:
    """Even columns that hold all positions, as many as the axis has room for.

    ``alone`` is the width for a single one, ``near`` how far off one may be, in columns.
    """
    low, high = sorted(axis.range)
    if axis.type in _WORDS:
        if any(value != round(value) for value in positions):
            return None
        ends = max(0, math.ceil(low - 1e-6)), min(len(axis.categories) - 1, math.floor(high + 1e-6))
        shown = [float(value) for value in range(ends[0], ends[1] + 1)]
        return _Slots(ends[0], 1, shown, {value: at for at, value in enumerate(shown)})
    found = sorted({value for value in positions if low <= value <= high})
    if not found:
        return None
    least = min((b - a for a, b in pairwise(found)), default=alone)
    months, later = _months(found) if axis.type == "date" and len(found) > 1 else ([], float)
    units = [unit for unit in (least, alone) if 0 <= found[-1] - found[0] < _MOST * unit]
    even = [[round((v - found[0]) / unit) for v in found] for unit in units]
    distinct = (numbers for numbers in (months, *even) if len({*numbers}) == len(found))
    for numbers in distinct:
        reach = 5 * near if numbers is months else near
        step = (found[-1] - found[0]) / numbers[-1] if numbers[-1] else alone
        off = (abs(v - found[0] - n * step) for v, n in zip(found, numbers, strict=True))
        if numbers[-1] <= _MOST and all(each <= reach * step for each in off):
            break
    else:
        return None
    before = max(0, math.floor((found[0] - step / 2 - low) / step + 1e-6))
    after = max(0, math.floor((high - found[0] - (numbers[-1] + 0.5) * step) / step + 1e-6))
    if before + after + numbers[-1] > _MOST:
        before = after = 0
    number = {value: number + before for value, number in zip(found, numbers, strict=True)}
    known = {at: value for value, at in number.items()}
    first = found[0] - before * step
    count = before + numbers[-1] + after + 1
    values = [later(at - before) if numbers is months else first + at * step for at in range(count)]
    return _Slots(first, step, [known.get(at, value) for at, value in enumerate(values)], number)


def _months(values: list[float]) -> tuple[list[int], Callable[[int], float]]:
    """Numbers of the months of dates on one day of theirs, or on their last; and such a date."""
    for away in (_DAY, 0):
        days = [_moment(value + away) for value in values]
        first, months = days[0], [day.year * 12 + day.month - 1 for day in days]
        step = math.gcd(*(b - a for a, b in pairwise(months)))
        alike = {(day.day, day.time()) for day in days} == {(first.day, first.time())}
        if step and alike and (first.day == 1 or not away):
            break
    else:
        return [], float

    def later(number: int) -> float:
        year, month = divmod(months[0] + number * step, 12)
        day = first.replace(year=year, month=month + 1, day=min(first.day, 28))
        return day.timestamp() * 1000 - away

    return [(month - months[0]) // step for month in months], later


# Numbers as they are written

_FACTORS = ((1, ""), (100, ""), (1e-3, ","), (1e-6, ",,"), (1e-9, ",,,"))
"""What a number is multiplied by, and what says so in a format (but for per cent)."""


def number_format(values: list[float], texts: list[str]) -> str | None:
    """The number format in which PowerPoint writes all values as these texts, if there is one."""
    dashed = [re.sub("^-", "−", text) for text in texts]
    widest = max(dashed, key=len, default="")
    found = re.fullmatch(r'−?([^\d"\\]*)(\d(?:.*\d)?)([^\d"\\]*)', widest)
    if found is None:
        return None
    before, number, behind = found.groups()
    comma = "," if "," in number else ""

    def written(value: float) -> str:
        amount = abs(value) * factor
        if places is None:
            text = f"{amount:.12g}"
        else:
            rounded = math.floor(amount * 10**places + 0.5 + 1e-9) / 10**places
            text = f"{rounded:{comma}.{places}f}"
        return ("−" if value < 0 and text.strip("0.,") else "") + before + text + behind

    ways = [(1, "", None), *((f, end, n) for (f, end), n in product(_FACTORS, range(5)))]
    for factor, letters, places in ways:
        bare = factor != 1 and "0" in dashed  # zero is often written without what follows
        same = (
            written(value) == text or (bare and value == 0 and text == "0")
            for value, text in zip(values, dashed, strict=True)
        )
        percent = "%" if factor == 100 else ""
        if not behind.startswith(percent) or not all(same):
            continue
        core = "General" if places is None else "#,##0" if comma else "0"
        core += "." + "0" * places if places else ""
        quoted = [f'"{text}"' if text else "" for text in (before, behind.removeprefix(percent))]
        text = quoted[0] + core + letters + percent + quoted[1]
        if bare and written(0) != "0":
            return f'{text};"−"{text};0'
        return f'{text};"−"{text}' if any(value < 0 for value in values) else text
    return None


# Plots with two axes


_Row = dict[int, tuple[int, float, float]]
"""Bars by their columns: the number of the point, the value at the beginning and at the end."""


@dataclass
class _Lane:
    """Bars as wide as each other, as far from the middles of their columns; both in columns."""

    value: Axis
    shift: float
    wide: float
    rows: list[tuple[Trace, _Row]] = field(default_factory=list)

    def takes(self, trace: Trace, value: Axis, shift: float, wide: float) -> bool:
        """Whether a bar is one of them; those of one trace may be as unlike as months."""
        near = 0.1 if any(one is trace for one, _ in self.rows) else 0.01
        alike = abs(shift - self.shift) < 0.011 and abs(wide - self.wide) < near
        return alike and value is self.value

    def add(self, trace: Trace, slot: int, bar: tuple[int, float, float]) -> None:
        """Put a bar into a row of its trace; into a new one where some stand in one column."""
        rows = [row for one, row in self.rows if one is trace and slot not in row]
        if not rows:
            rows.append({})
            self.rows.append((trace, rows[0]))
        rows[0][slot] = bar


def _turned(trace: Trace) -> tuple[list[Number], list[Number]]:
    """Where its bars stand, and where they end."""
    return (trace.y, trace.x) if trace.horizontal else (trace.x, trace.y)


def _floating(
    row: _Row, origin: float, ends: dict[tuple[int, bool], float]
) -> tuple[dict[int, float], _Row] | None:
    """What is empty below the bars, and these without it, if they may stand on these ends."""
    base, bars, after = {}, {}, dict(ends)
    for slot, (point, *sides) in row.items():
        low, high = min(sides) - origin, max(sides) - origin
        down = high <= 0 and low < 0
        near, far = (high, low) if down else (low, high)
        room = near - after.get((slot, down), 0.0)
        if abs(room) < 1e-9 * max(abs(near), abs(far)):
            room = 0.0
        if room > 0 if down else room < 0:
            return None
        base[slot], bars[slot], after[slot, down] = room, (point, 0.0, far - near), far
    ends.update(after)
    return base, bars


@dataclass
class _Drawn:
    """A chart of a panel; ``number`` is the column of each place, ``off`` how many pixels one may
    stand off its column's middle, ``own`` whether its names are the axis' tick texts,
    ``origin`` what is taken off all values."""

    chart: Chart
    across: Axis
    up: Axis
    number: dict[float, int] = field(default_factory=dict)
    off: float = 0
    own: bool = False
    origin: float = 0
    horizontal: bool = False
    second: Axis | None = None


class _Panel:
    """The plots that lie over each other in one place."""

    def __init__(
        self, reading: Reading, native: Native, plots: list[Plot], traces: list[Trace]
    ) -> None:
        self.reading, self.native, self.traces = reading, native, traces
        self.plots = {plot.id: plot for plot in plots}
        self.main = plots[0]
        self.axes = {axis.id: axis for axis in reading.axes}
        self.drawn: list[_Drawn] = []

    def x(self, trace: Trace) -> Axis:
        return self.axes[self.plots[trace.plot].x]

    def y(self, trace: Trace) -> Axis:
        return self.axes[self.plots[trace.plot].y]

    def inside(self, axis: Axis) -> str:
        return within(self.main, axis)

    def sides(self, trace: Trace) -> tuple[Axis, Axis]:
        """The axes along which its bars stand, and along which they grow."""
        x, y = self.x(trace), self.y(trace)
        return (y, x) if trace.horizontal else (x, y)

    def draw(self) -> None:
        bars: dict[tuple[bool, str], list[Trace]] = defaultdict(list)
        for trace in self.traces:
            if trace.kind in _BARS:
                bars[trace.horizontal, self.sides(trace)[0].id].append(trace)
            elif trace.kind not in ("scatter", "ohlc", "candlestick"):
                raise NotNativeError("PowerPoint has no charts of the type {type}", type=trace.type)
        for traces in bars.values():
            self._bars(traces)
        for trace in self.traces:
            if trace.kind == "candlestick":
                self._stock(trace)
        scatter = [trace for trace in self.traces if trace.kind == "scatter"]
        self._areas(scatter)
        dots = [trace for trace in scatter if not self._line(trace)]
        for plot in self.plots.values():
            self._dots(plot, dots)
        if self.drawn:
            self._axes()
            self._ground()
        self.native.charts += [drawn.chart for drawn in self.drawn]

    # Bars

    def _bars(self, traces: list[Trace]) -> None:
        """Bars side by side or over each other as they are, all else as stacks."""
        positions = [v for trace in traces for v in _turned(trace)[0] if v is not None]
        widest = max((w for t in traces for w in t.width if w is not None), default=1)
        slots = _slots(self.sides(traces[0])[0], positions, widest)
        if slots is None:
            # Bars may stand where no even columns are, say of unlike widths.
            raise NotNativeError("its bars stand at uneven distances")
        lanes: list[_Lane] = []
        for trace in traces:
            value = self.sides(trace)[1]
            for i, (place, end) in enumerate(zip(*_turned(trace), strict=True)):
                if place not in slots.number or end is None:
                    continue
                wide = nth(trace.width, i) / slots.step
                look = value, round((nth(trace.offset, i) - place) / slots.step + wide / 2, 2), wide
                lane = next((lane for lane in lanes if lane.takes(trace, *look)), None)
                if lane is None:
                    lane = _Lane(*look)
                    lanes.append(lane)
                base = _unit(value, nth(trace.base, i) or 0.0) or 0.0
                lane.add(trace, slots.number[place], (i, base, _unit(value, end) or 0.0))
        if len(lanes) > _LANES:
            raise NotNativeError("its bars are of different widths")
        if not lanes:
            return
        lanes.sort(key=lambda lane: (lane.shift, -lane.wide))
        rows, wides = [row for lane in lanes for row in lane.rows], [lane.wide for lane in lanes]
        if min(wides) <= 0:
            raise NotNativeError("its bars are too thin or too wide")
        stands, wide = sorted({lane.shift for lane in lanes}), max(wides)
        apart = [round(b - a, 2) for a, b in pairwise(stands)] or [wide]
        gap = round(100 * (1 - min(apart) * (len(stands) - 1) - wide) / wide)
        if (
            not any(base for _, row in rows for _, base, _ in row.values())
            and len(rows) == len({trace.index for trace, _ in rows})
            and len(stands) in (1, len(rows))
            and max(apart) - min(apart) < 0.021
            and abs(sum(stands)) < 0.011 * len(stands)
            and wide - min(wides) < 0.01
            and len({lane.value.id for lane in lanes}) == 1
            and -1 <= gap <= 500
        ):
            element = Element("bar", [], "clustered", traces[0].horizontal, max(0, gap))
            if len(rows) > 1:
                lap = 100 if len(stands) == 1 else round(100 * (1 - min(apart) / wide))
                element.overlap = max(-100, min(100, lap))
            element.series = [self._painted(trace, row, slots) for trace, row in rows]
            self._columns(slots, element, rows[0][0])
        else:
            for lane in lanes:
                self._stacks(slots, lane)

    def _painted(self, trace: Trace, row: _Row, slots: _Slots, *, stacked: bool = False) -> Series:
        """A row of bars."""
        columns = range(len(slots.values))

        def spread(entries: list[Any], blank: Any) -> list[Any]:
            if len(entries) < 2:
                return entries or [blank]
            return [entries[row[s][0]] if s in row else blank for s in columns]

        values = [row[s][2] if s in row else None for s in columns]
        series = Series(trace.name, values, trace=trace.index)
        series.fills = spread(trace.colors, nth(trace.colors, 0) or _NONE)
        series.lines = spread(trace.outlines, None)
        series.patterns, series.backs = spread(trace.patterns, ""), spread(trace.backs, None)
        where = {s: point for s, (point, *_) in row.items()}
        _label(self.native, trace, series, where, lambda tag: self._bar_place(trace, tag, stacked))
        return series

    def _bar_place(self, trace: Trace, label: Label, stacked: bool) -> str:
        """Where PowerPoint puts a bar's label; empty: nowhere that is the same."""
        axis, end = self.sides(trace)[1], nth(_turned(trace)[1], label.point)
        if label.text.angle or end is None or axis.type == "log":
            return ""
        if label.place == "outside":
            return "" if stacked else "outEnd"
        start, size = label.text.box[0::2] if trace.horizontal else label.text.box[1::2]
        centre = start + size / 2
        begin, stop = pixel(axis, nth(trace.base, label.point) or 0), pixel(axis, end)
        if abs(centre - (begin + stop) / 2) <= max(4, size * 0.3):
            return "ctr"
        return "inEnd" if abs(centre - stop) < abs(centre - begin) else "inBase"

    def _stacks(self, slots: _Slots, lane: _Lane) -> None:
        """Bars that stand on each other, or float, as stacks; as many charts as it takes."""
        gap = round(100 * (1 - lane.wide) / lane.wide)
        if not -1 <= gap <= 500:
            raise NotNativeError("its bars are too thin or too wide")
        sides = [side for _, row in lane.rows for _, *side in row.values()]
        crossing = any(min(side) < 0 < max(side) for side in sides)
        origin = min(lane.value.range) if crossing and lane.value.type == "linear" else 0.0
        waiting, first = lane.rows, lane.rows[0][0]
        while waiting:
            ends: dict[tuple[int, bool], float] = {}
            element = Element("bar", [], "stacked", first.horizontal, max(0, gap), 100)
            rest = []
            for trace, row in waiting:
                found = _floating(row, origin, ends)
                if found is None:
                    rest.append((trace, row))
                    continue
                if any(found[0].values()):
                    under = [found[0].get(s) or None for s in range(len(slots.values))]
                    element.series.append(Series("", under, fills=[None], lines=[None]))
                element.series.append(self._painted(trace, found[1], slots, stacked=True))
            if not element.series:
                raise NotNativeError("its bars overlap")
            waiting = rest
            self._columns(slots, element, first, lane.shift, origin)

    # Charts on even columns

    def _columns(
        self, slots: _Slots, element: Element, trace: Trace, shift: float = 0, origin: float = 0,
        *, between: bool = True,
    ) -> _Drawn:  # fmt: skip
        axis, value = self.sides(trace)
        half = 0.5 if between else 0.0
        edges = (shift - half, len(slots.values) - 1 + shift + half)
        begin, end = sorted(pixel(axis, slots.at(edge)) for edge in edges)
        area = (begin, value.start, end - begin, value.length)
        if element.horizontal:
            area = (value.start, begin, value.length, end - begin)
        ticks = {round(tick.value, 9): tick for tick in axis.ticks}
        shown = [ticks.get(round(at, 9)) for at in slots.values]
        # LibreOffice shows no outer names where categories have no room on both sides.
        own = axis.tick_font is not None and not shift and (between or not axis.groups)
        if not axis.groups:
            own = own and len(shown) == len(ticks)
            own = own and all(t and t.box and t.text and "\n" not in t.text for t in shown)
        names = [
            tick.text if own and tick and not axis.groups else _name(axis, at)
            for tick, at in zip(shown, slots.values, strict=True)
        ]
        chart = Chart(area, [element], categories=names)
        if axis.groups:
            chart.groups = [axis.groups[round(at)] for at in slots.values]
        chart.across = Scale("cat", reversed=axis.reversed)
        chart.up = replace(_scale(value, origin), between=between)
        if chart.up.log and chart.up.low is not None:
            chart.across.crosses = chart.up.low
        middles = ((at, slots.at(s) + shift) for at, s in slots.number.items())
        off = max(abs(pixel(axis, at) - pixel(axis, middle)) for at, middle in middles)
        flat = element.horizontal
        self.drawn.append(_Drawn(chart, axis, value, slots.number, off, own, origin, flat))
        return self.drawn[-1]

    def _stock(self, trace: Trace) -> None:
        slots = _slots(self.x(trace), [x for x in trace.x if x is not None], _DAY)
        if slots is None:
            raise NotNativeError("its boxes stand at uneven distances")
        where = {slots.number[x]: i for i, x in enumerate(trace.x) if x in slots.number}
        element = Element("stock", [], gap=43)
        for name in ("open", "high", "low", "close"):
            prices = getattr(trace, name)
            row = [prices[where[s]] if s in where else None for s in range(len(slots.values))]
            element.series.append(Series(f"{trace.name} {name}".strip(), row, lines=[None]))
        falling = (trace.falling_fill, trace.falling)
        element.boxes = ((trace.rising_fill, trace.rising), falling)
        self._columns(slots, element, trace)

    # Lines and areas

    def _line(self, trace: Trace) -> bool:
        """Whether a line joins the columns of a chart, or makes some of its own."""
        axis, value = self.x(trace), self.y(trace)
        places = [x for x in trace.x if x is not None]
        gaps = " " in "".join(" " if y is None else "." for y in trace.y).strip()
        if (
            len(places) < len(trace.x)
            or not places
            or any(b <= a for a, b in pairwise(places))
            or trace.shape not in ("linear", "spline")
            or value.type in _WORDS
            or (gaps and (trace.connect_gaps or trace.shape == "spline"))
        ):
            return False
        for drawn in self.drawn:
            tags = [element.tag for element in drawn.chart.elements]
            if (
                drawn.across is not axis
                or drawn.horizontal
                or drawn.origin
                or drawn.off > 1.5
                or "stock" in tags
                or any(place not in drawn.number for place in places)
                or (trace.lines and self._broken(drawn.number, places))
            ):
                continue
            if value is not drawn.up:
                if drawn.second not in (None, value) or not value.overlaying:
                    continue
                drawn.second, drawn.chart.second = value, replace(_scale(value), crosses="max")
            self._join(drawn, trace)
            return True
        if axis.type != "category" or gaps or any(v != round(v) for v in places):
            return False
        slots = _slots(axis, places, 1)
        if slots is None or len(slots.values) < 2 or not slots.number.keys() >= {*places}:
            return False
        if trace.lines and self._broken(slots.number, places):
            return False
        low, high = sorted(axis.range)
        ends = slots.at(-0.5) + 1e-6, slots.at(len(slots.values) - 0.5) - 1e-6
        element, between = Element("line", []), low <= ends[0] and high >= ends[1]
        self._join(self._columns(slots, element, trace, between=between), trace)
        return True

    def _broken(self, number: dict[float, int], places: list[float]) -> bool:
        """Whether a line goes straight over a column, where there would be a gap."""
        return number[places[-1]] - number[places[0]] + 1 > len(places)

    def _join(self, drawn: _Drawn, trace: Trace) -> None:
        value, chart = self.y(trace), drawn.chart
        where = {drawn.number[x]: i for i, x in enumerate(trace.x) if x is not None}
        values = [
            _unit(value, trace.y[where[s]]) if s in where else None
            for s in range(len(chart.categories))
        ]
        second, last = value is drawn.second, chart.elements[-1]
        if last.tag != "line" or last.second != second:
            last = Element("line", [], second=second)
            chart.elements.append(last)
        last.series.append(_stroked(self.native, trace, values, where))

    def _areas(self, traces: list[Trace]) -> None:
        """Draw what is filled between a line and the axis, or the line before it."""
        rows: list[tuple[Trace, list[float], list[float]]] = []
        before: dict[str, Trace] = {}
        for trace in traces:
            last = before.get(trace.plot)
            before[trace.plot] = trace
            if not trace.fill or trace.fill_color is None or trace.fill_color[1] == 0:
                continue
            base: list[Number] = [0.0] * len(trace.y) if trace.fill[-1] == "y" else []
            if trace.base:
                base = [nth(trace.base, i) or 0.0 for i in range(len(trace.y))]
            elif trace.fill == "tonexty" and last is not None:
                base = last.y if last.x == trace.x else []
            places = [x for x in trace.x if x is not None]
            lows, tops = [b for b in base if b is not None], [y for y in trace.y if y is not None]
            whole = len(places) == len(lows) == len(tops) == len(trace.x) > 1
            straight = trace.shape == "linear" and self.y(trace).type == "linear"
            low, high = sorted(self.x(trace).range)
            slack = 1e-6 * (high - low)
            seen = all(low - slack <= x <= high + slack for x in places)
            if whole and straight and seen and all(b > a for a, b in pairwise(places)):
                rows.append((trace, lows, tops))
            else:
                self._fill(trace)
        while rows:
            first = rows[0][0]
            alike = [row for row in rows if row[0].x == first.x and row[0].plot == first.plot]
            taken = self._filled(alike)
            rows = [row for row in rows if row[0].index not in taken]

    def _fill(self, trace: Trace) -> None:
        """Let a shape fill what no chart of areas does."""
        left, top, width, height = self.main.box
        if not trace.fills:
            raise NotNativeError("it fills areas that PowerPoint has no chart for")
        for x, y in (point for shape in trace.fills for point in shape.points):
            if not (-1 < x - left < width + 1 and -1 < y - top < height + 1):
                raise NotNativeError("it fills areas that are cut off")
        self.native.under += trace.fills

    def _filled(self, rows: list[tuple[Trace, list[float], list[float]]]) -> set[int]:
        """One area chart of rows over the same places, as many as stand on each other."""
        first = rows[0][0]
        axis, xs = self.x(first), [x for x in first.x if x is not None]
        so_far, element = [0.0] * len(xs), Element("area", [])
        taken: set[int] = set()
        for trace, base, top in rows:
            room: list[Number] = [b - s for b, s in zip(base, so_far, strict=True)]
            size = max(map(abs, [*top, *base])) or 1
            if any(abs(r or 0) > 1e-9 * size for r in room):
                if taken:
                    break
                element.series.append(Series("", room, fills=[None], lines=[None]))
            values: list[Number] = [t - b for t, b in zip(top, base, strict=True)]
            row = Series(trace.name, values, fills=[trace.fill_color], lines=[None])
            element.series.append(row)
            taken.add(trace.index)
            so_far = top
        element.grouping = "stacked" if len(element.series) > 1 else "standard"
        slots = None if axis.type == "date" else _slots(axis, xs, 1, near=1e-6)
        if slots is not None and len(slots.values) == len(xs):
            self._columns(slots, element, first, between=False)
            return taken
        # On a date axis places stand at any distance, counted in days.
        days = [x / _DAY + _EPOCH for x in xs]
        dates = axis.type == "date" and all(abs(d - round(d)) < 1e-6 and d > 60 for d in days)
        cells = [float(round(d)) for d in days]
        if not dates:
            cells = [1.0 + round((x - xs[0]) / (xs[-1] - xs[0]) * 20_000) for x in xs]
        step = (xs[-1] - xs[0]) / (len(xs) - 1)
        slots = _Slots(xs[0], step, xs, {x: i for i, x in enumerate(xs)})
        drawn = self._columns(slots, element, first, between=False)
        drawn.own, drawn.off = False, 0
        drawn.chart.categories, drawn.chart.dates = cells, dates
        drawn.chart.across = Scale("date", cells[0], cells[-1], reversed=axis.reversed)
        return taken

    # Lines and dots at any place

    def _dots(self, plot: Plot, dots: list[Trace]) -> None:
        """Lines and dots, ranges and connections as an xy chart."""
        x, y = self.axes[plot.x], self.axes[plot.y]
        series = []
        for trace in (trace for trace in self.traces if trace.plot == plot.id):
            for points, line in _strokes(trace, x, y):
                series.append(Series(trace.name, [b for _, b in points], lines=[line]))
                series[-1].xs = [a for a, _ in points]
            if trace in dots:
                points, where = _stepped(trace)
                series.append(_stroked(self.native, trace, [b for _, b in points], where))
                series[-1].xs = [a for a, _ in points]
        series = [row for row in series if any(v is not None for v in row.ys)]
        for row in series:
            row.xs, row.ys = [_unit(x, v) for v in row.xs], [_unit(y, v) for v in row.ys]
        if series:
            area = (x.start, y.start, x.length, y.length)
            chart = Chart(area, [Element("scatter", series)], _scale(x), _scale(y))
            chart.dates = x.type == "date"
            self.drawn.append(_Drawn(chart, x, y))

    # Axes

    def _axes(self) -> None:
        """Let the first chart draw of the axes what it draws like plotly."""
        first, done = self.drawn[0], self.native.done
        chart, up = first.chart, first.chart.up
        if chart.across is None or up is None:
            return
        roles = [(first.across, chart.across, first.up, up)]
        roles += [(first.up, up, first.across, chart.across)]
        if first.second is not None and chart.second is not None:
            roles.append((first.second, chart.second, first.across, chart.across))
        fits = _same(chart.area, self.main.box) and not first.origin

        def take(part: str, name: str) -> bool:
            """Whether nobody draws it yet."""
            new = (part, name) not in done
            done.add((part, name))
            return new

        for axis, scale, other, crossed in roles:
            if axis.title and axis.title.angle % 90 == 0 and take("title", axis.id):
                scale.title = axis.title
            columns, form = scale.kind != "val", None
            ruled = fits and not columns and _ruled(axis)
            if ruled:
                scale.step, form, values = ruled
                # Ticks are counted from the axis' end, which may be a hair off.
                scale.low, scale.high = values[0], max(values[-1], scale.high or 0)
                if not self.native.under and take("grid", self.inside(axis)):
                    scale.grid = axis.grid
            if (form or (columns and first.own)) and axis.tick_font and take("labels", axis.id):
                scale.labels, scale.format = axis.tick_font, form or "General"
                scale.angle = axis.tick_angle
                near = (axis.side in ("left", "bottom")) != other.reversed
                scale.place = "low" if near else "high"
                scale.boxes = [tick.box for tick in axis.ticks if tick.box]
            # A line of its own stands at zero, or where the axis does.
            end = {"min": min(other.range), "max": max(other.range)}
            if columns and any(element.tag != "line" for element in chart.elements):
                end = {"autoZero": min(max(0, end["min"]), end["max"])}
            stands = next((e for e, at in end.items() if abs(pixel(other, at) - axis.at) < 1), "")
            if not fits or scale is chart.second or up.log:
                continue
            if other.zero and crossed.kind == "val" and take("zero", self.inside(other)):
                scale.line = other.zero
            elif (line := axis.line) and stands and not axis.mirror and take("line", axis.id):
                scale.line, scale.crosses = line, stands
                if form and axis.tick_marks and take("ticks", axis.id):
                    scale.ticks = axis.tick_marks.removesuffix("side")

    def _ground(self) -> None:
        """Let the first chart paint what stands behind the plot, if it does not lie lower."""
        chart, box, done = self.drawn[0].chart, self.main.box, self.native.done
        lower = any(shape.layer != "above" for shape in self.reading.shapes)
        if lower or self.native.under:
            return
        lines = rules(list(self.plots.values()), self.axes, done)
        done.add(("ground", self.main.id))
        background = self.main.background
        if not lines and _same(chart.area, box):
            chart.background = background
            return
        chart.backdrop = [(box, background)] if background else []
        for ((left, top), (right, low)), line in lines:
            upright, thick = left == right, max(line.width, 0.5)
            length = low - top if upright else right - left
            dash = {"solid": length, "dot": 1, "dash": 3}.get(line.dash, 5) * 3 * thick
            for number in range(math.ceil(length / dash / 2)):
                start = 2 * number * dash
                size = min(dash, length - start)
                across = (left - thick / 2, top + start, thick, size)
                along = (left + start, top - thick / 2, size, thick)
                chart.backdrop.append((across if upright else along, line.color))


def _same(box: Box, other: Box) -> bool:
    return all(abs(a - b) < 1 for a, b in zip(box, other, strict=True))


def _ruled(axis: Axis) -> tuple[float, str | None, list[float]] | None:
    """Step, format and values, where PowerPoint has the same ticks at the same places."""
    log = axis.type == "log"
    values = sorted(tick.value for tick in axis.ticks)
    at = [math.log10(value) for value in values] if log else values
    if axis.type not in ("linear", "log") or len(at) < 2:
        return None
    step = (at[-1] - at[0]) / (len(at) - 1)
    low, high = sorted(map(math.log10, axis.range) if log else axis.range)
    # PowerPoint counts from the axis' end, plotly from zero.
    even = all(abs(low + i * step - each) <= 1e-6 * step for i, each in enumerate(at))
    if not even or high - at[-1] >= step * (1 - 1e-6) or (log and abs(step - 1) > 1e-6):
        return None
    texts = [tick.text for tick in axis.ticks if tick.box and "\n" not in tick.text]
    form = None
    if axis.tick_font and len(texts) == len(axis.ticks):
        form = number_format([tick.value for tick in axis.ticks], texts)
    return (10.0 if log else step), form, values


# Dots and lines


_SPOTS = {"top center": "t", "bottom center": "b", "middle center": "ctr"}
_SPOTS |= {"middle left": "l", "middle right": "r"}
_SYMBOLS = {"circle": "circle", "square": "square", "diamond": "diamond", "triangle-up": "triangle"}
_DRAWN = {"cross": "plus", "x": "x", "asterisk": "star", "line-ew": "dash"}


def _mark(trace: Trace, point: int) -> Mark | None:
    """A dot at a point; PowerPoint draws some symbols by their outline alone."""
    name, size = str(nth(trace.symbols, point) or "circle"), float(nth(trace.sizes, point) or 0)
    color, outline = nth(trace.colors, point), nth(trace.outlines, point)
    if color is None or size <= 0:
        return None
    shape = name.removesuffix("-open")
    if shape in _SYMBOLS and shape == name:
        return Mark(_SYMBOLS[shape], size, color, outline)
    if shape in _SYMBOLS:
        return Mark(_SYMBOLS[shape], size, None, outline or Line(color, 1))
    if shape not in _DRAWN:
        raise NotNativeError("PowerPoint has no dots of the form {symbol}", symbol=name)
    thick = 1.0 if shape in ("asterisk", "line-ew") or shape != name else size / 4
    line = outline if outline and (shape != name or thick == 1) else Line(color, thick)
    return Mark(_DRAWN[shape], size, None, line)


def _label(
    native: Native,
    trace: Trace,
    series: Series,
    where: dict[int, int],
    place: Callable[[Label], str],
) -> None:
    """Put the labels at their points, as numbers where PowerPoint writes them alike."""
    at = {point: position for position, point in where.items()}
    for label in trace.labels:
        spot = place(label)
        if label.point in at and spot:
            series.tags[at[label.point]] = replace(label, place=spot)
        elif label.point in at:
            native.texts.append(label.text)
    texts = [tag.text for tag in series.tags.values()]
    numbers = [series.ys[position] for position in series.tags]
    if None not in numbers and all(len(t.lines) == len(t.lines[0]) == 1 for t in texts):
        known = [number for number in numbers if number is not None]
        series.format = number_format(known, [text.plain for text in texts]) or ""


def _stroked(
    native: Native,
    trace: Trace,
    values: list[Number],
    where: dict[int, int],
    spots: dict[str, str] = _SPOTS,
) -> Series:
    """A line or dots; ``where`` is the point that stands at each place."""
    series = Series(trace.name, values, trace=trace.index)
    series.lines = [trace.line if trace.lines else None]
    series.smooth = trace.lines and trace.shape == "spline"
    if trace.markers:
        lists = (trace.colors, trace.sizes, trace.symbols, trace.outlines)
        alike = len(where) == len(values) and all(len(entries) < 2 for entries in lists)
        marks = [_mark(trace, where[s]) if s in where else None for s in range(len(values))]
        series.marks = marks[:1] if alike else marks
        if len(trace.shapes) > 400:
            raise NotNativeError("it has many dots of a form that PowerPoint has not")
        native.over += trace.shapes

    def spot(label: Label) -> str:
        return "" if label.text.angle else spots.get(label.place, "")

    _label(native, trace, series, where, spot)
    return series


_Places = list[tuple[Number, Number]]
_GAP: tuple[Number, Number] = (None, None)


def _stepped(trace: Trace) -> tuple[_Places, dict[int, int]]:
    """The points of a line with the corners of its steps; and which point stands where."""
    points: _Places = []
    where: dict[int, int] = {}
    for at, (x, y) in enumerate(zip(trace.x, trace.y, strict=True)):
        if x is None or y is None:
            if not trace.connect_gaps and points and points[-1] != _GAP:
                points.append(_GAP)
            continue
        a, b = points[-1] if points else _GAP
        if a is not None and b is not None and trace.lines:
            corners: dict[str, _Places] = {
                "hv": [(x, b)],
                "vh": [(a, y)],
                "hvh": [((a + x) / 2, b), ((a + x) / 2, y)],
                "vhv": [(a, (b + y) / 2), (x, (b + y) / 2)],
            }
            points += corners.get(trace.shape, [])
        where[len(points)] = at
        points.append((x, y))
    return points, where


def _strokes(trace: Trace, x: Axis, y: Axis) -> list[tuple[_Places, Line]]:
    """Lines that belong to a trace, ranges, connections, ticks of OHLC: points with gaps."""
    found: list[tuple[list[list[Point]], bool, Line | None]] = []  # from end to end; if turned
    bar, across = trace.kind in _BARS, trace.horizontal
    for errors in trace.errors:
        flat, lines = errors.along == "x", []
        low, high = (y if flat else x).range
        cap = errors.cap / (y if flat else x).length
        for i, stops in enumerate(zip(errors.low, errors.high, strict=True)):
            place, middle = (trace.y[i], trace.x[i]) if flat else (trace.x[i], trace.y[i])
            if bar and across == flat:
                place = nth(trace.offset, i) + nth(trace.width, i) / 2
            known = [stop for stop in stops if stop is not None]
            if place is None or middle is None or not known:
                continue
            lines.append([(place, end) for end in (*known, *[middle] * (2 - len(known)))])
            sides = [place - cap * (high - low), place + cap * (high - low)]
            if (y if flat else x).type == "log":
                sides = [place * (low / high) ** cap, place * (high / low) ** cap]
            lines += [[(side, stop) for side in sides] for stop in known if cap]
        found.append((lines, flat, errors.line))
    if bar and trace.connector:
        lines = []
        tops = [(i, top) for i, top in enumerate(_turned(trace)[1]) if top is not None]
        for (i, top), (j, _) in pairwise(tops):
            begin = nth(trace.offset, i) + nth(trace.width, i)
            lines.append([(begin, top), (nth(trace.offset, j), top)])
        found.append((lines, across, trace.connector))
    if trace.kind in ("ohlc", "candlestick"):
        places = sorted({v for v in trace.x if v is not None})
        step = min((b - a for a, b in pairwise(places)), default=_DAY) * 0.3
        for rising, line in ((True, trace.rising), (False, trace.falling)):
            lines = []
            for row in zip(trace.x, trace.open, trace.high, trace.low, trace.close, strict=True):
                told = [price for price in row if price is not None]
                if len(told) < len(row) or (told[4] >= told[1]) != rising:
                    continue
                at, begin, high, low, end = told
                if trace.kind == "ohlc":
                    lines += [[(at, low), (at, high)], [(at - step, begin), (at, begin)]]
                    lines.append([(at, end), (at + step, end)])
                else:
                    lines.append([(at, low), (at, min(begin, end))])
                    lines.append([(at, max(begin, end)), (at, high)])
            found.append((lines, False, line))
    return [
        ([end[::-1] if turned else end for ends in lines for end in (*ends, _GAP)], line)
        for lines, turned, line in found
        if line
    ]


# Pies and radars


def _pie(trace: Trace, native: Native) -> Chart:
    ring = trace.ring
    if ring is None or not trace.value:
        raise NotNativeError("the chart shows no data")
    hole = round(100 * ring.hole)
    series = Series(trace.name, trace.value, fills=[*trace.colors], lines=trace.outlines)
    series.patterns, series.trace = trace.patterns, trace.index
    series.explosions = [round(100 * pull) for pull in ring.pulls]
    for label in trace.labels:
        left, top, width, height = label.text.box
        away = math.dist(ring.center, (left + width / 2, top + height / 2))
        inside = "ctr" if away < 0.62 * ring.radius else "inEnd"
        if label.text.angle or (hole and label.place == "outside"):
            native.texts.append(label.text)
        else:
            place = "" if hole else "outEnd" if label.place == "outside" else inside
            series.tags[label.point] = replace(label, place=place)
    if ring.title:
        native.texts.append(ring.title)
    (x, y), r = ring.center, ring.radius
    element = Element("doughnut" if hole else "pie", [series], angle=round(ring.rotation) % 360)
    element.hole = min(90, max(10, hole))
    return Chart((x - r, y - r, 2 * r, 2 * r), [element], categories=list(ring.names))


def _polar(reading: Reading, plot: Plot, traces: list[Trace], native: Native) -> list[Chart]:
    """A radar chart, or else lines and dots by their pixels; ground and grid are shapes."""
    traces = [trace for trace in traces if any(x is not None for x in trace.x)]
    around, out = reading.axis(plot.x), reading.axis(plot.y)
    names = around.categories or [f"{tick.value:.15g}" for tick in around.ticks]
    places = [360 * at / len(names) for at in range(len(names))]
    even = all(abs(t.value - at) < 0.01 for t, at in zip(around.ticks, places, strict=False))
    if around.categories:
        places, even = [float(at) for at in range(len(names))], True

    def whole(trace: Trace) -> bool:
        """Whether it goes once around, from name to name."""
        ends = [*zip(trace.theta, trace.r, strict=True)]
        closed = len(ends) > 1 and ends[:1] == ends[len(places) :]
        full = trace.theta[: len(places)] == places and None not in trace.r
        return full and (closed or (len(ends) == len(places) and not trace.lines))

    radar = plot.radar and out.type == "linear" and not out.reversed and len(places) > 2
    radar = radar and even and all(map(whole, traces))
    area, series = bounds([plot.box], reading), []
    across, up = (Scale("val", area[at], area[at] + area[at + 2]) for at in (0, 1))
    up.reversed = True
    native.under += plot.shapes
    for trace in traces:
        native.under += trace.fills
        points, where = _stepped(trace)
        if radar:
            points = [(None, r) for r in trace.r[: len(places)]]
            where = {at: at for at in range(len(trace.r))}
        row = _stroked(native, trace, [y for _, y in points], where, {} if radar else _SPOTS)
        row.xs = [] if radar else [x for x, _ in points]
        series.append(row)
    chart = Chart(area, [Element("radar" if radar else "scatter", series)], across, up)
    if radar:
        chart.across, chart.up, chart.categories = Scale("cat"), Scale("val", *out.range), names
    return [chart] if series else []

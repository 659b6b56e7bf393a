"""From the reading of a chart to PowerPoint's own charts.

A plot becomes one chart, or a few that lie exactly over each other where PowerPoint cannot
draw all of it in one (stacks beside stacks, dots over bars that lie). Whatever PowerPoint
would not draw as plotly did, tick texts, grid lines, labels, is left for the shapes of
``overlay``; where even that is no way, :class:`NotNativeError` says why.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hanbin_data.slides.chart import Chart, Element, Mark, Number, Scale, Series, Tag
from hanbin_data.slides.reading import (
    Axis,
    Box,
    Color,
    Label,
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
_NONE: Color = ("#000000", 0)


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
        labelled: axes whose tick texts a chart draws.
        ruled, zeroed: axes whose grid, or line at zero, a chart draws.
        painted: plots whose background a chart paints.
    """

    charts: list[Chart] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    under: list[Shape] = field(default_factory=list)
    over: list[Shape] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    ruled: set[str] = field(default_factory=set)
    zeroed: set[str] = field(default_factory=set)
    painted: set[str] = field(default_factory=set)


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
            for trace in inside:
                native.charts.append(_pie(trace, native))
        elif kind == "polar":
            native.charts.append(_polar(reading, plots[0], inside, native))
        elif inside:
            raise NotNativeError("PowerPoint has no charts of the type {type}", type=inside[0].type)
    if not native.charts:
        raise NotNativeError("the chart shows no data")
    for chart in native.charts:
        chart.frame = _frame(chart, reading)
    return native


def _frame(chart: Chart, reading: Reading) -> Box:
    """All of a chart: its plot and room for the tick texts and labels that it draws itself."""
    left, top, width, height = chart.area
    right, low = left + width, top + height
    near = (left - 400, right + 400, top - 200, low + 200)
    labels = any(scale and scale.labels for scale in (chart.across, chart.up, chart.second))
    boxes = [tick.box for axis in reading.axes for tick in axis.ticks if tick.box and labels]
    boxes += [label.text.box for trace in reading.traces for label in trace.labels]
    for box in boxes:
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        if near[0] < x < near[1] and near[2] < y < near[3]:
            left, right = min(left, box[0] - 14), max(right, box[0] + 1.2 * box[2] + 6)
            top, low = min(top, box[1] - 4), max(low, box[1] + box[3] + 8)
    pad = 0 if labels else 8  # dots on the rim
    left, top = max(0.0, left - pad), max(0.0, top - pad)
    right, low = min(reading.width, right + pad), min(reading.height, low + pad)
    return (left, top, max(1, right - left), max(1, low - top))


# Places


def nth(entries: list[Any], point: int) -> Any:
    """The entry of a point in a list that may hold one for all."""
    return entries[point if len(entries) > 1 else 0] if entries else None


def _along(axis: Axis, value: float) -> float:
    """A value's place on its axis, 0 to 1 from the left or the bottom."""
    low, high = axis.range
    if axis.type == "log":
        low, high, value = math.log10(low), math.log10(high), math.log10(max(value, 1e-300))
    return (value - low) / ((high - low) or 1)


def _valued(axis: Axis, share: float) -> float:
    low, high = axis.range
    if axis.type == "log":
        return float(10 ** (math.log10(low) + share * (math.log10(high) - math.log10(low))))
    return low + share * (high - low)


def pixel(axis: Axis, value: float) -> float:
    """Where a value stands, in pixels from the left or from the top."""
    share = _along(axis, value)
    return axis.start + axis.length * (1 - share if axis.id.startswith("y") else share)


def _unit(axis: Axis, value: Number) -> Number:
    """A value as the sheet holds it: dates are days."""
    if value is None or axis.type != "date":
        return value
    return round(value / _DAY + _EPOCH, 9)


def _bounds(axis: Axis) -> tuple[float, float]:
    return min(axis.range), max(axis.range)


def _scale(axis: Axis, origin: float = 0) -> Scale:
    low, high = (_unit(axis, bound - origin) for bound in _bounds(axis))
    return Scale("val", low, high, axis.reversed, axis.type == "log")


def _moment(value: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)


def _name(axis: Axis, value: float) -> str:
    """A place on an axis as the sheet names it."""
    if axis.categories and axis.type in ("category", "multicategory"):
        return axis.categories[round(value)] if 0 <= round(value) < len(axis.categories) else ""
    if axis.type == "date":
        return _moment(value).strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")
    return f"{value:.15g}"


@dataclass
class _Slots:
    """Columns of even width along an axis."""

    first: float
    step: float
    count: int
    number: dict[float, int]  # of each position

    def at(self, slot: float) -> float:
        return self.first + slot * self.step


def _slots(
    axis: Axis, positions: list[float], alone: float, near: float = 0.1, *, days: bool = False
) -> _Slots | None:
    """Even columns that hold all positions, as many as the axis has room for.

    ``alone`` is the width for a single one, ``near`` how far off one may be, in columns;
    ``days`` makes each day a column.
    """
    low, high = _bounds(axis)
    if axis.type in ("category", "multicategory"):
        if any(value != round(value) for value in positions):
            return None
        ends = max(0, math.ceil(low - 1e-6)), min(len(axis.categories) - 1, math.floor(high + 1e-6))
        shown = range(ends[0], ends[1] + 1)
        return _Slots(ends[0], 1, len(shown), {float(v): v - ends[0] for v in shown})
    found = sorted({value for value in positions if low <= value <= high})
    if not found:
        return None
    months: list[int] = []
    if len(found) == 1:
        numbers, step = [0], alone
    else:
        numbers = months = _months(found) if axis.type == "date" else []
        if days and not numbers:
            numbers = [round((value - found[0]) / _DAY) for value in found]
        if not numbers:
            least = min(b - a for a, b in pairwise(found))
            numbers = [round((value - found[0]) / least) for value in found]
        step = (found[-1] - found[0]) / numbers[-1]
    if step <= 0 or numbers[-1] > _MOST:
        return None
    near = min(near, 0.02) if not months else near
    if any(abs(v - found[0] - n * step) > near * step for v, n in zip(found, numbers, strict=True)):
        return None
    before = max(0, math.floor((found[0] - step / 2 - low) / step + 1e-6))
    after = max(0, math.floor((high - found[0] - (numbers[-1] + 0.5) * step) / step + 1e-6))
    if before + after + numbers[-1] > _MOST:
        before = after = 0
    index = {value: number + before for value, number in zip(found, numbers, strict=True)}
    return _Slots(found[0] - before * step, step, before + numbers[-1] + after + 1, index)


def _months(values: list[float]) -> list[int]:
    """Numbers of the months of dates that all stand on one day of theirs."""
    days = [_moment(value) for value in values]
    if len({(day.day, day.time()) for day in days}) > 1:
        return []
    months = [day.year * 12 + day.month for day in days]
    step = math.gcd(*(b - a for a, b in pairwise(months)))
    return [(month - months[0]) // step for month in months] if step else []


# Numbers as they are written


def _written(value: float, code: tuple[int | None, bool, float, str, str]) -> str:
    """A number in a format: decimals (None: as many as it has), thousands, factor, both ends."""
    places, comma, factor, before, behind = code
    amount = abs(value) * factor
    if places is None:
        text = f"{amount:.12g}"
    else:
        rounded = math.floor(amount * 10**places + 0.5 + 1e-9) / 10**places
        text = f"{rounded:{',' if comma else ''}.{places}f}"
    return ("−" if value < 0 and text.strip("0.,") else "") + before + text + behind


def number_format(values: list[float], texts: list[str]) -> str | None:
    """The number format in which PowerPoint writes all values as these texts, if there is one."""
    if not values:
        return None
    dashed = [text.replace("-", "−") if text.startswith("-") else text for text in texts]
    widest = max(dashed, key=len)
    digits = [at for at, c in enumerate(widest) if c.isdigit()]
    if not digits:
        return None
    before, behind = widest[: digits[0]].removeprefix("−"), widest[digits[-1] + 1 :]
    if any(c in '"\\' for c in before + behind):
        return None
    number = widest[digits[0] : digits[-1] + 1]
    places = [None, *range(5)]
    for factor, letters in (
        (1, ""),
        (100, ""),
        (
            1e-3,
            ",",
        ),
        (1e-6, ",,"),
        (1e-9, ",,,"),
    ):
        for place in places:
            code = (place, "," in number, factor, before, behind)
            zero = _written(0, code)
            same = all(
                _written(value, code) == text or (value == 0 and text == "0" and factor != 1)
                for value, text in zip(values, dashed, strict=True)
            )
            if not same or (place is None and factor != 1):
                continue
            if factor == 100 and not behind.startswith("%"):
                continue
            decimals = "." + "0" * place if place else ""
            core = (
                "General"
                if place is None
                else ("#,##0" if "," in number else "0") + decimals + letters
            )
            ends = (f'"{before}"' if before else "", f'"{behind}"' if behind else "")
            if factor == 100:
                ends = (ends[0], "%" + (f'"{behind[1:]}"' if behind[1:] else ""))
            text = ends[0] + core + ends[1]
            plain = not any(value < 0 for value in values)
            odd = factor != 1 and any(value == 0 for value in values) and zero not in dashed
            minus = f'"−"{text}'
            return text if plain and not odd else f"{text};{minus}" + (";0" if odd else "")
    return None


def _ruled(axis: Axis) -> tuple[float, str] | None:
    """Step and format, where PowerPoint writes the same ticks at the same places."""
    ticks = axis.ticks
    if axis.type != "linear" or len(ticks) < 2 or axis.tick_angle or axis.tick_font is None:
        return None
    values = sorted(tick.value for tick in ticks)
    step = (values[-1] - values[0]) / (len(values) - 1)
    low, high = _bounds(axis)
    even = all(abs(b - a - step) < 1e-6 * step for a, b in pairwise(values))
    # PowerPoint counts from the axis' end, plotly from zero.
    if not even or abs(values[0] - low) > 1e-6 * step or high - values[-1] >= step * (1 - 1e-6):
        return None
    if any(tick.box is None or "\n" in tick.text for tick in ticks):
        return None
    form = number_format([tick.value for tick in ticks], [tick.text for tick in ticks])
    return None if form is None else (step, form)


# Plots with two axes


def _pieces(trace: Trace, slots: _Slots, value: Axis) -> list[Any]:
    """The bars of a trace by slot, each from its base to its end; two rows where two share one."""
    places, ends = (trace.y, trace.x) if trace.horizontal else (trace.x, trace.y)
    rows: list[tuple[Trace, dict[int, int], dict[int, tuple[float, float]]]] = []
    for i, (place, end) in enumerate(zip(places, ends, strict=True)):
        if place not in slots.number or end is None:
            continue
        slot = slots.number[place]
        row = next((row for row in rows if slot not in row[1]), None)
        if row is None:
            row = (trace, {}, {})
            rows.append(row)
        row[1][slot] = i
        row[2][slot] = (_unit(value, nth(trace.base, i) or 0.0) or 0.0, _unit(value, end) or 0.0)
    return rows


def _floating(
    rects: dict[int, tuple[float, float]],
    origin: float,
    ends: dict[tuple[int, bool], float],
    count: int,
) -> tuple[list[Number], list[Number]] | None:
    """Rows of a stack, what is below left empty, if nothing stands in the way."""
    base: list[Number] = [None] * count
    size: list[Number] = [None] * count
    after = dict(ends)
    for slot, rect in rects.items():
        low, high = min(rect) - origin, max(rect) - origin
        down = high <= 0 and low < 0
        near, far = (high, low) if down else (low, high)
        room = near - after.get((slot, down), 0.0)
        if abs(room) < 1e-9 * max(abs(near), abs(far)):
            room = 0.0
        if room > 0 if down else room < 0:
            return None
        base[slot], size[slot] = room or None, far - near
        after[slot, down] = far
    ends.update(after)
    return base, size


@dataclass
class _Drawn:
    """A chart of a panel; ``number`` is the column of each place, ``own`` whether its names are
    the axis' tick texts, ``origin`` what is taken off all values."""

    chart: Chart
    across: Axis
    up: Axis
    number: dict[float, int] = field(default_factory=dict)
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

    def draw(self) -> None:
        bars: dict[tuple[bool, str], list[Trace]] = defaultdict(list)
        for trace in self.traces:
            if trace.kind in ("bar", "waterfall", "funnel"):
                axis = self.y(trace) if trace.horizontal else self.x(trace)
                bars[trace.horizontal, axis.id].append(trace)
            elif trace.kind not in ("scatter", "ohlc", "candlestick"):
                raise NotNativeError("PowerPoint has no charts of the type {type}", type=trace.type)
        for (horizontal, _), traces in bars.items():
            self._bars(traces, horizontal)
            self._connect(traces)
        for trace in self.traces:
            if trace.kind == "candlestick":
                self._stock(trace)
        scatter = [trace for trace in self.traces if trace.kind == "scatter"]
        self._areas(scatter)
        dots = [trace for trace in scatter if not self._line(trace)]
        for plot in self.plots.values():
            own = [trace for trace in self.traces if trace.plot == plot.id]
            self._dots(plot, own, [trace for trace in dots if trace.plot == plot.id])
        if self.drawn:
            self._axes()
        self.native.charts += [drawn.chart for drawn in self.drawn]

    # Bars

    def _bars(self, traces: list[Trace], horizontal: bool) -> None:
        axis = self.y(traces[0]) if horizontal else self.x(traces[0])
        places = {t.index: (t.y if horizontal else t.x) for t in traces}
        positions = [v for t in traces for v in places[t.index] if v is not None]
        widest = max((w for t in traces for w in t.width if w is not None), default=1)
        slots = _slots(axis, positions, widest)
        if slots is None:
            # Bars may stand where no even columns are, say of unlike widths.
            raise NotNativeError("its bars stand at uneven distances")
        lanes: dict[float, list[Trace]] = defaultdict(list)
        widths: dict[int, float] = {}
        for trace in traces:
            inside = [
                i
                for i, v in enumerate(places[trace.index])
                if v in slots.number and nth(trace.offset, i) is not None
            ]
            rel = {
                round(
                    (nth(trace.offset, i) + nth(trace.width, i) / 2 - places[trace.index][i])
                    / slots.step,
                    2,
                )
                for i in inside
            }
            thick = {round(nth(trace.width, i) / slots.step, 3) for i in inside}
            if not inside:
                continue
            if max(rel) - min(rel) > 0.011 or max(thick) - min(thick) > 0.1:
                raise NotNativeError("its bars are of different widths")
            lane = next((one for one in lanes if abs(one - min(rel)) < 0.011), min(rel))
            lanes[lane].append(trace)
            widths[trace.index] = max(thick)
        stands = sorted(lanes)
        single = [trace for lane in stands for trace in lanes[lane]]
        wide = max(widths.values(), default=1)
        apart = {round(b - a, 2) for a, b in pairwise(stands)} or {wide}
        values = {(self.x(t) if horizontal else self.y(t)).id for t in single}
        plain = all(not base for t in single for base in t.base)
        even = max(apart) - min(apart) < 0.021 and abs(sum(stands)) < 0.011 * len(stands)
        same = all(abs(w - wide) < 0.01 for w in widths.values())
        one_each = all(len(lane) == 1 for lane in lanes.values())
        if plain and even and same and len(values) == 1 and (one_each or len(stands) == 1):
            overlay = len(stands) == 1 and len(single) > 1
            step = min(apart)
            gap = 1 - (step * (len(stands) - 1) + wide)
            element = Element("bar", [], "clustered", horizontal)
            element.gap = round(100 * gap / wide)
            element.overlap = 100 if overlay else round(100 * (1 - step / wide))
            element.overlap = (
                max(-100, min(100, element.overlap)) if len(stands) > 1 or overlay else 0
            )
            if element.gap <= 500 and (one_each or not overlay or plain):
                element.series = [self._bar(trace, slots, horizontal) for trace in single]
                self._columns(axis, slots, [element], single[0], horizontal)
                return
        for lane in stands:
            for wide in sorted({widths[t.index] for t in lanes[lane]}, reverse=True):
                alike = [t for t in lanes[lane] if widths[t.index] == wide]
                self._stacks(axis, slots, alike, wide, lane, horizontal)

    def _connect(self, traces: list[Trace]) -> None:
        """The areas between the bars of funnels."""
        for trace in traces:
            fill = getattr(trace, "connector_fill", None)
            if fill is None:
                continue
            along, across = (
                (self.x(trace), self.y(trace))
                if trace.horizontal
                else (self.y(trace), self.x(trace))
            )
            ends = trace.x if trace.horizontal else trace.y
            rows = []
            for i, end in enumerate(ends):
                if end is not None:
                    sides = sorted(
                        pixel(across, nth(trace.offset, i) + d) for d in (0, nth(trace.width, i))
                    )
                    rows.append(
                        (sides, sorted(pixel(along, v) for v in (nth(trace.base, i) or 0, end)))
                    )
            rows.sort()
            for (a, b), (c, d) in pairwise(rows):
                corners = [(b[0], a[1]), (b[1], a[1]), (d[1], c[0]), (d[0], c[0])]
                points = corners if trace.horizontal else [(y, x) for x, y in corners]
                self.native.under.append(Shape("path", self.main.box, points, True, fill=fill))

    def _bar(self, trace: Trace, slots: _Slots, horizontal: bool) -> Series:
        places = trace.y if horizontal else trace.x
        axis = self.x(trace) if horizontal else self.y(trace)
        ends = trace.x if horizontal else trace.y
        where = {slots.number[v]: i for i, v in enumerate(places) if v in slots.number}
        seen = sum(v in slots.number and ends[i] is not None for i, v in enumerate(places))
        if len({s for s, i in where.items() if ends[i] is not None}) < seen:
            raise NotNativeError("two of its bars stand in one place")
        values = [_unit(axis, ends[where[s]]) if s in where else None for s in range(slots.count)]
        return self._painted(trace, values, where, axis)

    def _painted(
        self,
        trace: Trace,
        values: list[Number],
        where: dict[int, int],
        axis: Axis,
        *,
        stacked: bool = False,
    ) -> Series:
        def spread(entries: list[Any], blank: Any) -> list[Any]:
            if len(entries) < 2:
                return entries or [blank]
            return [entries[where[s]] if s in where else blank for s in range(len(values))]

        series = Series(trace.name, values)
        series.fills = spread(trace.colors, _NONE)
        series.lines = spread(trace.outlines, None)
        series.patterns = spread(trace.patterns, "")
        series.backs = spread(trace.backs, None)
        slot = {point: s for s, point in where.items()}
        for label in trace.labels:
            if label.point in slot:
                self._tag(
                    series, slot[label.point], label, self._bar_place(trace, label, axis, stacked)
                )
        self._follow(series)
        return series

    def _bar_place(self, trace: Trace, label: Label, axis: Axis, stacked: bool) -> str:
        """Where PowerPoint puts a bar's label; empty: nowhere that is the same."""
        if label.text.angle:
            return ""
        end = nth(trace.x if trace.horizontal else trace.y, label.point)
        base = nth(trace.base, label.point) or 0
        if end is None or axis.type == "log":
            return ""
        if label.place == "outside":
            return "" if stacked else "outEnd"
        left, top, width, height = label.text.box
        centre = left + width / 2 if trace.horizontal else top + height / 2
        size = width if trace.horizontal else height
        begin, stop = pixel(axis, base), pixel(axis, end)
        middle = (begin + stop) / 2
        if abs(centre - middle) <= max(4, size * 0.3):
            return "ctr"
        return "inEnd" if abs(centre - stop) < abs(centre - begin) else "inBase"

    def _tag(self, series: Series, at: int, label: Label, place: str) -> None:
        if place:
            series.tags[at] = Tag(label.text, label.text.font, place)
        else:
            self.native.texts.append(label.text)

    def _follow(self, series: Series) -> None:
        """Let labels follow the numbers where PowerPoint writes them alike."""
        tags = series.tags
        numbers = [series.ys[at] for at in tags]
        if not tags or None in numbers:
            return
        plain = [
            tag
            for tag in tags.values()
            if tag.text and len(tag.text.lines) == 1 and len(tag.text.lines[0]) == 1
        ]
        if len(plain) < len(tags):
            return
        texts = [tag.text.plain for tag in tags.values() if tag.text]
        form = number_format([n for n in numbers if n is not None], texts)
        if form is not None:
            series.format = form
            for tag in tags.values():
                tag.text = None

    def _stacks(
        self,
        axis: Axis,
        slots: _Slots,
        traces: list[Trace],
        wide: float,
        shift: float,
        horizontal: bool,
    ) -> None:
        """Bars that stand on each other, or float, as stacks; as many charts as it takes."""
        gap = round(100 * (1 - wide) / wide)
        if not -1 <= gap <= 500:
            raise NotNativeError("its bars are too thin or too wide")
        by_value: dict[str, list[Trace]] = defaultdict(list)
        for trace in traces:
            by_value[(self.x(trace) if horizontal else self.y(trace)).id].append(trace)
        for name, group in by_value.items():
            value = self.axes[name]
            waiting = [piece for trace in group for piece in _pieces(trace, slots, value)]
            low = _bounds(value)[0]
            crossing = any(min(r) < 0 < max(r) for piece in waiting for r in piece[2].values())
            origin = low if crossing and value.type == "linear" else 0.0
            while waiting:
                ends: dict[tuple[int, bool], float] = {}
                series: list[Series] = []
                rest = []
                for piece in waiting:
                    trace, where, rects = piece
                    rows = _floating(rects, origin, ends, slots.count)
                    if rows is None:
                        rest.append(piece)
                        continue
                    base, size = rows
                    if any(base):
                        series.append(Series("", base, fills=[None], lines=[None]))
                    series.append(self._painted(trace, size, where, value, stacked=True))
                if not series:
                    raise NotNativeError("its bars overlap")
                waiting = rest
                element = Element("bar", series, "stacked", horizontal, max(0, gap), 100)
                self._columns(axis, slots, [element], group[0], horizontal, shift, origin)

    # Charts on even columns

    def _columns(
        self,
        axis: Axis,
        slots: _Slots,
        elements: list[Element],
        trace: Trace,
        horizontal: bool,
        shift: float = 0,
        origin: float = 0,
        *,
        between: bool = True,
    ) -> _Drawn:
        value = self.x(trace) if horizontal else self.y(trace)
        half = 0.5 if between else 0.0
        begin, end = sorted(
            pixel(axis, slots.at(s)) for s in (shift - half, slots.count - 1 + shift + half)
        )
        area = (begin, value.start, end - begin, value.length)
        if horizontal:
            area = (value.start, begin, value.length, end - begin)
        ticks = {round(tick.value, 9): tick for tick in axis.ticks}
        at = [slots.at(s) for s in range(slots.count)]
        shown = [ticks.get(round(v, 9)) for v in at]
        own = (
            axis.tick_font is not None and not shift and (bool(axis.groups) or not axis.tick_angle)
        )
        if not axis.groups:
            own = own and len(shown) == len(ticks)
            own = own and all(t and t.box and t.text and "\n" not in t.text for t in shown)
        known = {number: value for value, number in slots.number.items()}
        names = [
            tick.text if own and tick and not axis.groups else _name(axis, known.get(s, at[s]))
            for s, tick in enumerate(shown)
        ]
        chart = Chart(area, elements, categories=names)
        if axis.groups:
            chart.groups = [axis.groups[round(v)] for v in at]
        chart.across = Scale("cat", reversed=axis.reversed)
        chart.up = replace(_scale(value, origin), between=between)
        if chart.up.log:
            chart.across.base = chart.up.low
        self.drawn.append(_Drawn(chart, axis, value, slots.number, own, origin, horizontal))
        return self.drawn[-1]

    def _stock(self, trace: Trace) -> None:
        axis = self.x(trace)
        places = [x for x in trace.x if x is not None]
        slots = _slots(axis, places, _DAY, 0.02) or _slots(axis, places, _DAY, 0.02, days=True)
        if slots is None:
            raise NotNativeError("its boxes stand at uneven distances")
        where = {slots.number[x]: i for i, x in enumerate(trace.x) if x in slots.number}
        rows = []
        for name in ("open", "high", "low", "close"):
            values = getattr(trace, name)
            row = [values[where[s]] if s in where else None for s in range(slots.count)]
            rows.append(Series(f"{trace.name} {name}".strip(), row, lines=[None]))
        wide = (nth(trace.width, 0) or 0.7 * slots.step) / slots.step
        element = Element("stock", rows, gap=max(0, min(500, round(100 * (1 - wide) / wide))))
        element.up, element.down = (
            (trace.rising_fill, trace.rising),
            (trace.falling_fill, trace.falling),
        )
        self._columns(axis, slots, [element], trace, False)

    # Lines and areas

    def _line(self, trace: Trace) -> bool:
        """Whether a line joins the columns of a chart, or makes some of its own."""
        axis, value = self.x(trace), self.y(trace)
        places = [x for x in trace.x if x is not None]
        rising = all(b > a for a, b in pairwise(places))
        if len(places) < len(trace.x) or not places or not rising:
            return False
        if trace.shape not in ("linear", "spline") or value.type in ("category", "multicategory"):
            return False
        inner = "".join(" " if y is None else "." for y in trace.y).strip()
        if " " in inner and (trace.connect_gaps or trace.shape == "spline"):
            return False
        for drawn in self.drawn:
            if drawn.across is not axis or drawn.horizontal or drawn.origin:
                continue
            if any(place not in drawn.number for place in places):
                continue
            if any(element.tag == "stock" for element in drawn.chart.elements):
                continue
            if value is not drawn.up:
                if drawn.second not in (None, value) or not value.overlaying:
                    continue
                drawn.second, drawn.chart.second = value, _scale(value)
            elif (
                len(places) < len(drawn.number)
                and drawn.chart.elements[0].tag == "area"
                and trace.lines
            ):
                continue
            self._join(drawn, trace)
            return True
        if axis.type != "category" or " " in inner or any(v != round(v) for v in places):
            return False
        slots = _slots(axis, places, 1)
        if slots is None or slots.count < 2 or any(place not in slots.number for place in places):
            return False
        if (
            places != list(slots.number)[: len(places)]
            and len(places) < slots.count
            and trace.lines
        ):
            within = slots.number[places[-1]] - slots.number[places[0]] + 1
            if within > len(places):  # it goes straight over a category, which there would be a gap
                return False
        low, high = _bounds(axis)
        between = low <= slots.first - 0.5 + 1e-6 and high >= slots.at(slots.count - 0.5) - 1e-6
        self._join(self._columns(axis, slots, [], trace, False, between=between), trace)
        return True

    def _join(self, drawn: _Drawn, trace: Trace) -> None:
        value, chart = self.y(trace), drawn.chart
        where = {drawn.number[x]: i for i, x in enumerate(trace.x) if x is not None}
        values = [
            _unit(value, trace.y[where[s]]) if s in where else None
            for s in range(len(chart.categories))
        ]
        second = value is drawn.second
        last = chart.elements[-1] if chart.elements else None
        if last is None or last.tag != "line" or last.second != second:
            last = Element("line", [], second=second)
            chart.elements.append(last)
        last.series.append(self._stroked(trace, values, where))

    def _stroked(self, trace: Trace, values: list[Number], where: dict[int, int]) -> Series:
        """A line or dots; ``where`` is the point that stands at each place."""
        series = Series(trace.name, values)
        series.lines = [trace.line if trace.lines else None]
        series.smooth = trace.lines and trace.shape == "spline"
        if trace.markers:
            lists = (trace.colors, trace.sizes, trace.symbols, trace.outlines)
            alike = len(where) == len(values) and all(len(entries) < 2 for entries in lists)
            marks = [_mark(trace, where[s]) if s in where else None for s in range(len(values))]
            if any(isinstance(mark, Shape) for mark in marks):
                self._place(
                    trace, {where[s]: m for s, m in enumerate(marks) if isinstance(m, Shape)}
                )
                marks, alike = [m if isinstance(m, Mark) else None for m in marks], False
            series.marks = marks[:1] if alike else marks  # type: ignore[assignment]
        place = {point: at for at, point in where.items()}
        for label in trace.labels:
            if label.point in place:
                spot = "" if label.text.angle else _SPOTS.get(label.place, "")
                self._tag(series, place[label.point], label, spot)
        self._follow(series)
        return series

    def _place(self, trace: Trace, marks: dict[int, Shape]) -> None:
        if len(marks) > 200:
            raise NotNativeError("it has many dots of a form that PowerPoint has not")
        for point, mark in marks.items():
            x, y = trace.x[point], trace.y[point]
            if x is not None and y is not None:
                a, b = pixel(self.x(trace), x), pixel(self.y(trace), y)
                box = (mark.box[0] + a, mark.box[1] + b, mark.box[2], mark.box[3])
                points = [(left + a, top + b) for left, top in mark.points]
                self.native.over.append(replace(mark, box=box, points=points))

    def _areas(self, traces: list[Trace]) -> None:
        """Draw what is filled between a line and the axis, or the line before it."""
        rows: list[tuple[Trace, list[float], list[float]]] = []
        before: dict[str, Trace] = {}
        for trace in traces:
            last = before.get(trace.plot)
            before[trace.plot] = trace
            if not trace.fill or trace.fill_color is None or trace.fill_color[1] == 0:
                continue
            if trace.fill == "toself":
                self._polygon(trace)
                continue
            base: list[Number] = [0.0] * len(trace.y)
            if trace.stack:
                base = [nth(trace.base, i) or 0.0 for i in range(len(trace.y))]
            elif trace.fill == "tonexty" and last is not None:
                base = last.y if last.x == trace.x else []
            elif trace.fill not in ("tozeroy", "tonexty"):
                base = []
            places = [x for x in trace.x if x is not None]
            lows, tops = [b for b in base if b is not None], [y for y in trace.y if y is not None]
            whole = len(places) == len(lows) == len(tops) == len(trace.x) > 1
            straight = trace.shape == "linear" and self.y(trace).type == "linear"
            if not (whole and straight and all(b > a for a, b in pairwise(places))):
                raise NotNativeError("it fills areas that PowerPoint has no chart for")
            rows.append((trace, lows, tops))
        while rows:
            first = rows[0][0]
            alike = [row for row in rows if row[0].x == first.x and row[0].plot == first.plot]
            taken = self._filled(alike)
            rows = [row for row in rows if row[0].index not in taken]

    def _filled(self, rows: list[tuple[Trace, list[float], list[float]]]) -> set[int]:
        """One area chart of rows over the same places, as many as stand on each other."""
        first = rows[0][0]
        axis, xs = self.x(first), [x for x in first.x if x is not None]
        so_far = [0.0] * len(xs)
        series: list[Series] = []
        taken: set[int] = set()
        for trace, base, top in rows:
            room: list[Number] = [b - s for b, s in zip(base, so_far, strict=True)]
            size = max(map(abs, [*top, *base])) or 1
            if any(abs(r or 0) > 1e-9 * size for r in room):
                if series:
                    break
                series.append(Series("", room, fills=[None], lines=[None]))
            values: list[Number] = [t - b for t, b in zip(top, base, strict=True)]
            series.append(Series(trace.name, values, fills=[trace.fill_color], lines=[None]))
            taken.add(trace.index)
            so_far = top
        element = Element("area", series, "stacked" if len(series) > 1 else "standard")
        slots = None if axis.type == "date" else _slots(axis, xs, 1, near=1e-6)
        if slots is not None and slots.count == len(xs):
            self._columns(axis, slots, [element], first, False, between=False)
            return taken
        # On a date axis places stand at any distance, counted in days.
        low, high = _bounds(axis)
        if xs[0] < low - 1e-6 * (high - low) or xs[-1] > high + 1e-6 * (high - low):
            raise NotNativeError("it fills areas that are cut off")
        days = [x / _DAY + _EPOCH for x in xs]
        dates = axis.type == "date" and all(abs(d - round(d)) < 1e-6 and d > 60 for d in days)
        cells = [float(round(d)) for d in days]
        if not dates:
            cells = [1.0 + round((x - xs[0]) / (xs[-1] - xs[0]) * 20_000) for x in xs]
        slots = _Slots(
            xs[0], (xs[-1] - xs[0]) / (len(xs) - 1), len(xs), {x: i for i, x in enumerate(xs)}
        )
        drawn = self._columns(axis, slots, [element], first, False, between=False)
        drawn.own = False
        drawn.chart.categories, drawn.chart.dates = cells, dates
        drawn.chart.across = Scale("date", cells[0], cells[-1], reversed=axis.reversed)
        return taken

    def _polygon(self, trace: Trace) -> None:
        if trace.shape != "linear":
            raise NotNativeError("it fills areas that PowerPoint has no chart for")
        x, y = self.x(trace), self.y(trace)
        rings: list[list[Point]] = [[]]
        for a, b in zip(trace.x, trace.y, strict=True):
            if a is None or b is None:
                rings.append([])
            else:
                rings[-1].append((pixel(x, a), pixel(y, b)))
        for points in rings:
            if len(points) > 2:
                shape = Shape("path", self.main.box, points, True, fill=trace.fill_color)
                self.native.under.append(shape)

    # Lines and dots at any place

    def _dots(self, plot: Plot, traces: list[Trace], dots: list[Trace]) -> None:
        """Lines and dots, ranges and connections as an xy chart."""
        x, y = self.axes[plot.x], self.axes[plot.y]
        series = []
        for trace in traces:
            for points, line in _strokes(trace, x, y):
                row = Series(trace.name, [], lines=[line])
                for a, b in points:
                    row.xs.append(_unit(x, a))
                    row.ys.append(_unit(y, b))
                series.append(row)
            if trace in dots:
                xs, ys, where = _stepped(trace)
                row = self._stroked(trace, [_unit(y, b) for b in ys], where)
                row.xs = [_unit(x, a) for a in xs]
                series.append(row)
        series = [row for row in series if any(v is not None for v in row.ys)]
        if series:
            area = (x.start, y.start, x.length, y.length)
            chart = Chart(area, [Element("scatter", series)], _scale(x), _scale(y))
            chart.dates = x.type == "date"
            self.drawn.append(_Drawn(chart, x, y))

    # Axes

    def _axes(self) -> None:
        """Let the first chart draw what it draws like plotly."""
        native, first = self.native, self.drawn[0]
        chart, box = first.chart, self.main.box
        if first.own and first.across.id not in native.labelled:
            chart.across = replace(
                chart.across,  # type: ignore[type-var]
                labels=first.across.tick_font,
                place=_side(first.across, first.up),
            )
            native.labelled.add(first.across.id)
        fits = (
            all(abs(a - b) < 1 for a, b in zip(chart.area, box, strict=True)) and not first.origin
        )
        pairs = [(first.up, "up", first.across)]
        if not first.number:
            pairs.append((first.across, "across", first.up))
        if first.second is not None:
            pairs.append((first.second, "second", first.across))
        for axis, role, other in pairs:
            ruled = _ruled(axis)
            scale = getattr(chart, role)
            if not fits or ruled is None or axis.id in native.labelled:
                continue
            scale.step, scale.format = ruled
            # Ticks are counted from the axis' end, which may be a hair off.
            values = [tick.value for tick in axis.ticks]
            scale.low, scale.high = min(values), max(*values, *axis.range)
            scale.labels, scale.grid, scale.place = axis.tick_font, axis.grid, _side(axis, other)
            native.labelled.add(axis.id)
            native.ruled.add(axis.id)
        up = first.up
        if first.number and up.id in native.ruled and up.zero and chart.across:
            chart.across.line = up.zero
            native.zeroed.add(up.id)
        bare = all(
            (axis.grid is None or axis.id in native.ruled)
            and (axis.zero is None or axis.id in native.zeroed)
            for plot in self.plots.values()
            for axis in (self.axes[plot.x], self.axes[plot.y])
        )
        under = any(shape.layer != "above" for shape in self.reading.shapes)
        if bare and fits and not under and not self.reading.images and not native.under:
            chart.background = self.main.background
            native.painted.add(self.main.id)


def _side(axis: Axis, other: Axis) -> str:
    return "low" if (axis.side in ("left", "bottom")) != other.reversed else "high"


_SPOTS = {
    "top center": "t",
    "bottom center": "b",
    "middle left": "l",
    "middle right": "r",
    "middle center": "ctr",
}
_SYMBOLS = {"circle": "circle", "square": "square", "diamond": "diamond", "triangle-up": "triangle"}
_DRAWN = {"cross": "plus", "x": "x", "asterisk": "star", "line-ew": "dash"}


def _around(corners: int, inner: float = 0, turn: float = 0) -> list[Point]:
    """The corners of a polygon or, with an inner radius, of a star, in a circle of radius 1."""
    steps = corners * 2 if inner else corners
    angles = [math.pi * (2 * at / steps - 0.5) + turn for at in range(steps)]
    radii = [inner if inner and at % 2 else 1.0 for at in range(steps)]
    return [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]


_POLYGONS: dict[str, list[Point]] = {
    "triangle-down": _around(3, turn=math.pi),
    "triangle-left": _around(3, turn=-math.pi / 2),
    "triangle-right": _around(3, turn=math.pi / 2),
    "pentagon": _around(5),
    "hexagon": _around(6),
    "hexagon2": _around(6, turn=math.pi / 2),
    "octagon": _around(8, turn=math.pi / 8),
    "star": [(1.4 * x, 1.4 * y) for x, y in _around(5, 0.382)],
    "hexagram": _around(6, 0.577),
    "star-square": _around(4, 0.5, math.pi / 4),
    "star-diamond": _around(4, 0.5),
    "hourglass": [(-1, -1), (1, -1), (-1, 1), (1, 1)],
    "bowtie": [(-1, -1), (1, 1), (1, -1), (-1, 1)],
    "line-ns": [(0, -1.4), (0, 1.4)],
    "line-ne": [(-1, 1), (1, -1)],
    "line-nw": [(-1, -1), (1, 1)],
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "diamond": _around(4),
    "circle": [],
}
"""Symbols that PowerPoint has no dots for, or not as large: they become shapes over the chart."""


def _mark(trace: Trace, point: int) -> Mark | Shape | None:
    """A dot at a point; PowerPoint draws some symbols by their outline alone."""
    name, size = str(nth(trace.symbols, point) or "circle"), float(nth(trace.sizes, point) or 0)
    color, outline = nth(trace.colors, point), nth(trace.outlines, point)
    if color is None or size <= 0:
        return None
    shape = name.removesuffix("-open")
    if shape in _POLYGONS and (shape not in _SYMBOLS or size > 72):
        hollow = shape != name or shape.startswith("line-")
        if hollow:
            outline, color = outline or Line(color, 1), _NONE
        points = [(x * size / 2, y * size / 2) for x, y in _POLYGONS[shape]]
        kind = "path" if points else "circle"
        box = (-size / 2, -size / 2, size, size)
        return Shape(kind, box, points, not shape.startswith("line-"), outline, color)
    if shape in _SYMBOLS:
        if shape == name:
            return Mark(_SYMBOLS[shape], size, color, outline)
        return Mark(_SYMBOLS[shape], size, None, outline or Line(color, 1))
    if shape in _DRAWN:
        thick = 1.0 if shape in ("asterisk", "line-ew") or shape != name else size / 4
        line = outline if outline and (shape != name or thick == 1) else Line(color, thick)
        return Mark(_DRAWN[shape], size, None, line)
    raise NotNativeError("PowerPoint has no dots of the form {symbol}", symbol=name)


def _stepped(trace: Trace) -> tuple[list[Number], list[Number], dict[int, int]]:
    """The points of a line with the corners of its steps; and which point stands where."""
    xs: list[Number] = []
    ys: list[Number] = []
    where: dict[int, int] = {}
    last: tuple[float, float] | None = None
    for at, (x, y) in enumerate(zip(trace.x, trace.y, strict=True)):
        if x is None or y is None:
            if not trace.connect_gaps and xs and xs[-1] is not None:
                xs.append(None)
                ys.append(None)
                last = None
            continue
        if last is not None and trace.lines:
            a, b = last
            corners = {
                "hv": [(x, b)],
                "vh": [(a, y)],
                "hvh": [((a + x) / 2, b), ((a + x) / 2, y)],
                "vhv": [(a, (b + y) / 2), (x, (b + y) / 2)],
            }.get(trace.shape, [])
            for corner in corners:
                xs.append(corner[0])
                ys.append(corner[1])
        where[len(xs)] = at
        xs.append(x)
        ys.append(y)
        last = (x, y)
    return xs, ys, where


def _strokes(trace: Trace, x: Axis, y: Axis) -> list[tuple[list[tuple[Number, Number]], Line]]:
    """Lines that belong to a trace, ranges, connections, ticks of OHLC: points with gaps."""
    found: list[tuple[list[tuple[Number, Number]], Line]] = []
    gap: tuple[Number, Number] = (None, None)

    def moved(axis: Axis, value: float, pixels: float) -> float:
        return _valued(axis, _along(axis, value) + pixels / axis.length)

    bar = trace.kind in ("bar", "waterfall", "funnel")
    for errors in trace.errors:
        points: list[tuple[Number, Number]] = []
        for i, (low, high) in enumerate(zip(errors.low, errors.high, strict=True)):
            across = errors.along == "x"
            place = (trace.y if across else trace.x)[i]
            if bar and trace.horizontal == across:
                place = nth(trace.offset, i) + nth(trace.width, i) / 2
            if place is None or (low is None and high is None):
                continue
            middle = (trace.x if across else trace.y)[i]
            ends = [middle if end is None else end for end in (low, high)]
            rows: list[tuple[Number, Number]] = [
                (end, place) if across else (place, end) for end in ends
            ]
            points += [*rows, gap]
            axis = y if across else x
            for end, other in zip(ends, (low, high), strict=True):
                if errors.cap and other is not None:
                    sides = [moved(axis, place, d) for d in (-errors.cap, errors.cap)]
                    points += [*((end, s) if across else (s, end) for s in sides), gap]
        if points:
            found.append((points, errors.line))
    if bar and trace.connector:
        ends = trace.x if trace.horizontal else trace.y
        known = [i for i, end in enumerate(ends) if end is not None]
        points = []
        for i, j in pairwise(known):
            both = (nth(trace.offset, i) + nth(trace.width, i), nth(trace.offset, j))
            pairs = [(ends[i], s) if trace.horizontal else (s, ends[i]) for s in both]
            points += [*pairs, gap]
        found.append((points, trace.connector))
    if trace.kind in ("ohlc", "candlestick"):
        known_x = sorted({v for v in trace.x if v is not None})
        step = min((b - a for a, b in pairwise(known_x)), default=_DAY) * 0.3
        for rising, line in ((True, trace.rising), (False, trace.falling)):
            points = []
            for i, place in enumerate(trace.x):
                o, h, lo, c = (getattr(trace, k)[i] for k in ("open", "high", "low", "close"))
                if None in (place, o, h, lo, c) or (c >= o) != rising or place is None:
                    continue
                if trace.kind == "ohlc":
                    points += [(place, lo), (place, h), gap]
                    points += [
                        (place - step, o),
                        (place, o),
                        gap,
                        (place, c),
                        (place + step, c),
                        gap,
                    ]
                else:
                    points += [
                        (place, lo),
                        (place, min(o, c)),
                        gap,
                        (place, max(o, c)),
                        (place, h),
                        gap,
                    ]
            if points and line:
                found.append((points, line))
    return found


# Pies and radars


def _pie(trace: Trace, native: Native) -> Chart:
    ring = trace.ring
    if ring is None or not trace.value:
        raise NotNativeError("the chart shows no data")
    hole = round(100 * ring.hole)
    series = Series(trace.name, trace.value, fills=[*trace.colors], lines=trace.outlines)
    series.patterns = trace.patterns
    series.explosions = [round(100 * pull) for pull in ring.pulls]
    for label in trace.labels:
        if label.text.angle or (hole and label.place == "outside"):
            native.texts.append(label.text)
            continue
        place = "" if hole else "outEnd" if label.place == "outside" else _slice_place(ring, label)
        series.tags[label.point] = Tag(label.text, label.text.font, place)
    if ring.title:
        native.texts.append(ring.title)
    x, y = ring.center
    r = ring.radius
    element = Element("doughnut" if hole else "pie", [series], angle=round(ring.rotation) % 360)
    element.hole = min(90, max(10, hole))
    return Chart((x - r, y - r, 2 * r, 2 * r), [element], categories=list(ring.names))


def _slice_place(ring: Any, label: Label) -> str:
    left, top, width, height = label.text.box
    away = math.dist(ring.center, (left + width / 2, top + height / 2))
    return "ctr" if away < 0.62 * ring.radius else "inEnd"


def _polar(reading: Reading, plot: Plot, traces: list[Trace], native: Native) -> Chart:
    """A radar chart, or lines and dots by their places; the grid is shapes."""
    around, out = reading.axis(plot.x), reading.axis(plot.y)
    low, high = out.range
    if out.type != "linear" or plot.hole or abs(plot.sector[1] - plot.sector[0]) < 360:
        raise NotNativeError("PowerPoint's polar charts are whole circles")
    left, top, width, height = plot.box
    centre, radius = (left + width / 2, top + height / 2), width / 2
    per = 360 / len(around.categories) if around.categories else 1.0
    ticks = [tick.value for tick in around.ticks]

    def spot(theta: float, r: float) -> Point:
        """Where an angle and a value stand, from -1 to 1 to the right and upwards."""
        angle = math.radians(plot.rotation + (-1 if plot.clockwise else 1) * theta * per)
        share = (r - low) / (high - low)
        return share * math.cos(angle), share * math.sin(angle)

    def on(point: Point) -> Point:
        return centre[0] + radius * point[0], centre[1] - radius * point[1]

    straight = plot.gridshape == "linear"
    rings = [
        [on(spot(t, value)) for t in ticks] if straight else []
        for value in (high, *(t.value for t in out.ticks))
    ]
    for at, (ring, value) in enumerate(
        zip(rings, (high, *(t.value for t in out.ticks)), strict=True)
    ):
        r = radius * (value - low) / (high - low)
        fill, line = (None, out.grid) if at else (plot.background, around.line)
        box = (centre[0] - r, centre[1] - r, 2 * r, 2 * r)
        native.under.append(Shape("path" if ring else "circle", box, ring, True, line, fill))
    if around.grid:
        for t in ticks:
            native.under.append(
                Shape("line", plot.box, [centre, on(spot(t, high))], line=around.grid)
            )
    names = around.categories or [f"{t:.15g}" for t in ticks]
    places = [float(at) for at in range(len(names))] if around.categories else ticks
    even = len(places) > 2 and all(
        abs(t * per - 360 * i / len(places)) < 0.01 for i, t in enumerate(places)
    )
    radar = even and plot.clockwise and abs(plot.rotation - 90) < 0.5 and not out.reversed
    series: list[Series] = []
    for trace in traces:
        points = [
            (t, r)
            for t, r in zip(trace.theta, trace.r, strict=True)
            if t is not None and r is not None
        ]
        closed = len(points) > 2 and points[0] == points[-1]
        radar = (
            radar
            and [t for t, _ in points][: len(points) - closed] == places
            and (closed or not trace.lines)
        )
        if trace.fill and trace.fill_color:
            ring = [on(spot(t, r)) for t, r in points]
            native.under.append(Shape("path", plot.box, ring, True, fill=trace.fill_color))
        row = Series(trace.name, [r for _, r in points], [t for t, _ in points])
        row.lines = [trace.line if trace.lines else None]
        marks = [_mark(trace, i) for i in range(len(points))] if trace.markers else []
        row.marks = [mark if isinstance(mark, Mark) else None for mark in marks] or [None]
        native.texts += [label.text for label in trace.labels]
        series.append(row)
    if radar:
        for row in series:
            row.ys, row.xs = row.ys[: len(names)], []
            row.marks = row.marks[: len(names)]
        chart = Chart(plot.box, [Element("radar", series)], Scale("cat"), Scale("val", low, high))
        chart.categories = names
        return chart
    for row in series:
        spots = [
            spot(t, r)
            for t, r in zip(row.xs, row.ys, strict=True)
            if t is not None and r is not None
        ]
        row.xs, row.ys = [x for x, _ in spots], [y for _, y in spots]
    box = (centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius)
    return Chart(box, [Element("scatter", series)], Scale("val", -1, 1), Scale("val", -1, 1))

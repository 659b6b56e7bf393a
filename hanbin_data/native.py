"""From a plotly figure to a chart that PowerPoint draws itself.

:func:`translate` reads a figure as plotly would show it and describes the same chart in
PowerPoint's terms; :mod:`hanbin_data.powerpoint` draws the description. A figure that has
no such chart raises :class:`NotNativeError`, which says why.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import fmean, median
from typing import Any

from hanbin_data import plotted
from hanbin_data.plotted import (
    Spec,
    annotations,
    axis_title,
    lines,
    merged,
    plain,
    setting,
    traces,
)

MOST_CATEGORIES, MOST_POINTS, MOST_SERIES = 200, 5_000, 255
"""What one chart on a slide can name and edit, and what PowerPoint takes into one chart."""

Color = tuple[str, float]  # RRGGBB and opacity


class NotNativeError(Exception):
    """A chart that is not drawn natively; the message says why, in Chinese as ``zh``."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


@dataclass
class Series:
    """One series. Lists run over the categories, or over the points of an xy chart."""

    name: str
    values: list[float | None]
    colours: list[Color]
    xs: list[float | None] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    # One for all points or one each: outside, inside, center, above, below, left, right.
    label_places: list[str] = field(default_factory=lambda: ["outside"])
    label_size: float = 14
    label_colours: list[Color] = field(default_factory=list)  # empty: the text colour
    outlines: list[Color | None] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    line: Color | None = None
    width: float = 2
    dash: str = "solid"
    symbols: list[str] = field(default_factory=list)
    size: float = 6
    in_legend: bool = True


@dataclass
class Axis:
    """One axis."""

    title: str = ""
    visible: bool = True
    grid: bool = False
    reversed: bool = False
    low: float | None = None
    high: float | None = None
    log: bool = False
    format: str = "General"
    step: float | None = None


@dataclass
class Native:
    """A chart in PowerPoint's terms.

    ``kind`` is column, bar, line, xy, pie or doughnut; ``stacking`` is "", stacked or
    percent. ``categories`` are empty for xy, where ``across`` and ``up`` are the x and y
    axes; elsewhere ``across`` is the axis of categories and ``up`` that of values.
    ``rows`` name the positions 1, 2, … of an xy chart whose y axis has categories.
    """

    kind: str
    series: list[Series]
    categories: list[Any] = field(default_factory=list)
    stacking: str = ""
    across: Axis = field(default_factory=Axis)
    up: Axis = field(default_factory=Axis)
    rows: list[str] = field(default_factory=list)
    gap: int = 50
    overlap: int = 0
    legend: str = ""  # top, right, bottom, left or none
    rotation: int = 0
    hole: int = 0
    shares: bool = False  # pie labels are PowerPoint's own percentages
    span_gaps: bool = False
    note: dict[str, str] = field(default_factory=dict)  # what differs, by language


def translate(figure: Spec) -> Native:
    """Describe a figure as a native chart.

    Args:
        figure: from :func:`hanbin_data.plotted.spec`.

    Raises:
        NotNativeError: PowerPoint, or its library, has no such chart.
    """
    seen = traces(figure)
    # What is too much is refused before it is described, which would take minutes.
    if len(seen) > MOST_SERIES:
        raise NotNativeError(
            f"{len(seen):,} series are more than PowerPoint's {MOST_SERIES}",
            f"共{len(seen)}个系列，多于PowerPoint的上限{MOST_SERIES}个",
        )
    kinds = {trace["type"].replace("scattergl", "scatter") for trace in seen}
    if len(kinds) > 1:
        raise NotNativeError(
            f"combines {' and '.join(sorted(kinds))} in one chart",
            f"一图之中并用{'与'.join(sorted(kinds))}",
        )
    (kind,) = kinds
    if kind not in _KINDS:
        raise NotNativeError(
            f"PowerPoint's library has no chart of the kind {kind!r}",
            f"PowerPoint图表库没有“{kind}”类图表",
        )
    lengths = [len(trace.get("x") or trace.get("y") or []) for trace in seen]
    if kind == "bar":
        _check_categories(max(lengths))
    else:
        _check_points(sum(lengths))
    _check_plain(figure, seen)
    native = _KINDS[kind](figure, seen)
    native.legend = _legend(figure, seen, kind)
    once: set[str] = set()
    for series in native.series:
        series.in_legend = series.in_legend and series.name not in once
        once.add(series.name)
    _check_categories(len(native.categories))
    points = sum(len(series.values) for series in native.series)
    _check_points(points)
    if not points:
        raise NotNativeError("has no points", "没有数据点")
    return native


def _check_categories(count: int) -> None:
    if count > MOST_CATEGORIES:
        raise NotNativeError(
            f"{count:,} categories are more than a slide can name (at most {MOST_CATEGORIES})",
            f"{count}个类别过多，一张幻灯片无法逐一标注（上限{MOST_CATEGORIES}个）",
        )


def _check_points(count: int) -> None:
    if count > MOST_POINTS:
        raise NotNativeError(
            f"{count:,} points are too many to edit (at most {MOST_POINTS:,})",
            f"{count}个数据点过多，不便编辑（上限{MOST_POINTS}个）",
        )


def _check_plain(figure: Spec, seen: list[Spec]) -> None:
    """Refuse what surrounds a native chart on screen and would be lost."""
    if any(note.get("name") != "source" for note in annotations(figure)):
        raise NotNativeError(
            "has annotations, which a native chart would lose", "图中有注释，转为可编辑图表会丢失"
        )
    shapes = [s for s in setting(figure, "shapes") or [] if s.get("visible", True)]
    if shapes or setting(figure, "images"):
        raise NotNativeError(
            "has drawn shapes, which a native chart would lose",
            "图中有绘制的形状，转为可编辑图表会丢失",
        )
    if any(len({trace.get(key, key[0]) for trace in seen}) > 1 for key in ("xaxis", "yaxis")):
        raise NotNativeError("has more than one plot or a second axis", "含多个绘图区或次坐标轴")
    for trace in seen:
        for error in ("error_x", "error_y"):
            bars = trace.get(error) or {}
            if bars.get("visible", True) and _spread(bars):
                raise NotNativeError("shows ranges (error bars)", "含区间（误差线）")


def _bars(figure: Spec, seen: list[Spec]) -> Native:
    lying = [_lies(trace) for trace in seen]
    if len(set(lying)) > 1:
        raise NotNativeError("combines standing and lying bars", "同时有竖条与横条")
    place, length = ("y", "x") if lying[0] else ("x", "y")
    if any(_given(trace.get(key)) for trace in seen for key in ("base", "offset")):
        raise NotNativeError("has bars that begin off the axis", "条形的起点不在坐标轴上")
    widths = [trace.get("width") for trace in seen]
    if any(isinstance(width, list) or width != widths[0] for width in widths):
        raise NotNativeError("has bars of unlike widths", "条形宽度不一")
    up = _axis(figure, length, [trace.get(length) for trace in seen])
    if up.log:
        raise NotNativeError("has bars on a logarithmic axis", "条形位于对数轴上")
    positions, names = _categories(figure, place, length, seen)
    mode = setting(figure, "barmode") or "group"
    values = [_at(positions, trace, place, length) for trace in seen]
    stacking = ""
    if len(seen) > 1 and mode in ("stack", "relative"):
        stacking = "percent" if setting(figure, "barnorm") else "stacked"
        negative = [v < 0 for series in values for v in series if v]
        if mode == "stack" and any(negative) and not all(negative):
            raise NotNativeError("stacks positive on negative values", "正负值堆叠在一起")
    series = [
        _bar(trace, positions, numbers, place, bool(stacking))
        for trace, numbers in zip(seen, values, strict=True)
    ]
    # Lengths start at zero, whatever PowerPoint would choose.
    known = [v for numbers in values for v in numbers if v is not None]
    up.low = 0 if up.low is None and min(known, default=0) >= 0 else up.low
    up.high = 0 if up.high is None and max(known, default=1) <= 0 else up.high
    bargap = setting(figure, "bargap")
    bargap = 0.2 if bargap is None else bargap
    if (width := _number(seen[0].get("width"))) is not None:
        bargap = 1 - width / _distance(positions, _kind_of(figure, place, [positions]))
        if bargap < 0:
            raise NotNativeError("has bars that are wider than their distance", "条形宽于其间距")
        if bargap >= 1:
            raise NotNativeError("has bars without width", "条形宽度为零")
    beside = len(seen) if mode == "group" else 1
    return Native(
        kind="bar" if lying[0] else "column",
        series=series,
        categories=names,
        stacking=stacking,
        across=_axis(figure, place, []),
        up=up,
        gap=min(500, round(100 * beside * bargap / max(1 - bargap, 0.01))),
        overlap=100 if mode != "group" else -round(100 * (setting(figure, "bargroupgap") or 0)),
    )


def _distance(positions: list[Any], kind: str) -> float:
    """How far the middles of bars stand from each other, in the axis' own unit."""
    if kind == "category" or len(positions) < 2:
        return 1
    if kind == "date":
        first, second = (_day(position) for position in positions[:2])
        return (second - first).days * 86_400_000 if first and second else 1
    return float(positions[1]) - float(positions[0])


def _lies(trace: Spec) -> bool:
    given = trace.get("orientation") or ("v" if trace.get("y") is not None else "h")
    return bool(given == "h")


def _given(value: Any) -> bool:
    return any(value) if isinstance(value, list) else bool(value)


def _spread(bars: Spec) -> bool:
    """Whether error bars have a length: of length 0 they show nothing."""
    lengths = [bars.get(key) for key in ("array", "arrayminus", "value", "valueminus")]
    if all(length is None for length in lengths):
        return bool(bars.get("visible")) or bars.get("type") == "sqrt"
    return any(map(_given, lengths))


def _bar(
    trace: Spec, positions: list[Any], values: list[float | None], place: str, stacked: bool
) -> Series:
    marker = trace.get("marker") or {}
    order = _order(trace, positions, place)
    outline = marker.get("line") or {}
    outlined = _each(outline.get("color"), order) if _given(outline.get("width")) else []
    where = trace.get("textposition") or "auto"
    where = where if isinstance(where, str) else where[0]
    inside = stacked or where == "inside"
    centred = trace.get("insidetextanchor") == "middle" or (stacked and where != "inside")
    fill = _colours(trace, marker.get("color"), order)
    key = "insidetextfont" if inside else "outsidetextfont"
    font = merged(trace.get("textfont") or {}, trace.get(key) or {})
    pattern = (marker.get("pattern") or {}).get("shape")
    return Series(
        name=plain(trace.get("name") or ""),
        values=values,
        colours=fill,
        labels=[] if where == "none" else _labels(trace, order),
        label_places=[("center" if centred else "inside") if inside else "outside"],
        label_size=_size(font),
        label_colours=_label_colours(font, fill if inside else []),
        outlines=[_colour(c) if c else None for c in outlined],
        patterns=[shape or "" for shape in _each(pattern, order)] if _given(pattern) else [],
        in_legend=trace.get("showlegend", True),
    )


def _points(figure: Spec, seen: list[Spec]) -> Native:
    for trace in seen:
        if trace.get("stackgroup") or (trace.get("fill") or "none") != "none":
            raise NotNativeError("shows areas", "含面积")
        size = (trace.get("marker") or {}).get("size") or 6
        if isinstance(size, list):
            raise NotNativeError("shows numbers as sizes of dots", "以点的大小表示数值")
        if size > 72:
            raise NotNativeError("has marks larger than PowerPoint's", "标记大于PowerPoint的上限")
        if float((trace.get("line") or {}).get("width") or 2) > 1584:
            raise NotNativeError("has lines wider than PowerPoint's", "线条粗于PowerPoint的上限")
        if "lines" in _mode(trace) and (trace.get("line") or {}).get("shape", "linear") != "linear":
            raise NotNativeError("has lines that are curves or steps", "线条为曲线或阶梯线")
    flat, high = (_kind_of(figure, axis, [t.get(axis) for t in seen]) for axis in ("x", "y"))
    if high == "date" or (flat == "category" and high == "category"):
        raise NotNativeError("has no axis of numbers", "没有数值轴")
    if flat == "category" or flat == "date" or (high != "category" and _steps(seen)):
        return _line_chart(figure, seen)
    return _xy_chart(figure, seen, high == "category")


def _steps(seen: list[Spec]) -> bool:
    """Whether lines run over the same whole numbers at equal distances, say years."""
    grids = [trace["x"] for trace in seen if trace.get("x")]
    if len(grids) < len(seen) or any("lines" not in _mode(trace) for trace in seen):
        return False
    first = grids[0]
    return all(grid == first for grid in grids) and _even(first) and first == sorted(first)


def _even(numbers: list[Any]) -> bool:
    if not all(isinstance(n, int | float) and n == int(n) for n in numbers):
        return False
    ordered = sorted(set(numbers))
    return len({b - a for a, b in pairwise(ordered)}) <= 1


def _line_chart(figure: Spec, seen: list[Spec]) -> Native:
    positions, names = _categories(
        figure, "x", "y", seen, dated=any("lines" in _mode(t) for t in seen)
    )
    series = [_dots(trace, _order(trace, positions, "x")) for trace in seen]
    for one, trace in zip(series, seen, strict=True):
        one.values = _at(positions, trace, "x", "y")
    up = _axis(figure, "y", [one.values for one in series])
    return Native(
        kind="line",
        series=series,
        categories=names,
        across=_axis(figure, "x", []),
        up=up,
        span_gaps=any(trace.get("connectgaps") for trace in seen),
    )


def _xy_chart(figure: Spec, seen: list[Spec], has_rows: bool) -> Native:
    series = []
    positions: list[Any] = []
    names: list[str] = []
    if has_rows:
        positions, names = _categories(figure, "y", "x", seen, many=True)
    place = {position: row for row, position in enumerate(positions, 1)}
    for trace in seen:
        xs, ys = (trace.get(key) for key in ("x", "y"))
        xs = range(len(ys or [])) if xs is None else xs
        ys = range(len(xs)) if ys is None else ys
        points = min(len(xs), len(ys))  # what is left over in the longer one is not drawn
        one = _dots(trace, list(range(points)))
        one.xs = [_number(x) for x in xs[:points]]
        rows = ys[:points]
        one.values = [float(place[y]) if y in place else _number(y) for y in rows]
        series.append(one)
    across = _axis(figure, "x", [one.xs for one in series])
    up = _axis(figure, "y", [] if has_rows else [one.values for one in series])
    if has_rows:
        up.low, up.high = 0.5, len(positions) + 0.5
    return Native("xy", series, across=across, up=up, rows=names)


def _mode(trace: Spec) -> str:
    points = len(trace.get("y") or trace.get("x") or [])
    return str(trace.get("mode") or ("lines+markers" if points < 20 else "lines"))


_PLACES = {"top": "above", "bottom": "below", "left": "left", "right": "right"}


def _dots(trace: Spec, order: list[int | None]) -> Series:
    mode, marker, stroke = _mode(trace), trace.get("marker") or {}, trace.get("line") or {}
    given = _each(trace.get("textposition"), order) or [None]
    where = [(one or "middle center").split(" ") for one in given]
    dots = marker.get("color") or stroke.get("color")
    # A line takes the colour of its dots, if they have one.
    alone = dots if isinstance(dots, str) else None
    outline = marker.get("line") or {}
    outlined = _each(outline.get("color"), order) if _given(outline.get("width")) else []
    return Series(
        name=plain(trace.get("name") or ""),
        values=[],
        colours=_colours(trace, dots, order),
        labels=_labels(trace, order) if "text" in mode else [],
        label_places=[_PLACES.get(up) or _PLACES.get(side) or "center" for up, side in where],
        label_size=_size(trace.get("textfont") or {}),
        label_colours=_label_colours(trace.get("textfont") or {}, []),
        outlines=[_colour(c) if c else None for c in outlined],
        line=_one_colour(stroke.get("color") or alone or trace["default_color"], None)
        if "lines" in mode
        else None,
        width=float(stroke.get("width") or 2),
        dash=str(stroke.get("dash") or "solid"),
        symbols=[str(s) for s in _each(marker.get("symbol") or "circle", order)]
        if "markers" in mode
        else [],
        size=float(marker.get("size") or 6),
        in_legend=trace.get("showlegend", True),
    )


def _pie(figure: Spec, seen: list[Spec]) -> Native:
    if len(seen) > 1:
        raise NotNativeError("has more than one pie", "含多个饼图")
    (trace,) = seen
    labels = trace.get("labels") or [str(n) for n in range(len(trace.get("values") or []))]
    given = trace.get("values") or [1] * len(labels)
    if _given(trace.get("pull")):
        raise NotNativeError("has slices pulled out", "有拉出的扇区")
    totals: dict[str, float] = {}
    first: dict[str, int] = {}
    for position, (name, value) in enumerate(zip(labels, given, strict=False)):
        totals[plain(name)] = totals.get(plain(name), 0) + (_number(value) or 0)
        first.setdefault(plain(name), position)
    if any(total < 0 for total in totals.values()):
        raise NotNativeError("has slices below zero", "有小于零的扇区")
    names = list(totals)
    if trace.get("sort", True):
        names.sort(key=lambda name: -totals[name])
    marker = trace.get("marker") or {}
    way = setting(figure, "piecolorway") or setting(figure, "colorway")
    way = way or [trace["default_color"]]
    own = marker.get("colors") or []
    fill = [
        _colour(own[first[name]] if first[name] < len(own) else way[place % len(way)])
        for place, name in enumerate(names)
    ]
    text, shares = _pie_labels(trace, names, first, totals)
    inside = trace.get("textposition") in ("inside", None, "auto")
    return Native(
        kind="doughnut" if trace.get("hole") else "pie",
        series=[
            Series(
                name=plain(trace.get("name") or ""),
                values=[totals[name] for name in names],
                colours=fill,
                labels=text,
                label_places=["center" if inside else "outside"],
                label_size=_size(trace.get("textfont") or {}),
                label_colours=_label_colours(trace.get("textfont") or {}, fill if inside else []),
            )
        ],
        categories=names,
        rotation=round(trace.get("rotation") or 0) % 360,
        hole=round(100 * (trace.get("hole") or 0)),
        shares=shares,
        note={}
        if trace.get("direction") == "clockwise"
        else {
            "en": "slices in the same order, but clockwise: PowerPoint has no other direction",
            "zh": "扇区次序不变，但按顺时针排列：PowerPoint没有其他方向",
        },
    )


def _pie_labels(
    trace: Spec, names: list[str], first: dict[str, int], totals: dict[str, float]
) -> tuple[list[str], bool]:
    """The text on each slice, or that PowerPoint is to write its own percentages."""
    order: list[int | None] = [first[name] for name in names]
    if trace.get("texttemplate"):
        return _labels(trace, order), False
    parts = (trace.get("textinfo") or ("text+percent" if trace.get("text") else "percent")).split(
        "+"
    )
    if parts == ["percent"]:
        return [], True
    if "none" in parts:
        return [], False
    whole = sum(totals.values()) or 1
    texts = _labels(trace, order) or [""] * len(names)
    found = {
        "label": names,
        "text": texts,
        "value": [_written(totals[name]) for name in names],
        "percent": [f"{100 * totals[name] / whole:.3g}%" for name in names],
    }
    shown = [found[part] for part in ("label", "text", "value", "percent") if part in parts]
    return ["\n".join(filter(None, row)) for row in zip(*shown, strict=True)], False


_KINDS: dict[str, Callable[[Spec, list[Spec]], Native]] = {
    "bar": _bars,
    "scatter": _points,
    "pie": _pie,
}


# Axes


def _kind_of(figure: Spec, axis: str, columns: list[Any]) -> str:
    """The type of an axis as plotly infers it: linear, log, date or category."""
    own = setting(figure, f"{axis}axis") or {}
    given = own.get("type") or "-"
    if given == "multicategory" or any(_rows_of(column) for column in columns):
        raise NotNativeError("has categories on two levels", "类别分为两级")
    if given != "-":
        return str(given)
    entries = [entry for column in columns for entry in column or [] if entry is not None]
    strict = "strict" in (setting(figure, "autotypenumbers"), own.get("autotypenumbers"))
    words = strict and any(isinstance(entry, str) for entry in entries)
    if not words and all(_number(entry) is not None for entry in entries):
        return "linear"
    return "date" if all(_day(entry) for entry in entries) else "category"


def _rows_of(column: Any) -> bool:
    return bool(column) and any(isinstance(entry, list) for entry in column)


def _number(entry: Any) -> float | None:
    if isinstance(entry, bool) or entry is None:
        return None
    try:
        number = float(entry)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) != float("inf") and number == number else None


def _day(entry: Any) -> date | None:
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?", str(entry))
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _axis(figure: Spec, axis: str, columns: list[Any]) -> Axis:
    """One axis of a figure; ``columns`` are its numbers, none for an axis of categories."""
    own = setting(figure, f"{axis}axis") or {}
    given = own.get("range") or [None, None]
    low, high = (_number(limit) for limit in given)
    step = _number(own.get("dtick")) or 0
    turned = str(own.get("autorange")) in ("reversed", "min reversed", "max reversed")
    if low is not None and high is not None and low > high:
        low, high, turned = high, low, True
    numbers = [n for column in columns for n in map(_number, column or []) if n is not None]
    logarithmic = own.get("type") == "log"
    if logarithmic:
        if any(limit is not None and abs(limit) > 300 for limit in (low, high)):
            raise NotNativeError(
                "has an axis beyond the numbers of a spreadsheet", "坐标轴超出电子表格的数值范围"
            )
        low, high = (None if limit is None else 10**limit for limit in (low, high))
    elif numbers and own.get("rangemode") == "tozero":
        low = 0 if low is None and min(numbers) >= 0 else low
        high = 0 if high is None and max(numbers) <= 0 else high
    shown = own.get("visible", True)
    ticks = own.get("showticklabels", True)
    found = Axis(
        title=axis_title(figure, f"{axis}axis") if shown else "",
        visible=shown and ticks,
        grid=shown and bool(numbers) and own.get("showgrid", True),
        reversed=turned,
        low=low if numbers else None,
        high=high if numbers else None,
        log=logarithmic,
        format=_format(own, numbers),
        step=step if step > 0 and numbers and not logarithmic else None,
    )
    if numbers and shown and ticks:
        _set_ticks(found, own)
    return found


def _set_ticks(axis: Axis, own: Spec) -> None:
    """Set ticks at places of the chart's own, where PowerPoint can have them."""
    places = [n for n in map(_number, own.get("tickvals") or []) if n is not None]
    if not places or own.get("tickmode", "array") != "array":
        return
    steps = {b - a for a, b in pairwise(places)}
    texts = [_literal(plain(text)) for text in own.get("ticktext") or []]
    if len(places) <= 2 and all(place == int(place) for place in places) and not axis.log:
        # A format of conditions names these ticks and leaves the others empty.
        texts = texts or [axis.format] * len(places)
        if len(texts) != len(places):
            raise NotNativeError("names only some of its ticks", "只标注部分刻度")
        named = zip(places, texts, strict=True)
        axis.format = "".join(f"[={place:.15g}]{text};" for place, text in named) + '""'
        axis.step = 1
    elif texts:
        raise NotNativeError(
            "has tick labels of its own on an axis of numbers", "数值轴上有自定义刻度标签"
        )
    elif (
        len(steps) == 1
        and (step := max(steps)) > 0
        and axis.low is not None
        and not (places[0] - axis.low) % step
    ):
        axis.step = step
    else:
        raise NotNativeError("has ticks at uneven places", "刻度间距不等")


_D3 = re.compile(r"(\$)?(,)?(?:\.(1?\d))?~?([dfgr%]?)")


def _format(axis: Spec, numbers: list[float]) -> str:
    """An axis' tick format as a number format of a spreadsheet."""
    spec = axis.get("tickformat") or ""
    match = _D3.fullmatch(spec)
    if match is None:
        raise NotNativeError(
            f"has tick labels of the form {spec[:80]!r}", f"刻度标签格式为“{spec[:80]}”"
        )
    money, comma, places, kind = match.groups()
    code = "#,##0" if comma else "0"
    if places and kind in ("f", "%"):
        code += "." + "0" * int(places) if int(places) else ""
    code += "%" if kind == "%" else ""
    if not kind and not places:
        # Such ticks have the decimals that they need, and large ones need none.
        largest = max(map(abs, numbers), default=0)
        code = "#,##0" if largest >= (1000 if comma else 10_000) else "General"
    before, after = (plain(axis.get(key) or "") for key in ("tickprefix", "ticksuffix"))
    before += "$" if money else ""
    return (_literal(before) if before else "") + code + (_literal(after) if after else "")


def _literal(text: str) -> str:
    """A text within a number format."""
    return '"' + text.replace('"', '"\\""') + '"'


_RANKED: dict[str, Callable[[list[float]], float]] = {
    "total": sum,
    "sum": sum,
    "min": min,
    "max": max,
    "mean": fmean,
    "median": median,
}


def _categories(
    figure: Spec,
    place: str,
    length: str,
    seen: list[Spec],
    *,
    dated: bool = False,
    many: bool = False,
) -> tuple[list[Any], list[Any]]:
    """The positions on an axis of categories in plotly's order, and what they are called.

    Args:
        figure: the chart.
        place, length: the axis of categories and the axis of numbers, "x" or "y".
        seen: the traces.
        dated: whether dates may become a time axis.
        many: whether a trace may have several points in one category.
    """
    columns = [_column(trace, place, length) for trace in seen]
    kind = _kind_of(figure, place, columns)
    known = [[entry for entry in column if entry is not None] for column in columns]
    if not many and any(len(set(column)) < len(column) for column in known):
        raise NotNativeError("has several values in one category", "同一类别有多个数值")
    found = list(dict.fromkeys(entry for column in known for entry in column))
    own = setting(figure, f"{place}axis") or {}
    if kind == "linear":
        if not _even([_number(entry) for entry in found]):
            raise NotNativeError("has bars or dots at uneven distances", "条形或点的间距不等")
        found.sort(key=lambda entry: _number(entry) or 0)
    elif kind == "date":
        found.sort(key=str)
        days = [_day(entry) for entry in found]
        gaps = [(b - a).days for a, b in pairwise(days) if a and b]
        if gaps and max(gaps) > 1.2 * min(gaps):
            if not dated or len(gaps) < len(found) - 1:
                raise NotNativeError("has bars or dots at uneven distances", "条形或点的间距不等")
            return found, days
    elif kind == "category":
        found = _sorted(own, found, seen, place, length)
    else:
        raise NotNativeError("has categories on a logarithmic axis", "类别位于对数轴上")
    _check_shown(own, len(found), kind)
    return found, _ticks(own, found, kind)


def _column(trace: Spec, place: str, length: str) -> list[Any]:
    column = trace.get(place)
    return list(range(len(trace.get(length) or []))) if column is None else list(column)


def _sorted(own: Spec, found: list[Any], seen: list[Spec], place: str, length: str) -> list[Any]:
    order = own.get("categoryorder") or ("array" if own.get("categoryarray") else "trace")
    if order == "trace":
        return found
    if order == "array":
        first = [entry for entry in own.get("categoryarray") or [] if entry in found]
        return first + [entry for entry in found if entry not in first]
    by, _, way = order.partition(" ")
    if by == "category":
        return sorted(found, key=str, reverse=way == "descending")
    if by not in _RANKED:
        raise NotNativeError(f"has categories in the order {order!r}", f"类别按“{order}”排序")
    numbers: dict[Any, list[float]] = {entry: [] for entry in found}
    for trace in seen:
        values = trace.get(length) or []
        for entry, value in zip(_column(trace, place, length), values, strict=False):
            if (number := _number(value)) is not None:
                numbers[entry].append(number)
    rank = {entry: _RANKED[by](values or [0]) for entry, values in numbers.items()}
    return sorted(found, key=lambda entry: rank[entry], reverse=way == "descending")


def _check_shown(own: Spec, count: int, kind: str) -> None:
    """Refuse a range that leaves categories out."""
    limits = [_number(limit) for limit in own.get("range") or []]
    if kind == "category" and len(limits) == 2 and None not in limits:
        low, high = sorted(limit for limit in limits if limit is not None)
        if low > 0 or high < count - 1:
            raise NotNativeError("shows only some of its categories", "只显示部分类别")


def _ticks(own: Spec, found: list[Any], kind: str) -> list[str]:
    """What the categories are called: as they are, or as the axis renames them."""
    if own.get("ticktext"):
        values = list(own.get("tickvals") or [])
        named = dict(zip(values, own["ticktext"], strict=False))
        # On an axis of categories a number stands for a place in the order.
        names = [
            named.get(entry, named.get(place) if kind == "category" else None)
            for place, entry in enumerate(found)
        ]
        if any(name is None for name in names):
            raise NotNativeError("names only some of its ticks", "只标注部分刻度")
        return [plain(name) for name in names]
    if kind == "date" and all(_day(entry) for entry in found):
        return [str(entry)[:10] for entry in found]
    return [plain(_written(entry)) for entry in found]


def _written(entry: Any) -> str:
    if isinstance(entry, float) and entry == int(entry):
        return str(int(entry))
    return str(entry)


# Points


def _order(trace: Spec, positions: list[Any], place: str) -> list[int | None]:
    """For each category the trace's own point there, or None."""
    column = trace.get(place)
    if column is None:
        column = list(range(len(positions)))
    at = {entry: point for point, entry in enumerate(column)}
    return [at.get(position) for position in positions]


def _at(positions: list[Any], trace: Spec, place: str, length: str) -> list[float | None]:
    """The trace's values in the order of the categories."""
    values = trace.get(length) or []
    picked = (
        values[point] if point is not None and point < len(values) else None
        for point in _order(trace, positions, place)
    )
    numbers = []
    for value in picked:
        number = _number(value)
        if value is not None and number is None:
            raise NotNativeError("has no axis of numbers", "没有数值轴")
        numbers.append(number)
    return numbers


def _each(value: Any, order: list[int | None]) -> list[Any]:
    """A setting of a trace for each of the ordered points: one for all, or a list."""
    if not isinstance(value, list):
        return [value] * len(order)
    return [value[i] if i is not None and i < len(value) else None for i in order]


def _colours(trace: Spec, given: Any, order: list[int | None]) -> list[Color]:
    opacity = float(trace.get("opacity") or 1) * float(
        _scalar((trace.get("marker") or {}).get("opacity"), 1)
    )
    found = []
    for one in _each(given, order) or [given]:
        if isinstance(one, int | float):
            raise NotNativeError("shows numbers as colours", "以颜色表示数值")
        found.append(_colour(one or trace["default_color"], opacity))
    return found


def _colour(given: Any, opacity: float = 1) -> Color:
    try:
        return plotted.colour(given, opacity)
    except ValueError:
        raise NotNativeError(
            f"has a colour that is not known: {given!r}", f"颜色无法识别（“{given}”）"
        ) from None


def _scalar(value: Any, default: float) -> Any:
    if isinstance(value, list):
        raise NotNativeError("has points of unlike opacity", "各点透明度不一")
    return default if value is None else value


def _one_colour(given: Any, default: Color | None) -> Color | None:
    if isinstance(given, list):
        given = given[0] if len(set(given)) == 1 else None
    return _colour(given) if given else default


def _size(font: Spec) -> float:
    given = font.get("size")
    return float(given) if isinstance(given, int | float) else 14


def _label_colours(font: Spec, fills: list[Color]) -> list[Color]:
    """The labels' own colour, or what reads on the marks they stand on."""
    own = _one_colour(font.get("color"), None)
    return [own] if own else [_against(fill) for fill in fills]


def _against(fill: Color) -> Color:
    """White or dark, whichever reads better on a colour."""
    red, green, blue = (int(fill[0][i : i + 2], 16) / 255 for i in (0, 2, 4))
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return ("FFFFFF" if light < 0.22 else "1F2933", 1)  # where both contrast alike


def _labels(trace: Spec, order: list[int | None]) -> list[str]:
    """The text beside each point; empty where there is none."""
    template = trace.get("texttemplate")
    if template:
        return [
            "" if i is None else _filled(str(text), trace, i)
            for i, text in zip(order, _each(template, order), strict=True)
        ]
    if trace.get("text") is None:
        return []
    texts = _each(trace["text"], order)
    return ["" if text is None else "\n".join(lines(_written(text))) for text in texts]


_FIELD = re.compile(r"%\{(\w+)(?:\[(\d+)\])?(?::([^}]*))?\}")
_LONG = re.compile(r"\d{3}")  # in a number format: it would write hundreds of digits or more


def _filled(template: str, trace: Spec, point: int) -> str:
    """A label template with one point's values."""
    empty = False
    problem = NotNativeError(
        f"has labels of the form {template[:80]!r}", f"标签格式为“{template[:80]}”"
    )

    def value(match: re.Match[str]) -> str:
        nonlocal empty
        key, inner, form = match.groups()
        column = trace.get({"label": "labels", "value": "values"}.get(key, key))
        if key in ("label", "value") and column is None:
            column = trace.get("x" if _lies(trace) == (key == "value") else "y")
        if not isinstance(column, list) or point >= len(column) or _LONG.search(form or ""):
            raise problem
        entry = column[point]
        try:
            if inner is not None and isinstance(entry, list):
                entry = entry[int(inner)]
            empty = empty or entry is None
            if not form or entry is None:
                return _written(entry)
            return format(int(entry) if form.endswith("d") else float(entry), form)
        except (IndexError, OverflowError, TypeError, ValueError):
            raise problem from None

    text = _FIELD.sub(value, template)
    return "" if empty else "\n".join(lines(text))


def keyed(figure: Spec) -> bool:
    """Whether our heading names the colours: it is no part of a chart on a slide."""
    meta = setting(figure, "meta")
    ours = isinstance(meta, dict) and meta.get("title")
    names = {trace.get("name") for trace in traces(figure)} - {None, ""}
    return bool(ours) and len(names) > 1 and setting(figure, "showlegend") is not True


def _legend(figure: Spec, seen: list[Spec], kind: str) -> str:
    """Where the legend stands, or an empty string."""
    shown = setting(figure, "showlegend")
    if keyed(figure):
        return "top"
    if shown is None:
        shown = kind == "pie" or len(seen) > 1 or any(t.get("showlegend") for t in seen)
    where = setting(figure, "legend") or {}
    if not shown:
        return ""
    if where.get("orientation") == "h":
        return "top" if (_number(where.get("y")) or 0) > 0.5 else "bottom"
    return "left" if (_number(where.get("x")) or 1) < 0 else "right"

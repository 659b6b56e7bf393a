"""The reading of a chart: what plotly.js draws, asked of plotly.js.

A chart is drawn in a browser, and a script in its page (``reading.js``) tells what stands
there: axes with finished ticks, points as drawn, colours, labels, legend, annotations and
shapes, with their places. Nothing of plotly is guessed here. All places are pixels from the
chart's left upper corner; all values are those of the data, where a date is milliseconds
since 1970 (UTC), a category its number from 0 on the axis, and a value on a logarithmic
axis the value itself.
"""

import base64
import re
import reprlib
import types
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache
from textwrap import shorten
from typing import Annotated, Any, Self, Union, get_args, get_origin, get_type_hints

from hanbin_data.slides import harmless
from hanbin_data.slides.browser import Browser, DrawingError
from hanbin_data.words import say

WIDTH, HEIGHT = 960, 540
"""Pixels that a chart is drawn in, and points of a 16:9 slide."""

Pixel = Annotated[float, -1e6, 1e6]
Size = Annotated[float, 0, 1e6]

Box = tuple[Pixel, Pixel, Size, Size]
"""Left, top, width and height in pixels."""

Color = tuple[Annotated[str, "#[0-9a-f]{6}"], Annotated[float, 0, 1]]
"""``#rrggbb`` and the opacity from 0 to 1, all opacities of plotly multiplied."""

Point = tuple[Pixel, Pixel]
"""Pixels from the left and from the top."""


@dataclass(frozen=True)
class Line:
    """A stroke; ``dash`` is plotly's: solid, dot, dash, longdash, dashdot, longdashdot, 5px,2px."""

    color: Color
    width: Annotated[float, 0, 1000]
    dash: str = "solid"


@dataclass(frozen=True)
class Font:
    """How a text looks, its typeface apart: a deck has its own."""

    size: Size
    color: Color
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Run:
    """A piece of text in one font."""

    text: str
    font: Font
    underline: bool = False
    strike: bool = False
    shift: str = ""  # super, sub


@dataclass(frozen=True)
class Text:
    """A text as it stands on the chart.

    ``box`` is its outer rectangle, turned text included; ``angle`` is in degrees clockwise;
    ``align`` (left, center, right) is how its lines stand to each other and where it is tied.
    """

    lines: list[list[Run]]
    box: Box
    align: str = "left"
    angle: float = 0

    @property
    def plain(self) -> str:
        """The text alone, its lines joined by line breaks."""
        return "\n".join("".join(run.text for run in line) for line in self.lines)

    @property
    def font(self) -> Font:
        """The font of its first piece."""
        return next((run.font for line in self.lines for run in line), Font(12, ("#000000", 1)))


@dataclass(frozen=True)
class Tick:
    """One tick of an axis; ``at`` is its pixel along the axis, ``text`` is what is written."""

    value: float
    at: Pixel
    text: str
    box: Box | None = None  # None: no text is drawn


@dataclass(frozen=True)
class Axis:
    """One axis as drawn. ``range`` runs from its left or lower end, so may fall."""

    id: str  # x, y2, polar.angularaxis, polar.radialaxis
    type: str  # linear, log, date, category, multicategory
    range: tuple[float, float]
    start: Pixel  # pixel where it begins from the left or the top
    length: Size
    side: str = ""  # left, right, top, bottom
    at: Pixel = 0  # pixel of its line across it
    overlaying: str = ""  # id of the axis that it lies over
    visible: bool = True
    ticks: list[Tick] = field(default_factory=list)
    tick_font: Font | None = None  # None: no tick texts
    tick_angle: float = 0
    tick_marks: str = ""  # outside, inside; empty: none
    tick_line: Line | None = None
    tick_length: Pixel = 0
    categories: list[str] = field(default_factory=list)  # all of them, by number
    groups: list[str] = field(default_factory=list)  # of two-level categories: the outer ones
    outer: list[Text] = field(default_factory=list)  # their names, as they stand
    line: Line | None = None
    mirror: bool = False  # its line is drawn on the other side as well
    grid: Line | None = None
    zero: Line | None = None  # the line at zero, where one is drawn
    title: Text | None = None

    @property
    def reversed(self) -> bool:
        """Whether values fall from left to right, or rise from top to bottom."""
        return self.range[0] > self.range[1]


@dataclass(frozen=True)
class Plot:
    """One subplot: a pair of axes, a polar plot, the place of one pie, or one of another kind."""

    id: str  # xy, x2y2, polar, pie 0 (the number of its trace), scene, geo …
    kind: str  # xy, polar, pie, other
    box: Box
    x: str = ""  # ids of its axes; of a polar plot the angular and the radial one
    y: str = ""
    main: str = ""  # id of the plot that it lies over
    background: Color | None = None
    radar: bool = False  # of a polar plot: a whole circle, clockwise from the top
    shapes: list["Shape"] = field(default_factory=list)  # of a polar plot: its ground and grid


@dataclass(frozen=True)
class Label:
    """A text at one point of a trace, as plotly writes it; what it hides is not there."""

    point: int
    text: Text
    place: str = ""  # inside, outside, or plotly's textposition of dots: top center …


@dataclass(frozen=True)
class Errors:
    """Error bars along one axis: the values at both ends, by point."""

    along: str  # x, y
    low: list[float | None]
    high: list[float | None]
    line: Line
    cap: float = 0  # half the width of the bars' ends in pixels


@dataclass(frozen=True)
class Ring:
    """Where a pie stands, and its slices clockwise. Lists run over the points of the trace."""

    center: Point
    radius: Size
    hole: float
    rotation: float  # of the first slice's beginning, degrees clockwise from 12 h
    names: list[str]
    pulls: list[float]
    title: Text | None = None


@dataclass(frozen=True)
class Trace:
    """One trace as drawn. Lists run over its points, or hold one entry for all of them.

    ``kind`` is scatter (lines, dots, bubbles, areas), bar (histograms, too), waterfall, funnel,
    candlestick, ohlc, polar, pie, or picture, of which nothing further is said.
    """

    kind: str
    type: str  # plotly's own
    name: str  # without markup
    plot: str  # id of its subplot
    index: int  # its number in the figure's data
    x: list[float | None] = field(default_factory=list)  # of a polar trace: pixels
    y: list[float | None] = field(default_factory=list)
    colors: list[Color] = field(default_factory=list)  # of bars, dots, slices
    outlines: list[Line | None] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)  # plotly's pattern of bars: / \ x - | + .
    backs: list[Color | None] = field(default_factory=list)  # behind a pattern; ``colors``: its own
    labels: list[Label] = field(default_factory=list)
    errors: list[Errors] = field(default_factory=list)
    # bars, waterfalls, funnels; stacked areas have a base, too
    horizontal: bool = False
    base: list[float | None] = field(default_factory=list)  # where each begins; x or y: its end
    offset: list[float] = field(default_factory=list)  # its edge along the other axis
    width: list[float] = field(default_factory=list)  # its thickness along the other axis
    connector: Line | None = None  # lines between the bars of waterfalls and funnels
    # scatter, polar
    lines: bool = False
    markers: bool = False
    line: Line | None = None
    shape: str = "linear"  # spline, hv, vh, hvh, vhv
    connect_gaps: bool = False
    sizes: list[Size] = field(default_factory=list)  # of dots: pixels; 0: it is one of ``shapes``
    shapes: list["Shape"] = field(default_factory=list)  # dots that are turned, or like no other
    symbols: list[str] = field(default_factory=list)  # plotly's names: circle, square-open …
    fill: str = ""  # tozeroy, tonexty, toself …; empty: none
    fill_color: Color | None = None
    fills: list["Shape"] = field(default_factory=list)  # of what is not from line to line
    # polar
    r: list[float | None] = field(default_factory=list)
    theta: list[float | None] = field(default_factory=list)  # degrees, or numbers of categories
    # candlestick, ohlc
    open: list[float | None] = field(default_factory=list)
    high: list[float | None] = field(default_factory=list)
    low: list[float | None] = field(default_factory=list)
    close: list[float | None] = field(default_factory=list)
    rising: Line | None = None
    falling: Line | None = None
    rising_fill: Color | None = None
    falling_fill: Color | None = None
    # pie
    value: list[float | None] = field(default_factory=list)  # of the slices
    ring: Ring | None = None


@dataclass(frozen=True)
class LegendItem:
    """One line of a legend."""

    text: Text
    symbol: Box
    trace: int | None  # index of its trace; None: the title of a group
    color: Color | None = None
    opacity: float = 1
    point: int | None = None  # of a pie: the slice


@dataclass(frozen=True)
class Legend:
    """A key to traces or slices."""

    box: Box
    items: list[LegendItem]
    title: Text | None = None
    background: Color | None = None
    border: Line | None = None
    horizontal: bool = False


@dataclass(frozen=True)
class Annotation:
    """A text over the chart; with an arrow, its points run from the text to its head."""

    text: Text | None
    box: Box  # of text, padding and border
    name: str = ""  # as the figure names it, say source
    background: Color | None = None
    border: Line | None = None
    arrow: list[Point] = field(default_factory=list)
    arrow_line: Line | None = None
    arrow_head: bool = False


@dataclass(frozen=True)
class Shape:
    """A shape over or under the plot; a path's points are close enough to draw it by."""

    kind: str  # rect, circle, line, path
    box: Box
    points: list[Point] = field(default_factory=list)  # of line and path
    closed: bool = False
    line: Line | None = None
    fill: Color | None = None
    layer: str = "above"  # above, below, between
    text: Text | None = None
    name: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a chart is not, or not quite, what PowerPoint can draw."""

    code: str
    values: dict[str, str] = field(default_factory=dict)

    def say(self, lang: str | None = None) -> str:
        """The reason in words."""
        texts = {
            "kind": say("PowerPoint has no chart of the kind {kind}", lang),
            "points": say("{points} points are more than a slide's chart can hold", lang),
            "images": say("it holds pictures", lang),
            "gradient": say("it has gradients", lang),
            "pattern": say("it has areas filled with a pattern", lang),
            "scalegroup": say("its pies differ in size by their totals", lang),
            "backoff": say("its lines end before their markers", lang),
            "breaks": say("its axis leaves out spans of time", lang),
            "network": say("it needs a map from the network, which is not asked", lang),
            "failed": say("the browser cannot draw it: {problem}", lang),
            "reach": say("its numbers are out of reach ({problem})", lang),
            "empty": say("it shows nothing", lang),
            "fonts": say("no font with Chinese characters is installed", lang),
            "frames": say("of the animation, this is the first frame", lang),
            "controls": say("its buttons and sliders do not work on a slide", lang),
            "outside": say("a part that is on the network is left out", lang),
        }
        return texts[self.code].format(**self.values)


@dataclass(frozen=True)
class Reading:
    """All that is drawn of one chart.

    Where ``why`` holds reasons, PowerPoint has no chart for it: ``svg`` and ``png`` are its
    picture then, or are empty where no picture can be drawn either. ``remarks`` say what a
    chart on a slide cannot show of it, say an animation.
    """

    width: int
    height: int
    paper: Color = ("#ffffff", 1)
    title: Text | None = None
    subtitle: Text | None = None
    plots: list[Plot] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)  # those that are seen
    order: list[int] = field(default_factory=list)  # their indexes, the lowest first
    legends: list[Legend] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    colorbars: list[Shape] = field(default_factory=list)  # bands, outlines and texts of keys
    why: list[Reason] = field(default_factory=list)
    remarks: list[Reason] = field(default_factory=list)
    svg: str = ""
    png: bytes = b""

    def axis(self, name: str) -> Axis:
        """The axis with this id."""
        return next(axis for axis in self.axes if axis.id == name)

    def to_json(self) -> dict[str, Any]:
        """The reading as JSON; what is at its default, and the ``png``, is left out."""
        return {key: value for key, value in _plain(self).items() if key != "png"}

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """The reading that :meth:`to_json` gave; nobody knows who stored it.

        Raises:
            ValueError: it is no reading, one of another version, or does not hold together.
        """
        try:
            reading: Self = _typed(Reading)(stored)
            _check(reading)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"this is no reading of a chart: {error}") from error
        return replace(reading, svg=harmless.svg(reading.svg))


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if not is_dataclass(value):
        return value
    return {
        f.name: _plain(entry)
        for f in fields(value)
        if (entry := getattr(value, f.name)) != f.default
        and not (f.default_factory is not MISSING and not entry)
    }


_LONGEST = 100_000  # of lists: reading.js reads no more than 20,000 points


@cache
def _typed(kind: Any) -> Callable[[Any], Any]:
    """What makes of a value of JSON one of a type, or raises."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        parts = {name: _typed(hint) for name, hint in hints.items()}
        return lambda value: kind(**{k: parts[k](v) for k, v in _be(value, dict).items()})
    if origin in (Union, types.UnionType):
        some = _typed(inner[0])
        return lambda value: None if value is None else some(value)
    if origin is list:
        one = _typed(float | None if inner[0] is float else inner[0])  # any row may have gaps
        return lambda value: [
            one(entry) for entry in _be(value, list, fits=lambda rows: len(rows) <= _LONGEST)
        ]
    if origin is tuple:
        each = [_typed(part) for part in inner]
        return lambda value: tuple(
            part(entry) for part, entry in zip(each, _be(value, list), strict=True)
        )
    if origin is dict:
        text = _typed(str)
        return lambda value: {text(k): text(v) for k, v in _be(value, dict).items()}
    base, *limits = inner if origin is Annotated else (kind,)
    if base in (float, int):
        low, high = limits or ((-1e300, 1e300) if base is float else (0, 1_000_000))
        kinds = (float, int) if base is float else (int,)

        def number(value: Any) -> Any:
            return value if type(value) in kinds and low <= value <= high else _be(value)

        return number
    if base is str:
        fits = re.compile(limits[0] if limits else "(?s).*").fullmatch
        return lambda value: harmless.text(_be(value, str, fits=fits))
    return lambda value: _be(value, base)


def _be(value: Any, *kinds: type, fits: Callable[[Any], object] = lambda _: True) -> Any:
    if type(value) not in kinds or not fits(value):
        raise ValueError(f"{reprlib.repr(value)} is out of place")
    return value


_WHOLE = {
    **dict.fromkeys(("bar", "waterfall", "funnel", "scatter"), ("x", "y")),
    **dict.fromkeys(("candlestick", "ohlc"), ("x", "open", "high", "low", "close")),
    "polar": ("x", "y", "r", "theta"),
    "pie": ("value",),
}
"""Lists of a trace that have an entry for each of its points."""
_OTHER = ("labels", "errors", "shapes", "fills")
"""Lists that run over other things."""


def _check(reading: Reading) -> None:
    """Refuse a reading whose parts do not belong together, or that no machine could show."""
    axes = {axis.id for axis in reading.axes}
    sound = all({p.x, p.y} <= axes for p in reading.plots if p.kind in ("xy", "polar"))
    points = {}
    for trace in reading.traces:
        rows = [getattr(trace, f.name) for f in fields(trace) if f.name not in _OTHER]
        rows += [row for bars in trace.errors for row in (bars.low, bars.high)]
        rows += [trace.ring.names, trace.ring.pulls] if trace.ring else []
        sizes = [len(row) for row in rows if isinstance(row, list)]
        points[trace.index] = count = max(sizes)
        whole = [len(getattr(trace, name)) for name in _WHOLE.get(trace.kind, ())]
        sound &= {*sizes} <= {0, 1, count} and {*whole} <= {count}
        sound &= all(label.point < count for label in trace.labels)
    for item in (item for legend in reading.legends for item in legend.items):
        sound &= item.trace is None or (item.point or 0) < max(1, points.get(item.trace, 1))
    if not sound or sum(points.values()) > _LONGEST:
        raise ValueError("its parts do not belong together")
    for reason in (*reading.why, *reading.remarks):
        reason.say(lang="en")


def read(
    figures: Iterable[Any],
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    pictures: Callable[[Reading], bool] | None = None,
    previews: bool = False,
    browser: Browser | None = None,
) -> list[Reading]:
    """The reading of each figure, all drawn in one browser; nothing is fetched.

    What cannot be drawn is a reading that says so in ``why``; it costs no other its own.

    Args:
        figures: plotly figures, or their JSON as dicts, of any version of plotly.
        width, height: pixels that each is laid out in.
        pictures: whether a chart needs ``svg`` and ``png``, asked as soon as it is read.
            One with a ``why`` has them anyway.
        previews: whether every reading has a ``png``.
        browser: the browser to ask; without, one is started and ended.

    Raises:
        TypeError: something is no figure.
        ValueError: its JSON is no figure's.
        NoBrowserError: there is no browser to draw with.
        RuntimeError: this plotly no longer tells what its charts show.
    """
    readings = []
    with nullcontext(browser) if browser else Browser() as asked:
        for number, figure in enumerate(each_figure(figures), 1):
            text = encoded(figure, number)
            if number == 1 and (lost := asked.ask("probe")):
                raise RuntimeError(f"plotly.js {lost}; install the plotly of requirements.lock")
            readings.append(_reading(asked, text, width, height, pictures, previews))
    return readings


def _reading(
    browser: Browser,
    text: str,
    width: int,
    height: int,
    pictures: Callable[[Reading], bool] | None,
    previews: bool,
) -> Reading:
    try:
        reading = Reading.from_json(browser.ask("read", width, height, text=text))
    except DrawingError as error:
        return Reading(width, height, why=[reason(error)])
    except ValueError as error:
        reading = Reading(width, height, why=[Reason("reach", {"problem": str(error.__cause__)})])
    whole = bool(reading.why) or (pictures is not None and pictures(reading))
    if reading.why and reading.why[-1].code == "empty":
        return reading
    try:
        if whole or previews:
            both = browser.ask("picture", "both", width, height, 2, text=text)
            svg = harmless.svg(both["svg"]) if whole else ""
            reading = replace(reading, svg=svg, png=base64.b64decode(both["png"]))
    except DrawingError as error:
        if whole:
            return replace(reading, why=[*reading.why, reason(error)])
        # What only its preview lacks is read all the same.
        return replace(reading, remarks=[*reading.remarks, reason(error)])
    return reading


def reason(error: DrawingError) -> Reason:
    """Why a browser did not draw."""
    said = str(error)
    for code in ("network", "fonts"):
        if said.startswith(code):
            return Reason(code)
    return Reason("failed", {"problem": shorten(said, 160, placeholder=" …")})


def each_figure(figures: Iterable[Any]) -> Iterable[Any]:
    """The figures of a list.

    Raises:
        TypeError: it is one figure, or nothing to go through.
    """
    if hasattr(figures, "to_plotly_json") or isinstance(figures, dict | str):
        raise TypeError("charts must be a list of plotly figures, not one")
    if not isinstance(figures, Iterable):
        raise TypeError(f"charts must be a list of plotly figures, not {type(figures).__name__}")
    return figures


_ESCAPES = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)")
_LOST = re.compile(r"\\(?:[bf]|u(?:00[01].|007f|00[89].|d[89a-f]..|fff[ef])$)", re.IGNORECASE)


def encoded(figure: Any, number: int = 1) -> str:
    """A figure as the JSON that a browser is handed.

    Control characters and halves of surrogate pairs, which no file can hold, are left out.

    Args:
        figure: a plotly figure or figure widget, or its JSON as a dict.
        number: the chart's number, for the message of an error.

    Raises:
        TypeError: it is neither.
        ValueError: it has no JSON.
    """
    from plotly.io import to_json

    if not hasattr(figure, "to_plotly_json") and not isinstance(figure, dict):
        raise TypeError(f"a chart is a plotly figure, not {type(figure).__name__}")
    try:
        text = to_json(figure, validate=False, remove_uids=False, engine="json")
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        said = shorten(str(error), 160, placeholder=" …")
        raise ValueError(f"chart {number} is no plotly figure: {said}") from error
    return _ESCAPES.sub(lambda found: "" if _LOST.fullmatch(found[0]) else found[0], text)

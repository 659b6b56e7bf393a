"""The reading of a chart: what plotly.js draws, asked of plotly.js.

A chart is drawn in a browser, and a script in its page (``reading.js``) tells what stands
there: axes with finished ticks, points as drawn, colours, labels, legend, annotations and
shapes, with their places. Nothing of plotly is guessed here. All places are pixels from the
chart's left upper corner; all values are those of the data, where a date is milliseconds
since 1970 (UTC), a category its number from 0 on the axis, and a value on a logarithmic
axis the value itself.
"""

import types
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""

Color = tuple[str, float]
"""``#rrggbb`` and the opacity from 0 to 1, all opacities of plotly multiplied."""

Point = tuple[float, float]
"""Pixels from the left and from the top."""


@dataclass(frozen=True)
class Line:
    """A stroke; ``dash`` is plotly's: solid, dot, dash, longdash, dashdot, longdashdot, 5px,2px."""

    color: Color
    width: float
    dash: str = "solid"


@dataclass(frozen=True)
class Font:
    """How a text looks; ``family`` is empty where it is the reading's own ``font``."""

    size: float
    color: Color
    family: str = ""
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
    link: str = ""


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
        return next(run.font for line in self.lines for run in line)


@dataclass(frozen=True)
class Tick:
    """One tick of an axis; ``at`` is its pixel along the axis, ``text`` is what is written."""

    value: float
    at: float
    text: str
    box: Box | None = None  # None: no text is drawn
    group: str = ""  # of two-level categories: the outer one


@dataclass(frozen=True)
class Axis:
    """One axis as drawn. ``range`` runs from its left or lower end, so may fall."""

    id: str  # x, y2, polar.angularaxis, polar.radialaxis
    type: str  # linear, log, date, category, multicategory
    range: tuple[float, float]
    start: float  # pixel where it begins from the left or the top
    length: float
    side: str = ""  # left, right, top, bottom
    at: float = 0  # pixel of its line across it
    overlaying: str = ""  # id of the axis that it lies over
    anchor: str = ""  # id of the axis that it stands at, or free
    visible: bool = True
    ticks: list[Tick] = field(default_factory=list)
    tick_font: Font | None = None  # None: no tick texts
    tick_angle: float = 0
    tick_marks: str = ""  # outside, inside; empty: none
    tick_line: Line | None = None
    tick_length: float = 0
    categories: list[str] = field(default_factory=list)  # all of them, by number
    groups: list[str] = field(default_factory=list)  # of two-level categories: the outer ones
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
    rotation: float = 0  # of a polar plot: where angle 0 is, degrees counterclockwise from 3 h
    clockwise: bool = False
    sector: tuple[float, float] = (0, 360)
    gridshape: str = ""  # circular, linear
    hole: float = 0


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
    """Where a pie stands, and its slices in order. Lists run over the points of the trace."""

    center: Point
    radius: float
    hole: float
    rotation: float  # of the first slice's beginning, degrees clockwise from 12 h
    clockwise: bool
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
    x: list[float | None] = field(default_factory=list)
    y: list[float | None] = field(default_factory=list)
    colors: list[Color] = field(default_factory=list)  # of bars, dots, slices
    outlines: list[Line | None] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)  # plotly's pattern of bars: / \ x - | + .
    labels: list[Label] = field(default_factory=list)
    errors: list[Errors] = field(default_factory=list)
    in_legend: bool = False
    # bars, waterfalls, funnels; stacked areas have base and value, too
    horizontal: bool = False
    base: list[float | None] = field(default_factory=list)  # where each begins; x or y: its end
    value: list[float | None] = field(default_factory=list)  # its own size, stack and base apart
    offset: list[float] = field(default_factory=list)  # its edge along the other axis
    width: list[float] = field(default_factory=list)  # its thickness along the other axis
    measures: list[str] = field(default_factory=list)  # of waterfalls: increasing, decreasing, totals
    connector: Line | None = None  # lines between the bars of waterfalls and funnels
    # scatter, polar
    lines: bool = False
    markers: bool = False
    line: Line | None = None
    shape: str = "linear"  # spline, hv, vh, hvh, vhv
    smoothing: float = 1
    connect_gaps: bool = False
    sizes: list[float] = field(default_factory=list)  # of dots: diameters in pixels
    symbols: list[str] = field(default_factory=list)  # plotly's names: circle, square-open …
    fill: str = ""  # tozeroy, tonexty, toself …; empty: none
    fill_color: Color | None = None
    stack: str = ""  # stacked areas: the stack's name
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
    # pie: ``value`` holds the slices' numbers
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
class ColorBar:
    """A key to a colour scale; ``colors`` run evenly from its lower or left end."""

    box: Box
    colors: list[Color]
    ticks: list[Text]
    title: Text | None = None
    horizontal: bool = False
    border: Line | None = None


@dataclass(frozen=True)
class Image:
    """A picture that the layout lays over or under the plot."""

    source: str  # a data URI
    box: Box
    opacity: float = 1
    layer: str = "above"


@dataclass(frozen=True)
class Reason:
    """Why a chart is not, or not quite, what PowerPoint can draw."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


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
    font: str = ""  # CSS list of font families
    title: Text | None = None
    subtitle: Text | None = None
    plots: list[Plot] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)  # those that are seen
    order: list[int] = field(default_factory=list)  # their indexes, the lowest first
    barmode: str = ""  # group, stack, relative, overlay
    bargap: float = 0
    bargroupgap: float = 0
    legends: list[Legend] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    colorbars: list[ColorBar] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
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
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The reading that :meth:`to_json` gave.

        Raises:
            ValueError: it is no reading, or one of another version.
        """
        try:
            reading: Self = _typed(cls, stored)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is no reading of a chart: {error}") from error
        return reading


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    return {
        f.name: _plain(entry)
        for f in fields(value)
        if (entry := getattr(value, f.name)) != f.default
        and not (f.default_factory is not MISSING and not entry)
    }


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(kind: Any, value: Any) -> Any:
    """A value of JSON as the type that is asked for."""
    if value is None:
        return None
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _typed(next(part for part in inner if part is not type(None)), value)
    if origin is list:
        if inner[0] in (str, float | None, float):
            return value
        return [_typed(inner[0], entry) for entry in value]
    if origin is tuple:
        return tuple(value)
    if hasattr(kind, "__dataclass_fields__"):
        hints = _hints(kind)
        return kind(**{key: _typed(hints[key], entry) for key, entry in value.items()})
    return value

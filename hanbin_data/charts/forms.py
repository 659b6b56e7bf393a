"""The chart forms that plotly has no call for; each returns a plain ``go.Figure``.

Every form takes a frame of the package, any frame with a column ``label`` and one of
numbers, or numbers by their labels in a dict; it labels its marks directly.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hanbin_data.charts import terms
from hanbin_data.charts.palette import EDGE, NARROW, PALETTE, PAPER, SEQUENCE
from hanbin_data.charts.terms import label, ordered, records
from hanbin_data.words import say

MANY = 9
"""Rows from which on labels stand on one line each, in a smaller size."""

Rows = pd.DataFrame | dict[str, float]


def _finished(
    fig: go.Figure, spoken: Iterable[str], names: Sequence[str] = (), above: float = 0.5
) -> go.Figure:
    """No key of traces, for marks are labelled; rows from the top, as the frame has them; and
    what is said of each to those who listen."""
    said = list(spoken)
    if len(said) >= MANY:
        fig.update_yaxes(tickfont={"size": 12})
    if names:
        order = list(dict.fromkeys(names))
        fig.update_yaxes(categoryarray=order, range=[len(order) - 0.5, -above])
    return fig.update_layout(showlegend=False, meta={"spoken": said})


def _room_behind(fig: go.Figure, texts: Iterable[str]) -> None:
    widest = max(terms.text_width(text, 14) for text in texts)
    fig.update_layout(margin={"r": widest + EDGE})


def _heading(fig: go.Figure, text: str, place: int, across: bool = False) -> None:
    """Head a panel, of those above one another or of those side by side."""
    number = "" if place == 1 else place
    fig.add_annotation(
        text=f"<b>{text}</b>",
        showarrow=False,
        x=0,
        xref=f"x{number} domain" if across else "paper",
        xanchor="left",
        y=1,
        yref="paper" if across else f"y{number} domain",
        yanchor="bottom",
    )


def _shades(column: str, codes: Iterable[str]) -> dict[str, str]:
    """A colour for each code of a column."""
    found = list(codes)
    if len(found) > len(SEQUENCE):
        raise ValueError(
            f"{column!r} has {len(found)} codes ({', '.join(found)}), and {len(SEQUENCE)} colours "
            f"can be told apart: take fewer rows, or draw counted(frame, {column!r})"
        )
    return dict(zip(found, SEQUENCE, strict=False))


def _readied(frame: Rows, number: str | None = None) -> pd.DataFrame:
    """The rows with what a form needs: ``name`` (broken into lines), ``least``, ``middle``,
    ``most``, ``number``, ``hover``, ``color``, and ``said`` and ``spoken`` for those who listen."""
    if isinstance(frame, dict):
        frame = pd.DataFrame({"label": list(map(say, frame)), "value": list(frame.values())})
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame or a dict, not {type(frame).__name__}")
    if "label" not in frame and "place" not in frame:
        has = ", ".join(map(str, frame))
        raise ValueError(
            f"the frame has no column 'label' that names its rows: rename one of {has}"
        )
    number = number or terms.numbers(frame)
    full = set(terms.TRAVELLING) <= set(frame) and number == terms.numbers(frame)
    shown = terms.ready(frame) if full and "hover" not in frame else frame.copy()
    value = shown[number]
    names = [terms.name_of(row) for row in records(shown)]
    if "number" not in shown:
        shown["number"] = [terms.three_digits(one) for one in value]
    if "color" not in shown:
        shown["color"] = terms.colors(shown)
    if "hover" not in shown:
        shown["hover"] = [
            f"{name}<br>{text}" for name, text in zip(names, shown["number"], strict=True)
        ]
    shown["least"], shown["most"] = (shown["low"], shown["high"]) if full else (value, value)
    shown["middle"] = value.where(value.between(shown["least"], shown["most"]))
    # Size of a label beside a bar or dot, and pixels that it may take before it is broken.
    room = (14, 250) if len(shown) < 6 else (14, 330) if len(shown) < MANY else (12, 480)
    shown["said"], shown["name"] = names, [terms.broken(name, *room) for name in names]
    told = shown["number"].tolist()
    if "unit" in shown:
        told = [terms.quantity(*pair) for pair in zip(told, shown["unit"], strict=True)]
    shown["spoken"] = [f"{name}{say(': ')}{text}" for name, text in zip(names, told, strict=True)]
    return shown


def bars(frame: Rows, number: str | None = None, *, panels: str | None = None) -> go.Figure:
    """Horizontal bars from zero, one a row, each with its number.

    A row whose number is a range has its open part hatched; one that is part of another row
    (``part_of``) stands as a narrow bar inside that row's.

    Args:
        frame: rows in one unit, or in several where ``panels`` tells them apart.
        number: the column of lengths; the frame's own column of numbers if not given.
        panels: a column, say ``"unit"``, with a panel for each of its codes, each on a scale
            of its own.

    Raises:
        ValueError: no column of numbers can be told, or ``panels`` is no column.
    """
    shown = _readied(frame, number)
    groups = [shown]
    if panels:
        terms.check_columns(shown, panels)
        groups = [shown[shown[panels] == code] for code in dict.fromkeys(shown[panels])]
    fig = make_subplots(rows=len(groups), cols=1, vertical_spacing=0.9 / (2 * len(groups) - 0.9))
    for place, rows in enumerate(groups, 1):
        inside = rows.iloc[:0]
        if {"part_of", "figure_id"} <= set(rows):
            inside = rows[rows["part_of"].isin(rows["figure_id"])]
        for trace in [*_bars(rows.drop(inside.index)), *_inner(rows, inside)]:
            fig.add_trace(trace, row=place, col=1)
        widest = 1.25 * float(rows["most"].max()) or 1
        fig.update_xaxes(range=[0, widest], visible=False, row=place, col=1)
        fig.update_yaxes(autorange="reversed", row=place, col=1)
        if panels:
            _heading(fig, say("Unit: {unit}", unit=label(panels, rows[panels].iloc[0])), place)
    return _finished(fig.update_layout(barmode="overlay"), shown["spoken"])


def _bar(rows: pd.DataFrame, lengths: Iterable[float], texts: Iterable[str], **look: Any) -> go.Bar:
    return go.Bar(
        {"width": 0.62, "y": list(rows["name"])} | look,
        x=list(lengths),
        text=list(texts),
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        hovertext=list(rows["hover"]),
        hoverinfo="text",
    )


def _bars(rows: pd.DataFrame) -> Iterable[go.Bar]:
    """A bar up to the least number; a hatched one from there to the greatest where it is open."""
    wide = (rows["most"] - rows["least"]) > 0.02 * rows["most"].max()
    solid = rows["least"].where(wide, rows["middle"].fillna(rows["least"]))
    yield _bar(rows, solid, rows["number"].where(~wide, ""), marker={"color": list(rows["color"])})
    if wide.any():
        some = rows[wide]
        color = some["color"].iloc[0]
        hatched = {"shape": "/", "bgcolor": PAPER, "fgcolor": color}
        marker = {"color": color, "line": {"color": color, "width": 2}, "pattern": hatched}
        lengths = some["most"] - some["least"]
        yield _bar(some, lengths, some["number"], base=list(some["least"]), marker=marker)


def _inner(rows: pd.DataFrame, inside: pd.DataFrame) -> Iterable[go.Bar]:
    """Parts, each a narrow bar inside the bar of its whole."""
    wholes = dict(zip(rows.get("figure_id", ()), rows["name"], strict=False))
    for place, row in enumerate(records(inside)):
        yield _bar(
            inside.iloc[[place]],
            [row["middle"]],
            [f"{terms.name_of(row)}{say(': ')}{row['number']}"],
            y=[wholes[row["part_of"]]],
            width=0.34,
            textfont={"color": PAPER},
            marker={"color": SEQUENCE[0], "line": {"color": PAPER, "width": 2}},
        )


def counted(frame: pd.DataFrame, column: str, *more: str) -> go.Figure:
    """Bars that count how often each code of a column occurs; a panel for each column.

    Raises:
        ValueError: a column is none of the frame's.
    """
    terms.check_columns(frame, column, *more)
    counts = {column: frame[column].value_counts() for column in (column, *more)}
    names = {column: [label(column, c, c) for c in count.index] for column, count in counts.items()}
    between = min(200, max(terms.text_width(name, 14) for name in [*names.values()][-1]))
    fig = make_subplots(cols=len(counts), horizontal_spacing=min(0.4, (between + 48) / NARROW))
    for place, (column, count) in enumerate(counts.items(), 1):
        fig.add_bar(
            x=count.tolist(),
            y=[terms.broken(name, 14, 250 if place == 1 else 200) for name in names[column]],
            text=count.astype(str).tolist(),
            orientation="h",
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x}<extra></extra>",
            marker={"color": [PALETTE.get(str(code), PALETTE["neutral"]) for code in count.index]},
            row=1,
            col=place,
        )
        if more:
            _heading(fig, terms.title_of(column), place, across=True)
    most = max(count.max() for count in counts.values())
    fig.update_xaxes(visible=False, range=[0, 1.15 * most]).update_yaxes(autorange="reversed")
    return _finished(
        fig,
        (
            f"{name}{say(': ')}{n}"
            for column, count in counts.items()
            for name, n in zip(names[column], count, strict=True)
        ),
    )


def stacked(frame: pd.DataFrame, by: str, across: str = "theme") -> go.Figure:
    """Stacked bars that count rows: one bar for each code of ``across``, cut by ``by``.

    Raises:
        ValueError: a column is none of the frame's, or ``by`` has more than three codes.
    """
    terms.check_columns(frame, by, across)
    count = frame.groupby([by, across]).size().unstack(across, fill_value=0)
    count = count.reindex(ordered(by, count.index))[ordered(across, count.columns)]
    names = [label(across, code, code) for code in count.columns]
    parts = [label(by, str(code), str(code)) for code in count.index]
    fig = go.Figure(layout={"barmode": "stack"})
    shades = _shades(by, count.index)
    for color, part, row in zip(shades.values(), parts, count.to_numpy().tolist(), strict=True):
        fig.add_bar(
            x=row,
            y=names,
            text=[str(n) if n else "" for n in row],
            orientation="h",
            name=part,
            marker={"color": color},
            textposition="inside",
            insidetextanchor="middle",
            hovertemplate="%{y}: %{x}",
        )
    fig.update_xaxes(visible=False).update_yaxes(autorange="reversed")
    return _finished(
        fig,
        (
            f"{name}{say(', ')}{part}{say(': ')}{n}"
            for name, column in zip(names, count.to_numpy().T.tolist(), strict=True)
            for part, n in zip(parts, column, strict=True)
            if n
        ),
    )


def dots(
    frame: Rows,
    number: str | None = None,
    *,
    between: tuple[float, float] | None = None,
    log: bool = False,
) -> go.Figure:
    """Dots, one a row, each with its number and, where it is a range, a line to both ends.

    A dot is hollow where the row is conditional on an assumption.

    Args:
        frame: rows in one unit.
        number: the column of places; the frame's own column of numbers if not given.
        between: the ends of the axis; from zero if not given.
        log: a logarithmic axis.

    Raises:
        ValueError: no column of numbers can be told.
    """
    shown = _readied(frame, number)
    names, colors = shown["name"].tolist(), shown["color"].tolist()
    middle = shown["middle"].fillna((shown["least"] + shown["most"]) / 2)
    status = shown.get("status", pd.Series("sound", shown.index))
    fig = go.Figure()
    for row in records(shown[shown["most"] > shown["least"]]):
        fig.add_scatter(
            x=[row["least"], row["most"]],
            y=[row["name"]] * 2,
            mode="lines",
            line={"color": row["color"], "width": 3},
            hoverinfo="skip",
        )
    fig.add_scatter(
        x=middle.tolist(),
        y=names,
        mode="markers",
        marker={
            "size": 13,
            "color": colors,
            "symbol": ["circle-open" if s == "conditional" else "circle" for s in status],
            "line": {"width": 3, "color": colors},
        },
        hovertext=shown["hover"].tolist(),
        hoverinfo="text",
    )
    above = len(shown) < MANY
    if not above:
        _room_behind(fig, shown["number"])
    fig.add_scatter(
        x=(middle if above else shown["most"]).tolist(),
        y=names,
        text=shown["number"].tolist(),
        mode="markers+text",
        marker={"size": 13, "opacity": 0},  # keeps the text off the dot
        textposition="top center" if above else "middle right",
        hoverinfo="skip",
    )
    axis: dict[str, Any] = {"range": between or [0, 1.1 * float(shown["most"].max())]}
    fig.update_xaxes(zeroline=not log, **({"type": "log", "dtick": 1} if log else axis))
    return _finished(fig, shown["spoken"], names, above=0.6)


def _line(row: Mapping[str, Any], places: list[Any], text: str, **look: Any) -> go.Scatter:
    """A row's line through its places, each a dot, with a text behind the last."""
    return go.Scatter(
        x=places,
        y=[row["name"]] * len(places),
        text=[""] * (len(places) - 1) + [text],
        mode="lines+markers+text",
        textposition="middle right",
        line={"width": 5, "color": row["color"]},
        marker={"size": 12, "color": row["color"]},
        hovertext=[row["hover"]] * len(places),
        hoverinfo="text",
        cliponaxis=False,
        **look,
    )


def ranges(
    frame: pd.DataFrame,
    low: str = "low",
    high: str = "high",
    *,
    texts: Sequence[str] | None = None,
    suffix: str = "",
) -> go.Figure:
    """Horizontal lines, one a row, from its least to its greatest number.

    Args:
        frame: rows in one unit.
        low, high: the columns of the ends.
        texts: what is written behind each line; its two ends, and ``suffix``, if not given.

    Raises:
        ValueError: an end is no column of the frame.
    """
    terms.check_columns(frame, low, high)
    shown = _readied(frame, high)
    written = texts or [
        f"{terms.three_digits(start)}–{terms.three_digits(end)}{suffix}"
        for start, end in zip(frame[low], frame[high], strict=True)
    ]
    rows = zip(records(shown), written, strict=True)
    fig = go.Figure([_line(row, [row[low], row[high]], text) for row, text in rows])
    fig.update_xaxes(range=[0, 1.3 * float(frame[high].max())], ticksuffix=suffix)
    spoken = [f"{name}{say(': ')}{text}" for name, text in zip(shown["said"], written, strict=True)]
    return _finished(fig, spoken, shown["name"].tolist())


def spans(frame: pd.DataFrame, by: str = "measure") -> go.Figure:
    """A time line, one row a figure: a dot for one year, a line for a period of several.

    Args:
        frame: rows of ``figures()`` or ``load()``.
        by: the column whose codes the colours stand for.

    Raises:
        ValueError: ``by`` is no column, or has more than three codes.
    """
    terms.check(frame, *terms.TRAVELLING)
    terms.check_columns(frame, by)
    shown = _readied(frame)
    shown["color"] = shown[by].astype(str).map(_shades(by, sorted(shown[by].astype(str).unique())))
    fig, years = go.Figure(), set()
    for row in records(shown):
        ends = sorted({int(row["period_start"]), int(row["period_end"])})
        years.update(ends)
        text = terms.quantity(row["number"], row["unit"])
        fig.add_trace(_line(row, ends, text, name=label(by, str(row[by]))))
    _room_behind(fig, (trace.text[-1] for trace in fig.data))
    ticks = sorted(years)
    fig.update_xaxes(range=[ticks[0] - 0.2, ticks[-1] + 0.2], tickvals=ticks, tickangle=0)
    spoken = [
        f"{text}{say(', ')}{terms.period(row)}"
        for text, row in zip(shown["spoken"], records(shown), strict=True)
    ]
    return _finished(fig, spoken, shown["name"].tolist())


def tiles(frame: pd.DataFrame, *, between: Sequence[str] = ()) -> go.Figure:
    """Equal tiles, one a row, each with its number and unit: for units that share no axis.

    Args:
        frame: rows in any units.
        between: what stands between two tiles, one text less than there are rows.
    """
    shown = _readied(frame)
    units = [label("unit", code) for code in shown.get("unit", ())] or [""] * len(shown)
    fig = go.Figure()
    for height, position, size, texts in (
        (0.68, "middle center", 30, [f"<b>{text}</b>" for text in shown["number"]]),
        (0.59, "bottom center", 15, [terms.broken(text, 15, 150) for text in units]),
        (0.46, "bottom center", 14, [terms.broken(name, 14, 150) for name in shown["said"]]),
    ):
        fig.add_scatter(
            x=list(range(len(shown))),
            y=[height] * len(shown),
            text=texts,
            mode="text",
            textposition=position,
            textfont={"size": size},
            hovertext=shown["hover"].tolist(),
            hoverinfo="text",
        )
    for place, color in enumerate(shown["color"]):
        rim = {"x0": place - 0.36, "x1": place + 0.36, "y0": 0.2, "y1": 0.84}
        fig.add_shape(rim, type="rect", line={"color": color, "width": 3}, layer="below")
    for gap, text in enumerate(between):
        fig.add_annotation(x=gap + 0.5, y=0.54, text=say(text), showarrow=False, font={"size": 13})
    fig.update_xaxes(visible=False, range=[-0.5, len(shown) - 0.5])
    return _finished(fig.update_yaxes(visible=False, range=[0, 1]), shown["spoken"])


def ends(fig: go.Figure) -> go.Figure:
    """Name each line of a chart by ``plotly.express`` at its end, instead of in a key.

    The name is the trace's, or the ``hover_name`` of its last point.

    Raises:
        ValueError: the chart holds something else than lines.
    """
    for trace in fig.data:
        if trace.type != "scatter":
            raise ValueError(f"only lines have ends, not {trace.type}: draw them with px.line")
        hover = trace.hovertext
        named = trace.name or (hover[-1] if hover is not None and len(hover) else "")
        text = list(trace.text) if trace.text is not None else [""] * len(trace.x)
        text[-1] = f"{text[-1]} {named}".strip()
        above = ["top center"] * (len(text) - 1)
        line = "lines+markers+text"
        trace.update(mode=line, name="", text=text, textposition=[*above, "middle right"])
    _room_behind(fig, (trace.text[-1] for trace in fig.data))
    return fig.update_layout(showlegend=False)

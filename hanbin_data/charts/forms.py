"""The chart forms that plotly has no call for; each returns a plain ``go.Figure``.

Every form takes a frame of the package, any frame with a column ``label`` and one of
numbers, or numbers by their labels in a dict; it labels its marks directly.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hanbin_data.charts.palette import EDGE, NARROW, PALETTE, PAPER, SEQUENCE
from hanbin_data.charts.terms import (
    TRAVELLING,
    broken,
    colors,
    label,
    name_of,
    numbers,
    ordered,
    period,
    quantity,
    ready,
    records,
    text_width,
    three_digits,
    title_of,
    unit,
)
from hanbin_data.words import say

MANY = 9
"""Rows from which on labels stand on one line each, in a smaller size."""


def _room(rows: int) -> tuple[int, int]:
    """Size of a label beside a bar or dot, and pixels that it may take before it is broken."""
    return (14, 250) if rows < 6 else (14, 330) if rows < MANY else (12, 480)


def _finished(fig: go.Figure, spoken: Iterable[str]) -> go.Figure:
    """No key of traces, for marks are labelled; and what is said of each to those who listen."""
    said = list(spoken)
    if len(said) >= MANY:
        fig.update_yaxes(tickfont={"size": 12})
    return fig.update_layout(showlegend=False, meta={"spoken": said})


Rows = pd.DataFrame | dict[str, float]


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
    groups = _groups(shown, panels)
    fig = make_subplots(rows=len(groups), cols=1, vertical_spacing=0.9 / (2 * len(groups) - 0.9))
    for place, (code, rows) in enumerate(groups, 1):
        inside = _inside(rows)
        for trace in _bars(rows.drop(inside.index), 0.62) + _inner(rows, inside):
            fig.add_trace(trace, row=place, col=1)
        widest = 1.25 * float(rows["most"].max()) or 1
        heading = say("Unit: {unit}", unit=label(panels, code)) if panels else None
        fig.update_xaxes(range=[0, widest], visible=False, row=place, col=1)
        fig.update_yaxes(autorange="reversed", row=place, col=1)
        if panels:
            _heading(fig, place, heading or "")
    return _finished(fig.update_layout(barmode="overlay"), shown["spoken"])


def _heading(fig: go.Figure, place: int, text: str) -> None:
    axis = "" if place == 1 else str(place)
    fig.add_annotation(
        text=f"<b>{text}</b>",
        showarrow=False,
        font={"size": 13},
        x=0,
        xref="paper",
        xanchor="left",
        y=1,
        yref=f"y{axis} domain",
        yanchor="bottom",
    )


def _groups(shown: pd.DataFrame, panels: str | None) -> list[tuple[str, pd.DataFrame]]:
    if panels is None:
        return [("", shown)]
    if panels not in shown:
        raise ValueError(f"the frame has no column {panels!r}, only {', '.join(map(str, shown))}")
    return [(str(code), shown[shown[panels] == code]) for code in dict.fromkeys(shown[panels])]


def _readied(frame: Rows, number: str | None = None) -> pd.DataFrame:
    """The rows with what a form needs: ``name`` (broken into lines), ``least``, ``middle``,
    ``most``, ``number``, ``hover``, ``color``, and ``said`` and ``spoken`` for those who listen."""
    if isinstance(frame, dict):
        frame = pd.DataFrame({"label": list(map(say, frame)), "value": list(frame.values())})
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame or a dict, not {type(frame).__name__}")
    number = number or numbers(frame)
    full = set(TRAVELLING) <= set(frame) and number == numbers(frame)
    shown = ready(frame) if full and "hover" not in frame else frame.copy()
    value = shown[number]
    names = [name_of(row) for row in records(shown)]
    if "number" not in shown:
        shown["number"] = [three_digits(one) for one in value]
    if "color" not in shown:
        shown["color"] = colors(shown)
    if "hover" not in shown:
        pairs = zip(names, shown["number"], strict=True)
        shown["hover"] = [f"{name}<br>{text}" for name, text in pairs]
    shown["least"], shown["most"] = (shown["low"], shown["high"]) if full else (value, value)
    shown["middle"] = value.where(value.between(shown["least"], shown["most"]))
    shown["said"] = names
    shown["name"] = [broken(name, *_room(len(shown))) for name in names]
    told = shown["number"].tolist()
    if "unit" in shown:
        told = [quantity(*pair) for pair in zip(told, shown["unit"], strict=True)]
    shown["spoken"] = [f"{name}{say(': ')}{text}" for name, text in zip(names, told, strict=True)]
    return shown


def _inside(rows: pd.DataFrame) -> pd.DataFrame:
    if "part_of" not in rows or "figure_id" not in rows:
        return rows.iloc[:0]
    return rows[rows["part_of"].isin(rows["figure_id"])]


def _bars(rows: pd.DataFrame, width: float) -> list[go.Bar]:
    """A bar up to the least number; a hatched one from there to the greatest where it is open."""
    look = {"orientation": "h", "hoverinfo": "text", "width": width, "cliponaxis": False}
    wide = (rows["most"] - rows["least"]) > 0.02 * rows["most"].max()
    solid, texts = rows["least"].where(wide, rows["middle"].fillna(rows["least"])), rows["number"]
    drawn = [
        go.Bar(
            x=list(solid),
            y=list(rows["name"]),
            text=list(texts.where(~wide, "")),
            textposition="outside",
            marker={"color": list(rows["color"])},
            hovertext=list(rows["hover"]),
            **look,
        )
    ]
    if wide.any():
        some = rows[wide]
        color = some["color"].iloc[0]
        drawn.append(
            go.Bar(
                x=list(some["most"] - some["least"]),
                base=list(some["least"]),
                y=list(some["name"]),
                text=list(some["number"]),
                textposition="outside",
                marker={
                    "color": color,
                    "line": {"color": color, "width": 2},
                    "pattern": {"shape": "/", "bgcolor": PAPER, "fgcolor": color},
                },
                hovertext=list(some["hover"]),
                **look,
            )
        )
    return drawn


def _inner(rows: pd.DataFrame, inside: pd.DataFrame) -> list[go.Bar]:
    """Parts, each a narrow bar inside the bar of its whole."""
    wholes = dict(zip(rows.get("figure_id", ()), rows["name"], strict=False))
    return [
        go.Bar(
            x=[row["middle"]],
            y=[wholes[row["part_of"]]],
            orientation="h",
            width=0.34,
            text=[f"{name_of(row)}{say(': ')}{row['number']}"],
            textposition="outside",
            textfont={"color": PAPER},
            marker={"color": SEQUENCE[0], "line": {"color": PAPER, "width": 2}},
            hovertext=[row["hover"]],
            hoverinfo="text",
        )
        for row in records(inside)
    ]


def counted(frame: pd.DataFrame, *columns: str) -> go.Figure:
    """Bars that count how often each code of a column occurs; a panel for each column.

    Raises:
        ValueError: a column is none of the frame's.
    """
    names = {
        column: [label(column, code, code) for code in frame[column].value_counts().index]
        for column in columns
    }
    between = max(text_width(name, 14) for column in columns[-1:] for name in names[column])
    fig = make_subplots(
        rows=1, cols=len(columns), horizontal_spacing=min(0.4, (min(between, 200) + 48) / NARROW)
    )
    most = max(frame[column].value_counts().max() for column in columns)
    for place, column in enumerate(columns, 1):
        count = frame[column].value_counts()
        fig.add_bar(
            x=count.tolist(),
            y=[broken(name, 14, 250 if place == 1 else 200) for name in names[column]],
            text=count.astype(str).tolist(),
            orientation="h",
            hovertemplate="%{y}: %{x}<extra></extra>",
            marker={"color": [PALETTE.get(str(code), PALETTE["neutral"]) for code in count.index]},
            row=1,
            col=place,
        )
        if len(columns) > 1:
            fig.add_annotation(
                text=f"<b>{title_of(column)}</b>",
                showarrow=False,
                x=0,
                xref="x domain" if place == 1 else f"x{place} domain",
                xanchor="left",
                y=1,
                yref="paper",
                yanchor="bottom",
            )
    fig.update_traces(textposition="outside", cliponaxis=False)
    fig.update_xaxes(visible=False, range=[0, 1.15 * most]).update_yaxes(autorange="reversed")
    counts = [
        f"{name}{say(': ')}{count}"
        for column in columns
        for name, count in zip(names[column], frame[column].value_counts(), strict=True)
    ]
    return _finished(fig, counts)


def stacked(frame: pd.DataFrame, by: str, across: str = "theme") -> go.Figure:
    """Stacked bars that count rows: one bar for each code of ``across``, cut by ``by``.

    Raises:
        ValueError: a column is none of the frame's.
    """
    count = frame.groupby([by, across]).size().unstack(across, fill_value=0)
    count = count.reindex(ordered(by, count.index))[ordered(across, count.columns)]
    names = [label(across, code, code) for code in count.columns]
    fig = go.Figure(layout={"barmode": "stack"})
    for color, (code, row) in zip(SEQUENCE, count.iterrows(), strict=False):
        fig.add_bar(
            x=row.tolist(),
            y=names,
            text=[str(n) if n else "" for n in row],
            orientation="h",
            name=label(by, str(code), str(code)),
            marker={"color": color},
            textposition="inside",
            insidetextanchor="middle",
            hovertemplate="%{y}: %{x}",
        )
    fig.update_xaxes(visible=False).update_yaxes(autorange="reversed")
    counts = [
        f"{name}{say(', ')}{label(by, str(code), str(code))}{say(': ')}{row.iloc[place]}"
        for place, name in enumerate(names)
        for code, row in count.iterrows()
        if row.iloc[place]
    ]
    return _finished(fig, counts)


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
    middle = shown["middle"].fillna((shown["least"] + shown["most"]) / 2)
    status = shown.get("status", pd.Series("sound", shown.index))
    symbols = ["circle-open" if code == "conditional" else "circle" for code in status]
    fig = go.Figure()
    for row in records(shown.assign(middle=middle)):
        if row["most"] > row["least"]:
            fig.add_scatter(
                x=[row["least"], row["most"]],
                y=[row["name"]] * 2,
                mode="lines",
                line={"color": row["color"], "width": 3},
                hoverinfo="skip",
            )
    fig.add_scatter(
        x=middle.tolist(),
        y=shown["name"].tolist(),
        mode="markers",
        marker={
            "size": 13,
            "color": shown["color"].tolist(),
            "symbol": symbols,
            "line": {"width": 3, "color": shown["color"].tolist()},
        },
        hovertext=shown["hover"].tolist(),
        hoverinfo="text",
    )
    above = len(shown) < MANY
    if not above:
        widest = max(text_width(text, 14) for text in shown["number"])
        fig.update_layout(margin={"r": widest + EDGE})
    fig.add_scatter(
        x=(middle if above else shown["most"]).tolist(),
        y=shown["name"].tolist(),
        text=shown["number"].tolist(),
        mode="markers+text",
        marker={"size": 13, "opacity": 0},  # keeps the text off the dot
        textposition="top center" if above else "middle right",
        hoverinfo="skip",
    )
    names = shown["name"].tolist()
    fig.update_yaxes(categoryorder="array", categoryarray=names, range=[len(names) - 0.5, -0.6])
    axis: dict[str, Any] = {"range": between or [0, 1.1 * float(shown["most"].max())]}
    if log:
        axis = {"type": "log", "dtick": 1}
    return _finished(fig.update_xaxes(zeroline=not log, **axis), shown["spoken"])


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
    for column in (low, high):
        if column not in frame:
            raise ValueError(
                f"the frame has no column {column!r}, only {', '.join(map(str, frame))}"
            )
    shown = _readied(frame, high)
    written = texts or [
        f"{three_digits(start)}–{three_digits(end)}{suffix}"
        for start, end in zip(frame[low], frame[high], strict=True)
    ]
    fig = go.Figure()
    for row, text in zip(records(shown), written, strict=True):
        fig.add_scatter(
            x=[row[low], row[high]],
            y=[row["name"]] * 2,
            text=["", text],
            mode="lines+markers+text",
            textposition="middle right",
            line={"width": 5, "color": row["color"]},
            marker={"size": 12, "color": row["color"]},
            hovertext=[row["hover"]] * 2,
            hoverinfo="text",
        )
    fig.update_xaxes(range=[0, 1.3 * float(frame[high].max())], ticksuffix=suffix)
    spoken = [f"{name}{say(': ')}{text}" for name, text in zip(shown["said"], written, strict=True)]
    return _finished(fig.update_yaxes(range=[len(shown) - 0.5, -0.5]), spoken)


def spans(frame: pd.DataFrame, by: str = "measure") -> go.Figure:
    """A time line, one row a figure: a dot for one year, a line for a period of several.

    Args:
        frame: rows of ``figures()`` or ``load()``.
        by: the column whose codes the colours stand for.
    """
    shown = _readied(frame)
    years = sorted({int(year) for end in ("start", "end") for year in shown[f"period_{end}"]})
    shades = dict(zip(dict.fromkeys(sorted(shown[by].astype(str))), SEQUENCE, strict=False))
    fig = go.Figure()
    for row in records(shown):
        ends = list(dict.fromkeys([int(row["period_start"]), int(row["period_end"])]))
        color = shades[str(row[by])]
        fig.add_scatter(
            x=ends,
            y=[row["name"]] * len(ends),
            text=[""] * (len(ends) - 1) + [quantity(row["number"], row["unit"])],
            mode="lines+markers+text",
            textposition="middle right",
            line={"width": 5, "color": color},
            marker={"size": 12, "color": color},
            name=label(by, str(row[by])),
            hovertext=[row["hover"]] * len(ends),
            hoverinfo="text",
        )
    names = list(dict.fromkeys(shown["name"]))
    widest = max(text_width(str(trace.text[-1]), 14) for trace in fig.data)
    fig.update_layout(margin={"r": widest + EDGE})
    fig.update_xaxes(range=[years[0] - 0.2, years[-1] + 0.2], tickvals=years, tickangle=0)
    fig.update_yaxes(categoryorder="array", categoryarray=names, autorange="reversed")
    spoken = [
        f"{text}{say(', ')}{period(row)}"
        for text, row in zip(shown["spoken"], records(shown), strict=True)
    ]
    return _finished(fig, spoken)


def tiles(frame: pd.DataFrame, *, between: Sequence[str] = ()) -> go.Figure:
    """Equal tiles, one a row, each with its number and unit: for units that share no axis.

    Args:
        frame: rows in any units.
        between: what stands between two tiles, one text less than there are rows.
    """
    shown = _readied(frame)
    places = list(range(len(shown)))
    lines = [
        (0.68, "middle center", [f"<b>{text}</b>" for text in shown["number"]], 30),
        (0.59, "bottom center", [broken(unit(code), 15, 150) for code in shown["unit"]], 15),
        (0.46, "bottom center", [broken(name_of(row), 14, 150) for row in records(shown)], 14),
    ]
    fig = go.Figure()
    for height, position, texts, size in lines:
        fig.add_scatter(
            x=places,
            y=[height] * len(places),
            text=texts,
            mode="text",
            textposition=position,
            textfont={"size": size},
            hovertext=shown["hover"].tolist(),
            hoverinfo="text",
        )
    for place, color in zip(places, shown["color"], strict=True):
        fig.add_shape(
            type="rect",
            x0=place - 0.36,
            x1=place + 0.36,
            y0=0.2,
            y1=0.84,
            line={"color": color, "width": 3},
            layer="below",
        )
    for gap, text in enumerate(between):
        fig.add_annotation(x=gap + 0.5, y=0.54, text=say(text), showarrow=False, font={"size": 13})
    fig.update_xaxes(visible=False, range=[-0.5, len(shown) - 0.5])
    return _finished(fig.update_yaxes(visible=False, range=[0, 1]), shown["spoken"])


def ends(fig: go.Figure) -> go.Figure:
    """Name each line of a chart by ``plotly.express`` at its end, instead of in a key.

    The name is the trace's, or the ``hover_name`` of its last point.
    """
    room = 0.0
    for trace in fig.data:
        hover = trace.hovertext
        named = trace.name or (hover[-1] if hover is not None and len(hover) else "")
        text = list(trace.text) if trace.text is not None else [""] * len(trace.x)
        text[-1] = f"{text[-1]} {named}".strip()
        trace.update(
            mode="lines+markers+text",
            name="",
            text=text,
            textposition=["top center"] * (len(text) - 1) + ["middle right"],
        )
        room = max(room, text_width(text[-1], 14))
    return fig.update_layout(showlegend=False, margin={"r": room + EDGE})


__all__ = ["bars", "counted", "dots", "ends", "ranges", "spans", "stacked", "tiles"]

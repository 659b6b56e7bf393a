"""The chart forms that plotly has no call for; each returns a plain ``go.Figure``.

Every form takes a frame of the package, any frame with a column ``label`` and one of
numbers, or numbers by their labels in a dict; it labels its marks directly. Refused are
what is neither (``TypeError``), a frame without rows or labels, a column that it does not
have, and one whose column of numbers cannot be told (``ValueError``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hanbin_data.charts import terms
from hanbin_data.charts.look import as_texts, plain
from hanbin_data.charts.palette import EDGE, PALETTE, PAPER, SEQUENCE, SOFT
from hanbin_data.charts.terms import label, ordered, records
from hanbin_data.words import say

MANY = 9
"""Rows from which on labels stand on one line each, in a smaller size."""

Rows = pd.DataFrame | dict[str, float]


def _readied(frame: Rows, number: str | None = None) -> pd.DataFrame:
    """The rows with what a form needs: that of :func:`terms.ready`, ``said`` (a row's name),
    ``name`` (the same, broken into lines), ``least``, ``middle`` and ``most``."""
    if isinstance(frame, dict):
        frame = pd.DataFrame({"label": list(map(say, frame)), "value": list(frame.values())})
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise TypeError(f"frame must be a DataFrame or a dict of numbers by label, not {kind}")
    _check_rows(frame)
    shown = terms.ready(frame, number)
    value = frame[number or terms.numbers(frame)]
    ranged = {"low", "high"} <= {*frame} and value.name == terms.own_numbers(frame)
    least, most = (frame["low"], frame["high"]) if ranged else (value, value)
    names = list(map(terms.name_of, records(frame)))
    # Size of a label beside a bar or dot, and pixels that it may take before it is broken.
    room = (14, 250) if len(frame) < 6 else (14, 330) if len(frame) < MANY else (12, 480)
    return shown.assign(
        said=names,
        name=[terms.broken(name, *room) for name in names],
        least=least,
        middle=value.where(value.between(least, most)),
        most=most,
    )


def _check_rows(frame: pd.DataFrame) -> None:
    if frame.empty:
        raise ValueError("the frame has no rows to draw: choose some, or say that there are none")


def _finished(fig: go.Figure, spoken: Iterable[str], names: Iterable[str] = ()) -> go.Figure:
    """Without a key, for marks are labelled; rows from the top; with what is said of each."""
    said, order = list(spoken), list(dict.fromkeys(names))
    if len(said) >= MANY:
        fig.update_yaxes(tickfont={"size": 12})
    if order:
        fig.update_yaxes(categoryarray=order, range=[len(order) - 0.5, -0.5])
    return fig.update_layout(showlegend=False, meta={"spoken": said})


def _room_behind(fig: go.Figure) -> go.Figure:
    """Room for the texts behind the last marks."""
    widest = max(terms.text_width(text, 14) for trace in fig.data for text in trace.text or ())
    return fig.update_layout(margin={"r": widest + EDGE})


def _shades(column: str, codes: list[Any]) -> dict[Any, str]:
    """A colour for each code of a column."""
    if len(codes) > len(SEQUENCE):
        raise ValueError(
            f"{column!r} has {len(codes)} codes ({', '.join(map(str, codes))}), and "
            f"{len(SEQUENCE)} colours can be told apart: take fewer rows, or draw "
            f"counted(frame, {column!r})"
        )
    return dict(zip(codes, SEQUENCE, strict=False))


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
    if not panels:
        return _panels({"": shown})
    terms.check_columns(shown, panels)
    head, codes = terms.title_of(panels) + say(": "), shown[panels].astype(object).fillna("–")
    return _panels({f"{head}{label(panels, c, c)}": shown[codes == c] for c in codes.unique()})


def counted(frame: pd.DataFrame, column: str, *more: str) -> go.Figure:
    """Bars that count how often each code of a column occurs; a panel for each column.

    Raises:
        ValueError: a column is none of the frame's.
    """
    terms.check_columns(frame, column, *more)
    groups = {}
    for one in (column, *more):
        count = frame[one].value_counts()
        names = [label(one, code, code) for code in count.index]
        colors = [PALETTE.get(code, PALETTE["neutral"]) for code in count.index]
        rows = pd.DataFrame({"label": names, "value": count.to_numpy(), "color": colors})
        groups[terms.title_of(one) if more else ""] = _readied(rows)
    most = max(rows["most"].max() for rows in groups.values())
    return _panels(groups).update_xaxes(range=[0, 1.15 * most])


def _panels(groups: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Panels of bars above one another, each under its head."""
    sizes = list(map(len, groups.values()))
    gap = 0.9 / (sum(sizes) + 0.9 * (len(sizes) - 1))
    fig = make_subplots(rows=len(sizes), row_heights=sizes, vertical_spacing=gap)
    for place, (head, rows) in enumerate(groups.items(), 1):
        for trace in _bars(rows):
            fig.add_trace(trace, row=place, col=1)
        widest = 1.25 * float(rows["most"].max()) or 1
        fig.update_xaxes(range=[0, widest], visible=False, row=place, col=1)
        fig.update_yaxes(autorange="reversed", row=place, col=1)
        if head:
            corner = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yanchor": "bottom"}
            across = f"y{place if place > 1 else ''} domain"
            fig.add_annotation(corner, text=f"<b>{head}</b>", yref=across, showarrow=False)
    spoken = (text for rows in groups.values() for text in rows["spoken"])
    return _finished(fig.update_layout(barmode="overlay"), spoken)


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


def _bars(all_rows: pd.DataFrame) -> Iterable[go.Bar]:
    """Bars to the least number, hatched ones on to the greatest, narrow ones inside for parts."""
    parts = all_rows.get("part_of", pd.Series("", all_rows.index))
    inner = parts.isin(all_rows.get("figure_id", ()))
    rows, inside = all_rows[~inner], all_rows[inner]
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
    if inner.any():
        names = dict(zip(all_rows["figure_id"], all_rows["name"], strict=True))
        wholes = parts[inner].map(names)
        texts = inside["said"] + say(": ") + inside["number"]
        marker = {"color": SEQUENCE[0], "line": {"color": PAPER, "width": 2}}
        look = {"width": 0.34, "textfont": {"color": PAPER}, "marker": marker}
        yield _bar(inside, inside["middle"], texts, y=list(wholes), **look)


def stacked(frame: pd.DataFrame, by: str, across: str = "theme") -> go.Figure:
    """Stacked bars that count rows: one bar for each code of ``across``, cut by ``by``.

    Raises:
        ValueError: a column is none of the frame's, or ``by`` has more than three codes.
    """
    terms.check_columns(frame, by, across)
    import plotly.express as px  # only this form waits for it

    codes = frame[[across, by]].dropna().astype(str)
    _check_rows(codes)
    count = codes.value_counts().reset_index()
    order = {column: ordered(column, codes[column]) for column in (across, by)}
    shades = _shades(by, order[by])
    look = {"color_discrete_map": shades, "category_orders": order, "text": "count"}
    fig = go.Figure(plain(px.bar(count, x="count", y=across, color=by, **look)))
    fig.update_traces(textposition="inside", insidetextanchor="middle")
    return fig.update_layout(showlegend=False).update_xaxes(visible=False)


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
    names, colors, texts = (shown[column].tolist() for column in ("name", "color", "number"))
    middle = shown["middle"].fillna((shown["least"] + shown["most"]) / 2)
    above, below = (shown["most"] - middle).tolist(), (middle - shown["least"]).tolist()
    line = {"array": above, "arrayminus": below, "color": SOFT, "thickness": 3, "width": 0}
    hollow = shown.get("status", pd.Series("", shown.index)) == "conditional"
    symbols = hollow.map({True: "circle-open", False: "circle"}).tolist()
    dot = {"size": 13, "color": colors, "symbol": symbols, "line": {"width": 3, "color": colors}}
    hover = {"hovertext": shown["hover"].tolist(), "hoverinfo": "text"}
    fig = go.Figure()
    fig.add_scatter(x=middle.tolist(), y=names, mode="markers", marker=dot, error_x=line, **hover)
    fig.add_scatter(
        x=shown["most"].tolist(),
        y=names,
        text=texts,
        mode="markers+text",
        marker={"size": 18, "opacity": 0},  # keeps the text off the dot
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    axis: dict[str, Any] = {"range": between or [0, 1.05 * float(shown["most"].max())]}
    fig.update_xaxes(zeroline=not log, **({"type": "log", "dtick": 1} if log else axis))
    return _room_behind(_finished(fig, shown["spoken"], names))


def ranges(
    frame: pd.DataFrame, low: str = "low", high: str = "high", *, suffix: str = ""
) -> go.Figure:
    """Horizontal lines, one a row, from its least to its greatest number.

    Args:
        frame: rows in one unit.
        low, high: the columns of the ends.
        suffix: what stands behind each number, say ``"%"``.

    Raises:
        ValueError: an end is no column of the frame.
    """
    terms.check_columns(frame, low, high)
    ends = (frame[end].map(terms.three_digits) for end in (low, high))
    text = [f"{start}–{end}{suffix}" for start, end in zip(*ends, strict=True)]
    fig = _lines(_readied(frame.assign(number=text), high), low, high)
    return fig.update_xaxes(range=[0, 1.05 * float(frame[high].max())], ticksuffix=suffix)


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
    shades = _shades(by, ordered(by, shown[by]))
    shown = shown.assign(
        color=[shades.get(code, PALETTE["neutral"]) for code in shown[by]],
        series=[str(label(by, code, code)) if code in shades else "" for code in shown[by]],
        number=list(map(terms.quantity, shown["number"], records(shown))),
        spoken=shown["spoken"] + say(", ") + list(map(terms.period, records(shown))),
    )
    years = sorted({*shown["period_start"], *shown["period_end"]})
    fig = _lines(shown, "period_start", "period_end")
    return fig.update_xaxes(range=[years[0] - 0.2, years[-1] + 0.2], tickvals=years, tickangle=0)


def _lines(shown: pd.DataFrame, low: str, high: str) -> go.Figure:
    """Each row's line between two numbers, a dot at its ends, with a text behind the last."""
    fig = go.Figure()
    for row in records(shown):
        places = sorted({row[low], row[high]})
        fig.add_scatter(
            x=places,
            y=[row["name"]] * len(places),
            text=[*[""] * (len(places) - 1), row["number"]],
            name=row.get("series"),
            mode="lines+markers+text",
            textposition="middle right",
            cliponaxis=False,
            line={"width": 5, "color": row["color"]},
            marker={"size": 12, "color": row["color"]},
            hovertext=[row["hover"]] * len(places),
            hoverinfo="text",
        )
    return _room_behind(_finished(fig, shown["spoken"], shown["name"]))


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
        look = {"mode": "text", "textposition": position, "textfont": {"size": size}}
        look |= {"hovertext": list(shown["hover"]), "hoverinfo": "text"}
        fig.add_scatter(x=list(range(len(shown))), y=[height] * len(shown), text=texts, **look)
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
        *_, hover = trace.hovertext if trace.hovertext is not None else [""]
        texts = trace.text if trace.text is not None else [""] * len(trace.x)
        *before, last = as_texts(texts, trace.hovertemplate)
        trace.update(
            mode="lines+markers+text",
            name="",
            text=[*before, f"{last} {trace.name or hover}".strip()],
            textposition=["top center"] * len(before) + ["middle right"],
        )
    return _room_behind(fig).update_layout(showlegend=False)

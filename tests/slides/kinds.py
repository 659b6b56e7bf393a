"""One small figure of each kind of chart, whose stored readings test the writer without a browser.

``python tests/slides/kinds.py`` reads them anew into ``readings/``.
"""

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

READINGS = Path(__file__).parent / "readings"
DATES = ["2024-01-01", "2024-01-03", "2024-02-01", "2024-03-01"]
PRICES = {"x": DATES, "open": [3, 4, 2, 5], "high": [5, 6, 4, 6], "low": [2, 3, 1, 2]}
PRICES["close"] = [4, 3, 3, 3]
GROUPS = ["党员", "Branches", "Talent"]


def figure(*traces: Any, title: str = "A <b>title</b>", **layout: Any) -> go.Figure:
    shown = go.Figure(traces, {"title": {"text": title}, "margin": {"t": 90}, **layout})
    return shown.update_layout(meta={"alt": "Alternative text", "source": "Source: made up"})


def bars(heights: list[float], name: str, **settings: Any) -> go.Bar:
    return go.Bar(x=GROUPS, y=heights, name=name, **settings)


FIGURES: dict[str, go.Figure] = {
    "columns": figure(bars([1, 2, 3], "A"), bars([3, 1.5, 2], "B", marker_pattern_shape="/")),
    "columns-negative": figure(bars([1, -2, 3], "A", text=["+1", "−2", "+3"])),
    "bars-stacked": figure(
        *(go.Bar(y=GROUPS, x=x, name=name, orientation="h", text=x, textposition="inside")
          for name, x in (("A", [1, 2, 3]), ("B", [3, 1.5, 2]))),
        barmode="stack", yaxis={"autorange": "reversed"}, xaxis={"title": {"text": "number"}},
    ),
    "columns-percent": figure(
        bars([1, 2, 3], "A"), bars([3, 2, 1], "B"), barmode="stack", barnorm="percent"
    ),
    "columns-reversed": figure(bars([1, 2, 3], "A"), yaxis={"autorange": "reversed"}),
    "bars-floating": figure(
        go.Bar(y=GROUPS, base=[1, 2, 3], x=[2, 3, 1], orientation="h", marker_color="#004488")
    ),
    "two-level": figure(go.Bar(x=[["A", "A", "B"], ["x", "y", "x"]], y=[1, 2, 3])),
    "histogram": figure(go.Histogram(x=[1, 1, 2, 2, 2, 3, 5], nbinsx=5)),
    "lines-of-dates": figure(
        go.Scatter(x=DATES, y=[95, 108, None, 118], name="one", line={"dash": "dash"}),
        go.Scatter(x=DATES[1:3], y=[99, 120], name="other", line={"shape": "hv", "width": 4}),
        yaxis={"title": {"text": "index"}, "tickformat": ".1f"},
    ),
    "lines-of-words": figure(
        go.Scatter(x=GROUPS, y=[2, 1, 3], mode="lines+markers+text", text=["2", "1", "3"],
                   textposition=["top center", "bottom center", "middle right"])
    ),
    "areas-stacked": figure(
        *(go.Scatter(x=DATES, y=y, stackgroup="s") for y in ([1, 2, 1, 3], [2, 2, 3, 1]))
    ),
    "steps-filled": figure(
        go.Scatter(x=[1, 2, 3], y=[1, 3, 2], fill="tozeroy", mode="lines+markers", line_shape="hv",
                   marker={"symbol": ["star", "circle", "square"], "angle": [0, 0, 45]})
    ),
    "dots-log": figure(
        go.Scatter(x=[1, 10, 100], y=[1, 20, 300], mode="markers",
                   error_y={"array": [0.5, 10, 100]}),
        xaxis={"type": "log"}, yaxis={"type": "log"},
    ),
    "bubbles": figure(
        go.Scatter(x=[1, 2, 3], y=[2, 3, 1], mode="markers",
                   marker={"size": [20, 40, 60], "color": [0, 5, 10], "symbol": [0, 1, 2],
                           "colorscale": "Viridis", "showscale": True,
                           "colorbar": {"title": {"text": "level"}}})
    ),
    "second-axis": figure(
        bars([10, 20, 15], "number"),
        go.Scatter(x=GROUPS, y=[0.1, 0.5, 0.3], name="share", yaxis="y2"),
        yaxis2={"overlaying": "y", "side": "right", "tickformat": ".0%", "range": [0, 1]},
    ),
    "facets": figure(
        go.Bar(x=GROUPS, y=[1, 2, 3]), go.Bar(x=GROUPS, y=[3, 2, 1], xaxis="x2", yaxis="y2"),
        grid={"rows": 1, "columns": 2, "pattern": "independent"}, showlegend=False,
    ),
    "pie": figure(go.Pie(labels=GROUPS, values=[5, 3, 2], pull=[0, 0.1, 0], rotation=30)),
    "ring": figure(
        go.Pie(labels=GROUPS, values=[5, 3, 2], hole=0.5, title={"text": "in all 10"},
               textinfo="label+value", direction="clockwise", sort=False)
    ),
    "radar": figure(
        go.Scatterpolar(r=[1, 3, 2, 1], theta=[*GROUPS, GROUPS[0]], fill="toself", name="A"),
        polar={"gridshape": "linear", "radialaxis": {"range": [0, 4]}},
    ),
    "funnel": figure(go.Funnel(y=GROUPS, x=[10, 6, 2])),
    "waterfall": figure(
        go.Waterfall(x=[*GROUPS, "in all"], y=[5, -2, 3, None], textposition="outside",
                     measure=["relative"] * 3 + ["total"], text=["+5", "−2", "+3", "6"])
    ),
    "candlestick": figure(go.Candlestick(**PRICES), xaxis={"rangeslider": {"visible": False}}),
    "open-high-low-close": figure(go.Ohlc(**PRICES), xaxis={"rangeslider": {"visible": False}}),
    "annotated": figure(
        bars([1, 2, 3], "A"), template="plotly_dark",
        annotations=[
            {"x": 1, "y": 2, "text": "an <i>arrow</i>", "ax": 40, "ay": -40},
            {"x": 0, "y": -0.12, "xref": "paper", "yref": "paper", "text": "Source: made up",
             "name": "source", "showarrow": False},
        ],
        shapes=[
            {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 2.5, "y1": 2.5,
             "line": {"dash": "dot", "color": "red"}, "label": {"text": "goal"}},
            {"type": "rect", "x0": 0.5, "x1": 1.5, "y0": 0, "y1": 1, "yref": "paper",
             "fillcolor": "teal", "opacity": 0.3, "layer": "below", "line": {"width": 0}},
        ],
    ),
    "transparent": figure(
        bars([1, 2, 3], "A"), paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)"
    ),
    "heat-map": figure(go.Heatmap(z=[[1, 2], [3, 4]])),
}  # fmt: skip


if __name__ == "__main__":
    from hanbin_data.slides.reading import read

    for name, reading in zip(FIGURES, read(FIGURES.values()), strict=True):
        text = json.dumps(reading.to_json(), ensure_ascii=False, separators=(",", ":"))
        (READINGS / f"{name}.json").write_text(text + "\n", encoding="utf-8")

"""The one look of all charts: palette, template, and the renderer that shows them."""

import html
import os
import re
import sys
from itertools import count
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from plotly.io.base_renderers import ExternalRenderer, PlotlyRenderer

from hanbin_data import words
from hanbin_data.charts.palette import (
    EDGE,
    FONTS,
    HEIGHT,
    INK,
    NARROW,
    PALETTE,
    PAPER,
    RULE,
    SOFT,
    WIDTH,
)
from hanbin_data.charts.terms import broken, fields, known_columns, label, title_of

_axis = {
    "automargin": True,
    "gridcolor": RULE,
    "linecolor": RULE,
    "showgrid": False,
    "tickfont": {"size": 14, "color": INK},
    "ticklabelstandoff": 8,
    "title": {"font": {"size": 14, "color": SOFT}, "standoff": 12},
    "zerolinecolor": SOFT,
    "zerolinewidth": 1,
}
TEMPLATE = go.layout.Template(
    data={
        "bar": [{"textposition": "outside", "textangle": 0, "cliponaxis": False}],
        # A label may reach into the margin.
        "scatter": [
            {
                "cliponaxis": False,
                "line": {"width": 3},
                "marker": {"size": 10},
                "textposition": "top center",
            }
        ],
    },
    layout={
        "bargap": 0.35,
        "colorway": list(PALETTE.values()),
        "font": {"family": FONTS, "size": 14, "color": INK},
        "height": HEIGHT,
        "hoverlabel": {"align": "left", "bgcolor": PAPER, "font": {"size": 13, "color": INK}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": EDGE, "r": 2 * EDGE, "t": 96, "b": 48},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "title": {
            "font": {"size": 22, "color": INK},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": EDGE, "t": 36},
        },
        "uniformtext": {"minsize": 12, "mode": "show"},
        "xaxis": _axis,
        "yaxis": {**_axis, "rangemode": "tozero"},
    },
)
"""The plotly template; zero is on every axis of lengths."""

CONFIG = {"displaylogo": False, "responsive": True, "showSendToCloud": False}
"""Plotly's own options: no logo, no button that offers an upload."""


def cell() -> str:
    """What the front end calls the cell that is at work; nothing where it names none."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    sent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return str(sent.get("metadata", {}).get("cellId") or "")


class _NotebookRenderer(PlotlyRenderer):
    """Plotly's notebook renderer; its camera button saves a slide-sized PNG.

    JupyterLab, Notebook and VS Code name their cells, and draw a chart themselves. What
    executes without looking, as papermill and ``nbconvert --execute``, does not: there a
    chart brings a page along that draws it, and the first one plotly.js for all.
    """

    def __init__(self, pages: bool) -> None:
        super().__init__()
        self.pages, self.counted = pages, count()

    def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, Any]:
        shown = plain(fig_dict)
        # JupyterLab makes a chart that sets no height 360 high, whatever its template says.
        shown["layout"] = {"height": HEIGHT, **shown["layout"]}
        meta = shown["layout"].get("meta")
        name = meta.get("name", "chart") if isinstance(meta, dict) else "chart"
        size = {"width": WIDTH, "height": HEIGHT, "scale": 2}
        self.config = CONFIG | {"toImageButtonOptions": {"format": "png", "filename": name, **size}}
        bundle = super().to_mimebundle(shown)
        if self.pages and not cell():
            bundle["text/html"] = self._page(shown, name)
        return bundle

    def _page(self, shown: dict[str, Any], name: str) -> str:
        number = next(self.counted)
        drawn = pio.to_html(
            shown,
            self.config,
            full_html=False,
            include_plotlyjs=number == 0,
            validate=False,
            div_id=f"{name}-{number}",
            default_height=HEIGHT,
        )
        return f'<div class="hanbin">{drawn}<script>{_FIT % (NARROW, HEIGHT)}</script></div>'


_FIT = """(() => {
  const box = document.currentScript.parentNode, chart = box.firstElementChild, fit = () => {
    const scale = Math.min(1, box.clientWidth / %d)
    box.style.height = scale * %d + "px"
    chart.style.width = box.clientWidth / scale + "px"
    chart.style.transform = `scale(${scale})`
    chart.style.transformOrigin = "0 0"
  }
  fit()
  addEventListener("resize", fit)
})()"""
"""On a screen too narrow for its texts, a chart is shown smaller and whole."""


class _InWords(ExternalRenderer):
    """Puts a chart's alternative text after it, folded: front ends show a picture without."""

    def render(self, fig: dict[str, Any]) -> None:
        meta = fig["layout"].get("meta")
        alt = meta.get("alt") if isinstance(meta, dict) else None
        if alt and "IPython" in sys.modules:
            from IPython.display import HTML, display

            summary, text = (html.escape(part) for part in (words.say("The chart in words"), alt))
            display(HTML(f"<details><summary>{summary}</summary><p>{text}</p></details>"))


def use(lang: str = "en") -> None:
    """Make this look plotly's default, and a language the package's, for the running process.

    Charts are then shown with their alternative text, and of frames that are wider than a
    page their first and last columns (pandas' ``display.max_columns``). The renderer that
    ``PLOTLY_RENDERER`` names stays; where that is ``plotly_mimetype``, charts are plotly's
    JSON alone. So does the one that plotly knows to be right, as in Colab.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    words.use(lang)
    if pd.get_option("display.max_columns") == _ALL_COLUMNS:
        pd.set_option("display.max_columns", 8)
    pio.templates["hanbin"] = TEMPLATE
    pio.templates.default = "hanbin"
    named, default = os.environ.get("PLOTLY_RENDERER"), pio.renderers.default or ""
    pio.renderers["hanbin"] = _NotebookRenderer(pages=not named)
    pio.renderers["in_words"] = _InWords()
    if named in (None, "", "plotly_mimetype") and set(default.split("+")) & _JSON:
        pio.renderers.default = "hanbin+in_words"
    elif not named and default not in ("", "browser") and "in_words" not in default:
        pio.renderers.default = f"{default}+in_words"


_ALL_COLUMNS = 20  # pandas' own choice in a notebook, which makes each column a word wide

_JSON = {"plotly_mimetype", "jupyterlab", "nteract", "vscode", "hanbin"}
"""Renderers of plotly's JSON, which ours takes the place of."""


def plain(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart's JSON with the names of columns and codes as a reader knows them.

    ``plotly.express`` writes ``persons=%{x}`` into hover texts and ``persons`` beside axes,
    and shows codes in keys; only what is a column or code of this package is changed.
    """
    columns, coded_columns = known_columns(), fields()
    layout = dict(spec["layout"])
    coded = {}
    for axis in [key for key in layout if re.fullmatch(r"[xy]axis\d*", key)]:
        told = layout[axis].get("title", {}).get("text")
        if told in columns:
            coded[axis.replace("axis", "")] = told
            title = "" if axis.startswith("y") and told in coded_columns else plain_title(told)
            layout[axis] = {**layout[axis], "title": {"text": title}}
    for axis in [key for key in layout if re.fullmatch(r"[xy]axis\d+", key)]:
        if layout[axis].get("matches") in coded:
            coded.setdefault(axis.replace("axis", ""), coded[layout[axis]["matches"]])
    if any(trace.get("type") in ("treemap", "sunburst", "icicle") for trace in spec["data"]):
        layout["uniformtext"] = {"mode": False}  # there a text is made to fit its tile
    key = layout.get("legend", {}).get("title", {}).get("text")
    if key in columns:
        layout["legend"] = {**layout["legend"], "title": {"text": title_of(key)}}
    layout["annotations"] = [
        {**note, "text": _PANEL.sub(_panel, note.get("text") or "")}
        for note in layout.get("annotations", ())
    ]
    data = []
    for trace in spec["data"]:
        trace = dict(trace)
        if isinstance(trace.get("hovertemplate"), str):
            trace["hovertemplate"] = _NAMED.sub(_named, trace["hovertemplate"])
        if key in columns and trace.get("name"):
            trace["name"] = label(key, trace["name"], trace["name"])
        for letter in "xy":
            column, entries = coded.get(trace.get(f"{letter}axis", letter)), trace.get(letter)
            if column and entries is not None and not isinstance(entries, dict):
                trace[letter] = [
                    label(column, e, e) if isinstance(e, str) else e for e in list(entries)
                ]
        data.append(trace)
    return {**spec, "data": data, "layout": layout}


_NAMED = re.compile(r"(^|<br>)(\w+)=(%\{[^}]*\}|[^<]*)")
"""How plotly.express writes a column with its entry."""


_PANEL = re.compile(r"^(\w+)=([^<=]*)$")
"""How plotly.express heads a panel."""


def _panel(part: re.Match[str]) -> str:
    column, value = part.groups()
    return broken(label(column, value, value), 12, 110) if column in known_columns() else part[0]


def plain_title(title: str | None) -> str | None:
    """An axis title as a reader knows it, where it is the name of a column."""
    return title_of(title) if title in known_columns() else title


def _named(part: re.Match[str]) -> str:
    start, column, value = part.groups()
    if column not in known_columns():
        return part[0]
    if not value.startswith("%{"):
        value = label(column, value, value)
    told = title_of(column)
    return f"{start}{told}{words.say(': ')}{value}" if told else f"{start}{value}"

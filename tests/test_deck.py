"""Every slide is as it was: a fingerprint of what PowerPoint is told, chart by chart.

``python tests/test_deck.py`` renews ``deck.csv`` after a change that is meant; look at the
slides before. The other tests say what is right about a slide, this one that nothing moved.
"""

import csv
import io
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image, ImageDraw
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn

from conftest import NOTEBOOKS
from hanbin_data import __version__, pictures, slides, theme
from test_slides import house

KNOWN = Path(__file__).with_name("deck.csv")

ABC = ["a", "b", "c"]
FOREIGN: dict[str, dict[str, Any]] = {
    "plain bars": {"data": [{"type": "bar", "x": ABC, "y": [3, 1, 2]}]},
    "lying bars": {
        "data": [{"type": "bar", "y": ABC, "x": [30_000, 10_000, 20_000], "orientation": "h"}]
    },
    "grouped bars": {
        "data": [{"type": "bar", "x": ABC, "y": [3, n, 2], "name": f"s{n}"} for n in (1, 2, 3)],
        "layout": {"bargroupgap": 0.1, "legend": {"orientation": "h", "y": 1.1}},
    },
    "stacked bars": {
        "data": [
            {"type": "bar", "x": ABC, "y": [3, n, 2], "text": ["x"] * 3, "name": f"s{n}"}
            for n in (1, 2)
        ],
        "layout": {"barmode": "stack", "legend": {"x": -0.2}},
    },
    "shares": {
        "data": [{"type": "bar", "x": ABC, "y": [3, n, 2], "name": f"s{n}"} for n in (1, 2)],
        "layout": {"barmode": "stack", "barnorm": "percent", "legend": {"orientation": "h"}},
    },
    "negative bars": {"data": [{"type": "bar", "x": ABC, "y": [-3, -1, 0]}]},
    "faint bars": {
        "data": [
            {
                "type": "bar",
                "x": ABC,
                "y": [3, 1, 2],
                "opacity": 0.5,
                "text": ["1", "2", "3"],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "width": 0.4,
                "marker": {
                    "opacity": 0.5,
                    "color": ["#111111", "#bbbbbb", "#bcbcbc"],
                    "line": {"width": 2, "color": "red"},
                    "pattern": {"shape": ["/", "", "x"]},
                },
            }
        ]
    },
    "ticks": {
        "data": [{"type": "bar", "x": ABC, "y": [3, 1, 2]}],
        "layout": {
            "xaxis": {"title": {"text": "letters"}},
            "yaxis": {
                "title": {"text": "n"},
                "range": [0, 4],
                "tickvals": [0, 2, 4],
                "tickformat": ",.2f",
                "tickprefix": "≈",
                "ticksuffix": "%",
            },
        },
    },
    "two named ticks": {
        "data": [{"type": "bar", "x": ABC, "y": [3, 1, 2]}],
        "layout": {"yaxis": {"tickvals": [1, 3], "ticktext": ["one", "three"], "dtick": 2}},
    },
    "lines": {
        "data": [
            {"x": [2019, 2020, 2021], "y": [1, None, n], "name": f"s{n}", "connectgaps": n == 2}
            for n in (1, 2)
        ]
    },
    "dates": {
        "data": [{"x": ["2020-01-01", "2020-02-01", "2020-03-01"], "y": [1, 2, 3], "mode": "lines"}]
    },
    "dots": {
        "data": [
            {
                "x": [1, 2.5, 7],
                "y": [0.1, 10, 1000],
                "mode": "markers+text",
                "text": ["a", None, 2.0],
                "textposition": "top center",
                "marker": {"size": 12, "symbol": ["circle", "x", "diamond-open"]},
            }
        ],
        "layout": {"yaxis": {"type": "log", "range": [-2, 4]}},
    },
    "rows": {"data": [{"x": [1, 2, 3, 1], "y": [*ABC, "a"], "mode": "markers"}]},
    "turned": {
        "data": [{"type": "bar", "y": ABC, "x": [3, 1, 2], "orientation": "h"}],
        "layout": {"yaxis": {"range": [2.5, -0.5]}, "xaxis": {"visible": False}},
    },
    "dashes": {
        "data": [
            {
                "x": ABC,
                "y": [3, 1, 2],
                "mode": "lines",
                "line": {"dash": "dash", "width": 5, "color": "#123456"},
            }
        ]
    },
    "pie": {"data": [{"type": "pie", "labels": ABC, "values": [3, 1, 2]}]},
    "doughnut": {
        "data": [
            {
                "type": "pie",
                "labels": [*ABC, "a"],
                "values": [1, 3, 2, 1],
                "hole": 0.4,
                "rotation": -80,
                "direction": "clockwise",
                "textinfo": "label+value+percent",
                "textposition": "outside",
                "sort": False,
            }
        ]
    },
    "most categories": {
        "data": [{"type": "bar", "x": [f"n{i}" for i in range(200)], "y": [1] * 200}]
    },
    "too many categories": {
        "data": [{"type": "bar", "x": [f"n{i}" for i in range(201)], "y": [1] * 201}]
    },
    "most points": {"data": [{"x": [i**1.5 for i in range(5000)], "y": [1] * 5000}]},
    "too many points": {"data": [{"x": [i**1.5 for i in range(5001)], "y": [1] * 5001}]},
    "thin picture": {"data": [{"type": "heatmap", "z": [[1, 2], [3, 4]]}]},
    "long words": {
        "data": [{"type": "bar", "x": ABC, "y": [3, 1, 2]}],
        "layout": {"title": {"text": f"{'word ' * 60}<br>{'below ' * 80}"}},
    },
    "a longer word": {
        "data": [{"type": "bar", "x": ABC, "y": [3, 1, 2]}],
        "layout": {"title": {"text": "w" * 900}},
    },
    "a table": {
        "data": [{"type": "treemap", "labels": [f"n{i}" for i in range(40)], "parents": [""] * 40}]
    },
}
"""Figures with plotly's own defaults, and with what the notebooks do not use."""

UNUSUAL: dict[str, dict[str, Any]] = {
    "fractions": {"data": [{"type": "bar", "x": ABC, "y": [0.5, 0.2, 0.9]}]},
    "stacked fractions": {
        "data": [{"type": "bar", "x": ABC, "y": [0.5, n, 3], "name": f"s{n}"} for n in (1, 2)],
        "layout": {"barmode": "stack", "legend": {"x": 0.5}},
    },
    "thin bars": {
        "data": [{"type": "bar", "x": ABC, "y": [3, n, 2], "name": f"s{n}"} for n in (1, 2)],
        "layout": {"bargap": 0.95, "bargroupgap": 0.6},
    },
    "bars one before another": {
        "data": [{"type": "bar", "x": ABC, "y": [3, n, 2]} for n in (1, 2)],
        "layout": {"barmode": "overlay", "showlegend": False},
    },
    "bars in their order": {
        "data": [{"type": "bar", "x": [1, 0, 2], "y": [3, 1, 2]}],
    },
    "bars by their sums": {
        "data": [{"type": "bar", "x": ABC, "y": [None, 0.5, 2]}],
        "layout": {"xaxis": {"categoryorder": "total descending"}},
    },
    "days": {
        "data": [
            {"type": "bar", "x": [f"2020-01-0{n}T00:00" for n in (1, 2, 3)], "y": [1, 2, 10_000]}
        ]
    },
    "days apart": {
        "data": [{"x": ["2020-01-01", "2020-01-02", "2020-01-04"], "y": [1, 2, 3], "mode": "lines"}]
    },
    "colours seen through": {
        "data": [
            {
                "type": "bar",
                "x": ABC,
                "y": [3, 1, 2],
                "text": ABC,
                "textposition": ["inside", "outside", "none"],
                "marker": {"color": ["rgba(9,9,9,0.4)", "rgba(9,9,9,0.9)", "red"]},
            }
        ]
    },
    "numbers on dark and light": {
        "data": [
            {
                "type": "bar",
                "x": ABC,
                "y": [3, 1, 2],
                "text": ["3", "1", "2"],
                "textposition": "inside",
                "marker": {"color": ["black", "yellow", "black"]},
            }
        ]
    },
    "labels on each side": {
        "data": [
            {
                "x": [1.5, 2, 7],
                "y": [1, 2, 3],
                "mode": "markers+text",
                "text": ["1", "2", "3"],
                "textposition": ["bottom center", "top center", "middle left"],
            }
        ]
    },
    "one bar": {
        "data": [
            {"type": "bar", "x": ["a"], "y": [2], "text": ["b"], "textfont": {"color": ["red"]}}
        ]
    },
    "twenty points": {"data": [{"x": list(range(20)), "y": list(range(20))}]},
    "steps of one": {
        "data": [{"x": ABC, "y": [0.5, 0.9, 0.1]}],
        "layout": {"yaxis": {"range": [0, 2], "tickvals": [0, 1, 2]}},
    },
    "small from zero": {
        "data": [{"x": ABC, "y": [0.5, 0.9, 0.1]}],
        "layout": {"yaxis": {"rangemode": "tozero"}},
    },
    "down from zero": {
        "data": [{"x": ABC, "y": [-0.5, -3, -2]}],
        "layout": {"yaxis": {"rangemode": "tozero"}},
    },
    "smallest marks": {
        "data": [{"x": [1.5, 2, 7], "y": [1, 2, 3], "mode": "markers", "marker": {"size": 1}}]
    },
    "rows of one number": {"data": [{"x": [3, 3, 3], "y": ABC, "mode": "markers"}]},
    "rows without a number": {"data": [{"x": [None] * 3, "y": ABC, "mode": "markers"}]},
    "rows of long names": {
        "data": [
            {"x": [1, 2], "y": ["name " * 30, "b"], "mode": "markers", "name": f"s{n}"}
            for n in (1, 2)
        ]
    },
    "a pie of names": {
        "data": [
            {
                "type": "pie",
                "labels": [*ABC, "a"],
                "marker": {"colors": ["rgba(9,9,9,0.5)", "red"]},
            }
        ]
    },
    "a pie with a gap": {
        "data": [{"type": "pie", "labels": ABC, "values": [3, None, 2], "textinfo": "value"}]
    },
    "a wide hole": {"data": [{"type": "pie", "labels": ABC, "values": [3, 1, 2], "hole": 0.6}]},
    "the widest hole": {
        "data": [{"type": "pie", "labels": ABC, "values": [3, 1, 2], "hole": 0.95}]
    },
    "a table of long cells": {
        "data": [
            {
                "type": "treemap",
                "labels": ["w" * 51, "w" * 52, "w" * 100],
                "parents": [""] * 3,
                "values": [1, 2.5, None],
            }
        ]
    },
    "the least hole": {"data": [{"type": "pie", "labels": ABC, "values": [3, 1, 2], "hole": 0.05}]},
}
"""Figures at the ends of what we draw: smallest, largest, empty, and each other way."""


def drawn(jobs: list[Any], **_: Any) -> list[bytes | str]:
    """A picture with a rim for each job; a treemap cannot be drawn."""
    out = io.BytesIO()
    image = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(image).rectangle((50, 60, 250, 150), "black")
    image.save(out, "PNG")
    return [
        "no treemap" if spec["data"][0].get("type") == "treemap" else out.getvalue()
        for spec, *_ in jobs
    ]


def bare(path: Path) -> None:
    """A template that names no size of type and leaves every layout of python-pptx to choose."""
    presentation = Presentation()
    for page in (presentation.slide_master, *presentation.slide_layouts):
        for properties in page._element.iter(qn("a:defRPr")):
            properties.attrib.pop("sz", None)
    presentation.save(str(path))


def fingerprints(path: Path) -> dict[str, str]:
    """Of each slide what stands on it, in its notes and in its chart, without our version.

    Of the master, number 0, its theme and its layouts.
    """
    presentation = Presentation(str(path))
    master = presentation.slide_master.part
    pages = [master, master.part_related_by(RELATIONSHIP_TYPE.THEME)]
    pages += [layout.part for layout in presentation.slide_layouts]
    found = {"0": sha256(b"".join(page.blob for page in pages)).hexdigest()[:12]}
    for number, slide in enumerate(presentation.slides, 1):
        parts = [slide.part, slide.notes_slide.part]
        charts = [shape.chart.part for shape in slide.shapes if shape.has_chart]
        parts += charts + [chart.chart_workbook.xlsx_part for chart in charts]
        content = b"".join(part.blob for part in parts)
        content += b"".join(s.image.blob for s in slide.shapes if s.shape_type == 13)
        content = content.replace(f"hanbin-data {__version__}".encode(), b"")
        found[str(number)] = sha256(content).hexdigest()[:12]
    return found


def decks(folder: Path) -> dict[tuple[str, str, str], str]:
    """The fingerprint of every slide by deck, number and name."""
    theme.use()
    house(folder / "house.pptx")
    bare(folder / "bare.pptx")
    stored = [fig for path in NOTEBOOKS for fig in slides.charts(path)]
    foreign = list(FOREIGN.values())
    made = {
        "notebooks": slides.deck(stored, folder / "notebooks.pptx"),
        "foreign": slides.deck(foreign, folder / "foreign.pptx", title="title " * 40, lang="zh"),
        "house": slides.deck(
            [*stored[:8], *foreign[:8]], folder / "house-deck.pptx", template=folder / "house.pptx"
        ),
        "unusual": slides.deck(list(UNUSUAL.values()), folder / "unusual.pptx"),
        "bare": slides.deck(
            [*stored[:4], *foreign[:4]], folder / "bare-deck.pptx", template=folder / "bare.pptx"
        ),
    }
    found = {}
    for deck, result in made.items():
        file = folder / f"{deck}{'-deck' if deck in ('house', 'bare') else ''}.pptx"
        called = [
            "master",
            "cover",
            *{"foreign": FOREIGN, "unusual": UNUSUAL}.get(deck, result["name"]),
        ]
        for (number, mark), name in zip(fingerprints(file).items(), called, strict=True):
            found[deck, number, name] = mark
    return found


@pytest.mark.locked
def test_no_slide_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "draw_each", drawn)
    with KNOWN.open(encoding="utf-8", newline="") as file:
        known = {tuple(row[:3]): row[3] for row in list(csv.reader(file))[1:]}
    found = decks(tmp_path)
    assert list(found) == list(known)
    changed = [" ".join(slide) for slide, mark in found.items() if mark != known[slide]]
    assert changed == []


if __name__ == "__main__":
    pictures.draw_each = drawn
    with TemporaryDirectory() as folder, KNOWN.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["deck", "slide", "name", "fingerprint"])
        writer.writerows([*slide, mark] for slide, mark in decks(Path(folder)).items())

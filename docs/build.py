"""Writes docs/codebook.md and the README's pictures from the package and the notebooks.

``make docs`` runs it; a test fails when what it would write is not what is there.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image, PngImagePlugin

import hanbin_data as hd
from hanbin_data.exports import in_both_languages
from hanbin_data.frames import rows
from hanbin_data.notebooks import CHART, charts, execute, fingerprint
from hanbin_data.pictures import draw
from hanbin_data.saving import place

DOCS = Path(__file__).resolve().parent
COVER = ("02-grassroots", "secretary_pay")
"""The notebook and the name of the chart on top of the README."""


def listed(frame: pd.DataFrame) -> str:
    """A frame as a Markdown table."""
    lines = [list(frame.columns), ["---"] * len(frame.columns)]
    lines += [[_cell(cell) for cell in row] for row in frame.itertuples(index=False)]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def _cell(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    # The last digits of a computed number differ between processors.
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)


def sections() -> dict[str, Callable[[], str]]:
    """The parts of the page by name, each made only when called."""
    names = [*dict.fromkeys(row["table"] for row in rows("codebook")), *hd.tables()["name"]]
    books = {
        f"codebook of {name}": lambda name=name: (
            f"### `{name}`\n\n{listed(hd.codebook(name).drop(columns='table'))}"
        )
        for name in names
        if name != "themed"
    }
    return {
        "citation": hd.citation,
        "tables": lambda: f"## Tables · 主题表\n\n{listed(hd.tables())}",
        "columns": lambda: "## Columns · 各列含义",
        **books,
        "figures": _figures,
        "vocabulary": _codes,
        "themed": _themed,
        "programmes": lambda: titled(
            "Programmes · 项目与制度", hd.programmes().drop(columns="label")
        ),
        "numerals": lambda: titled("Numerals · 数字归属", hd.numerals()),
        **{
            function: lambda function=function, title=title: titled(
                title, in_both_languages(getattr(hd, function))
            )
            for function, title in FUNCTIONS.items()
        },
    }


FUNCTIONS = {
    "indicators": "Indicators · 派生指标",
    "refusals": "Refused computations · 不可计算",
    "checks": "Checks · 核对",
    "context": "Context · 外部数据",
    "comparisons": "Comparisons · 对照",
}


def titled(title: str, frame: pd.DataFrame) -> str:
    """A heading and a frame."""
    return f"## {title}\n\n{listed(frame)}"


def _figures() -> str:
    parts = ["## Figures · 全部指标"]
    for figure in hd.figures().to_dict("records"):
        shown = pd.DataFrame({"column": list(figure), "value": list(figure.values())})
        parts += [f"### `{figure['id']}`", listed(shown)]
    return "\n\n".join(parts)


def _codes() -> str:
    words = hd.vocabulary("en").rename(columns={"label": "en"})
    return titled("Codes · 代码", words.assign(zh=hd.vocabulary("zh")["label"]))


def _themed() -> str:
    themed = [hd.load(name, lang) for name in hd.tables()["name"] for lang in ("en", "zh")]
    shapes = [frame[["figure_id", frame.columns[1], "label"]] for frame in themed]
    heading = "## Figures in the themed tables · 主题表中的指标"
    return "\n\n".join([heading, *map(listed, shapes)])


def codebook() -> str:
    """The page: the columns of every table, every row of every table, every code."""
    head = "# Codebook · 编码手册\n\nMade from the package by `make docs`; do not edit by hand."
    return "\n\n".join([head, *(section() for section in sections().values())]) + "\n"


def cover(lang: str) -> dict[str, Any]:
    """The JSON of the chart on top of the README, drawn anew."""
    stem, name = COVER
    notebook = execute(DOCS.parent / "notebooks" / f"{stem}.ipynb", LANG=lang)
    drawn = [output["data"][CHART] for output in charts(notebook)]
    return next(chart for chart in drawn if chart["layout"]["meta"]["name"] == name)


def picture(chart: dict[str, Any]) -> bytes:
    """A PNG that holds the fingerprint of the chart that it was drawn from."""
    known = PngImagePlugin.PngInfo()
    known.add_text("drawn_from", fingerprint(chart))
    out = io.BytesIO()
    drawn = (
        Image.open(io.BytesIO(draw([chart], scale=1.5)[0]))
        .convert("RGB")
        .quantize(128, Image.Quantize.FASTOCTREE)
    )
    drawn.save(out, "PNG", optimize=True, pnginfo=known)
    return out.getvalue()


if __name__ == "__main__":
    place(DOCS / "codebook.md", codebook().encode("utf-8"))
    for language in ("en", "zh"):
        place(DOCS / f"{COVER[1]}.{language}.png", picture(cover(language)))

"""Writes docs/codebook.md and the README's pictures from the package and the notebooks.

``make docs`` runs it; a test fails when what it would write is not what is there.
"""

import io
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image, PngImagePlugin

import hanbin_data as hd
from hanbin_data.frames import rows
from hanbin_data.notebooks import CHART, charts, execute, fingerprint
from hanbin_data.pictures import draw

DOCS = Path(__file__).resolve().parent
COVER = ("02-grassroots", "secretary_pay")
"""The notebook and the name of the chart on top of the README."""


def listed(frame: pd.DataFrame) -> str:
    """A frame as a Markdown table."""
    lines = [list(frame.columns), ["---"] * len(frame.columns)]
    lines += [["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.to_numpy()]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def codebook() -> str:
    """The page: the columns of every table, every figure in full, every code."""
    parts = [
        "# Codebook · 编码手册",
        "Made from the package by `make docs`; do not edit by hand.",
        hd.citation(),
    ]
    names = [*dict.fromkeys(row["table"] for row in rows("codebook")), *hd.tables()["name"]]
    parts += ["## Tables · 主题表", listed(hd.tables()), "## Columns · 各列含义"]
    for name in names:
        if name != "themed":
            parts += [f"### `{name}`", listed(hd.codebook(name).drop(columns="table"))]
    parts.append("## Figures · 全部指标")
    for figure in hd.figures().to_dict("records"):
        shown = pd.DataFrame({"column": list(figure), "value": list(figure.values())})
        parts += [f"### `{figure['id']}`", listed(shown)]
    words = hd.vocabulary("en").rename(columns={"label": "en"})
    parts += ["## Codes · 代码", listed(words.assign(zh=hd.vocabulary("zh")["label"]))]
    themed = [hd.load(name, lang) for name in hd.tables()["name"] for lang in ("en", "zh")]
    shapes = [frame[["figure_id", frame.columns[1], "label"]] for frame in themed]
    parts.append("## Figures in the themed tables · 主题表中的指标")
    parts += [listed(shape) for shape in shapes]
    parts += ["## Programmes · 项目与制度", listed(hd.programmes().drop(columns="label"))]
    parts += ["## Numerals · 数字归属", listed(hd.numerals())]
    return "\n\n".join(parts) + "\n"


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
    drawn = Image.open(io.BytesIO(draw([chart], scale=1.5)[0])).convert("RGB").quantize(128)
    drawn.save(out, "PNG", optimize=True, pnginfo=known)
    return out.getvalue()


if __name__ == "__main__":
    (DOCS / "codebook.md").write_text(codebook(), encoding="utf-8")
    for language in ("en", "zh"):
        (DOCS / f"{COVER[1]}.{language}.png").write_bytes(picture(cover(language)))

"""Tables read the same where styles are dropped, and nothing in a cell is markup."""

import re
from collections.abc import Callable

import pandas as pd
import pytest

import hanbin_data as hd
from hanbin_data import charts

FRAMES = [hd.figures, hd.indicators, hd.comparisons, hd.context]
FRAMES += [hd.refusals, hd.checks, hd.programmes, hd.explanations]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("read", FRAMES)
def test_every_frame_has_words_for_headers(read: Callable[[], pd.DataFrame], lang: str) -> None:
    charts.use(lang)
    frame = read()
    page = charts.table(frame).data
    heads = re.findall("<th[^>]*>([^<]*)</th>", page)
    assert heads
    assert all(head.strip() for head in heads), "a screen reader needs every header"
    if lang == "zh":
        assert not [head for head in heads if re.search("[a-z]", head)]
    assert not re.search(r"<style|\sid=", page), "JupyterLab drops styles; ids collide"
    assert "text-align:right" in page or "low" not in frame


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        ("en", ("95,148,000 (95,147,500–95,148,499)", "2.1 (2.05–2.15)", "2018-02 to 2023-02")),
        (
            "zh",
            ("9514.8万（95147500–95148499）", "2017–2021年", "2018年2月–2023年2月", "2021年6月5日"),
        ),
    ],
)
def test_outside_figures_are_shown_as_they_were_published(lang: str, texts: list[str]) -> None:
    charts.use(lang)
    page = charts.table(hd.context()).data
    assert [text for text in texts if f">{text}<" not in page] == []


def test_code_is_shown_as_it_is_typed() -> None:
    page = charts.table(hd.figures(), ["period_basis", "value"], codes=True).data
    for part in (">period_basis</th>", ">inferred</td>", "text-align:right"):
        assert part in page


def test_cells_are_text_and_may_be_folded() -> None:
    page = charts.table({"label": ["<b>a</b> & b"], "number": [1.5]}, folded="All rows").data
    assert page.startswith("<details><summary>All rows</summary>")
    assert "&lt;b&gt;a&lt;/b&gt; &amp; b" in page

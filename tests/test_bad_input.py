"""Bad input to every public function and command gets its documented answer."""

import contextlib
import inspect
import io
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import plotly.graph_objects as go
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import hanbin_data as hd
from hanbin_data import article, exports, notebooks, slides, theme
from hanbin_data.__main__ import main
from hanbin_data.derived import evaluate
from hanbin_data.notebooks import CHART

FRAMES = [
    *("figures", "tables", "programmes", "numerals", "codebook", "vocabulary"),
    *("indicators", "refusals", "checks", "context", "comparisons"),
]
"""The functions that return a frame, each of which the codebook describes."""

NAMED: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "load": (hd.load, list(hd.tables()["name"])),
    "codebook": (hd.codebook, [*FRAMES, *hd.tables()["name"]]),
    "citation": (hd.citation, ["text", "bibtex", "csl"]),
    "indicators": (hd.indicators, ["political", "grassroots", "talent", "discipline"]),
    "indicator": (hd.indicator, [*hd.indicators()["id"], *hd.refusals()["id"]]),
    "load, lang": (lambda given: hd.load("talent", given), ["en", "zh"]),
    "indicator, lang": (lambda given: hd.indicator("pay_rise", given), ["en", "zh"]),
    **{
        f"{name}, lang": (lambda given, name=name: getattr(hd, name)(lang=given), ["en", "zh"])
        for name in hd.__all__
        if callable(function := getattr(hd, name))
        and "lang" in inspect.signature(function).parameters
        and name not in ("load", "indicator")
    },
}
"""Every argument of the public functions that takes one of several words."""

ODD = [
    "",
    " ",
    "\0",
    "EN",
    "Ｅｎ",
    "talent ",
    "tal\u00adent",
    "人才",
    "\ud800",
    "../figures",
    "x" * 10**6,
]
NO_TEXT = [1, 1.5, True, b"en", ["en"], ("en",), {"en": 1}, object(), pd.Series(["en"]), Path("en")]


def test_every_public_function_is_tried() -> None:
    tried = {name.split(",")[0] for name in NAMED}
    asks = {
        name
        for name in hd.__all__
        if inspect.isfunction(getattr(hd, name)) and inspect.signature(getattr(hd, name)).parameters
    }
    assert asks - tried == {"normalise", "verify"}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("given", ODD, ids=lambda text: ascii(text)[:20])
def test_an_odd_word_is_named_with_the_valid_ones(name: str, given: str) -> None:
    function, valid = NAMED[name]
    with pytest.raises(ValueError, match="unknown ") as failure:
        function(given)
    assert repr(given[:80]) in str(failure.value)
    assert str(failure.value).split("Valid: ")[-1].split(", ") == list(valid)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("given", NO_TEXT, ids=lambda given: type(given).__name__)
def test_what_is_no_text_is_named_by_its_type(name: str, given: object) -> None:
    function, valid = NAMED[name]
    with pytest.raises(TypeError, match=f"must be a string, not {type(given).__name__}") as failure:
        function(given)
    assert all(word in str(failure.value) for word in valid)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(sorted(NAMED)), st.text())
def test_any_word_is_valid_or_answered(name: str, word: str) -> None:
    function, valid = NAMED[name]
    if word not in valid:
        with pytest.raises(ValueError, match=f"unknown .*{re.escape(repr(word[:80]))}"):
            function(word)


@settings(deadline=None, max_examples=50)
@given(
    st.text(st.characters())
    | st.text("0123456789.余亿半１２<>/brdiv。,图片a\u0301\ud800\udfff\0\u00ad", max_size=40)
)
@example("图图片片")
@example("a\u00ad\u0301")
def test_any_text_is_normalised_and_held_against_the_figures(text: str) -> None:
    plain = hd.normalise(text)
    assert hd.normalise(plain) == plain
    assert not re.search(r"\s", plain)
    result = hd.verify(text + "\n")  # with a line break it names no file
    assert not result.ok
    assert result.problem
    assert len(result.figures) == len(hd.figures())
    str(result).encode("utf-8")


@settings(deadline=None, max_examples=40)
@given(content=st.binary(max_size=300))
def test_any_file_is_read_or_refused_plainly(content: bytes, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(content)
    result = hd.verify(path)
    assert not result.ok
    assert result.problem
    outcome = CliRunner().invoke(main, ["verify", str(path)])
    assert outcome.exit_code == 1
    assert outcome.output == f"{result}\n"


@pytest.mark.parametrize("text", [1, None, b"text", ["text"]])
def test_normalise_takes_text_alone(text: object) -> None:
    with pytest.raises(TypeError, match=f"text must be a string, not {type(text).__name__}"):
        hd.normalise(text)  # type: ignore[arg-type]


TRADITIONAL = str.maketrans("个党员组织书记报", "個黨員組織書記報")


@pytest.mark.parametrize(
    ("copied", "status"),
    [
        (lambda text: text.translate(TRADITIONAL), "not ok"),
        (lambda text: "\0".join(text), "identical"),
        (lambda text: "\ud800".join(text), "identical"),
        (lambda text: "\u00ad".join(text), "identical"),
        (lambda text: re.sub("[0-9]", lambda m: chr(ord(m[0]) + 0xFEE0), text), "identical"),
        (lambda text: re.sub("[0-9]", lambda m: chr(ord(m[0]) + 0x630), text), "not ok"),
    ],
    ids=["traditional", "null", "half characters", "soft hyphens", "full-width", "Arabic digits"],
)
def test_copies_in_other_scripts(copied: Callable[[str], str], status: str, report: str) -> None:
    result = hd.verify(copied(report))
    assert result.identical == result.ok == (status == "identical")
    if not result.ok:
        assert (result.figures["status"] == "missing").any()


@pytest.mark.parametrize(
    ("encoding", "read"),
    [("utf-8-sig", True), ("utf-16", True), ("gb18030", True), ("gbk", True),
     ("utf-32", True), ("utf-16-le", False), ("big5", False), ("shift_jis", False)],
)  # fmt: skip
def test_files_in_other_encodings(encoding: str, read: bool, report: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(report.encode(encoding, "replace"))
    result = hd.verify(path)
    assert result.ok == read
    if not read:
        assert result.problem
    outcome = CliRunner().invoke(main, ["verify", str(path)])
    assert outcome.exit_code == (0 if read else 1)
    assert not isinstance(outcome.exception, Exception) or isinstance(outcome.exception, SystemExit)


def test_a_text_of_any_size_is_answered_soon(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes("一个。".encode() * 6_000_000)
    begin = time.monotonic()
    for long in (path, "1个。" * 17_000_000, Path("/dev/zero")):
        result = hd.verify(long)
        assert not result.ok
        assert result.problem == f"the text is longer than {article.LONGEST:,} characters"
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    "unit", ["一,", "<div>", "1116个。", "<p>", "<br><a b='", "<p <", "<!--", "&#", "图", "图片"]
)
def test_the_longest_text_is_compared_in_time(unit: str) -> None:
    begin = time.monotonic()
    assert not hd.verify(unit * (article.LONGEST // len(unit) - 1) + "\n").ok
    assert time.monotonic() - begin < 20


def test_placeholders_within_placeholders_are_removed_in_time() -> None:
    begin = time.monotonic()
    assert hd.normalise("党" + "图" * 200_000 + "片" * 200_001 + "员") == "党片员"
    assert hd.normalise("图片图" + "图片片") == ""
    assert len(theme.wrapped("a" * 10**6, 12, 100)) == 1
    assert time.monotonic() - begin < 20


HOSTILE = [
    "",
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    "]]></a:t><a:t>&amp;",
    "<br>" * 50,
    "{x} %{y} {{z}} %s",
    "\ud800 half",
    "\0\x07 control",
    "\u202e\u2066 turned \u00ad\u200b",
    "汉" * 600,
    "word" * 300,
    "../../etc/passwd",
    "𠀀😀é",
]


def hostile(text: str) -> go.Figure:
    """A captioned chart with this text wherever a text can stand."""
    table = hd.load("model_villages").assign(
        label=pd.Series([text, text], dtype=object), note=pd.Series([text, text], dtype=object)
    )
    fig = go.Figure(go.Bar(x=[f"{text}a", f"{text}b"], y=table["villages"], text=[text, text],
                           name=text, hovertext=[text, text]))  # fmt: skip
    fig.update_xaxes(title_text=text)
    return theme.caption(fig, table, name="villages", title=text, alt=text, lang="en")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("suffix", ["pptx", "html", "xlsx", "csv"])
def test_hostile_text_in_a_chart(text: str, suffix: str, tmp_path: Path, monkeypatch: Any) -> None:
    from pptx import Presentation

    from hanbin_data import pictures

    def no_browser(jobs: Any, **_: Any) -> Any:
        if jobs:
            raise RuntimeError("no browser to draw with")
        return []

    monkeypatch.setattr(pictures, "draw_each", no_browser)
    path = tmp_path / f"chart.{suffix}"
    slides.save(hostile(text), path)
    content = path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
    if suffix == "pptx":
        assert len(Presentation(io.BytesIO(content)).slides) == 1
    elif suffix == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert book.testzip() is None
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    elif suffix == "html":
        assert b"<script>alert(1)" not in content
    else:
        for cell in re.split("[,\r\n]", content.decode("utf-8-sig")):
            assert not cell.strip('"').startswith("="), cell


@pytest.mark.parametrize("name", ["", "..", "../a", "a/b", "\0", "\ud800", "汉" * 60, "CON", "."])
def test_a_chart_s_name_never_leaves_its_folder(name: str, tmp_path: Path) -> None:
    fig = hostile("plain")
    fig.update_layout(meta={**fig.layout.meta, "name": name})
    folder = tmp_path / "inner"
    folder.mkdir()
    slides.save_charts([fig], folder, ["csv"])
    (file,) = folder.iterdir()
    assert file.suffix == ".csv"
    assert list(tmp_path.iterdir()) == [folder]


def unlike_an_output(data: Any) -> Any:
    return nbformat.from_dict({"cells": [{"outputs": [{"data": data}]}]})


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda at: slides.save(None, at / "a.csv"), TypeError),
        (lambda at: slides.save("chart", at / "a.csv"), TypeError),
        (lambda at: slides.save({}, at / "a.csv"), (TypeError, ValueError)),
        (lambda at: slides.save(hostile("x"), at / "a"), ValueError),
        (lambda at: slides.save(hostile("x"), at / "a.csv", lang="fr"), ValueError),
        (lambda at: slides.save(hostile("x"), at / "a.csv", lang=1), TypeError),
        (lambda at: slides.save(hostile("x"), at / "a.csv", template="no.pptx"), ValueError),
        (lambda at: slides.deck([], at / "a.pptx"), ValueError),
        (lambda at: slides.deck([1], at / "a.pptx"), TypeError),
        (lambda at: slides.save_charts([hostile("x")], at / "a" / "b", ["csv"]), FileNotFoundError),
        (lambda at: slides.deck([hostile("x")], at / "a.pptx", title=5), TypeError),
        (lambda at: slides.charts(5), TypeError),
        (lambda at: slides.charts({}), TypeError),
        (lambda at: slides.charts(nbformat.from_dict({"cells": [5]})), ValueError),
        (lambda at: slides.charts(nbformat.from_dict({"cells": 5})), ValueError),
        (lambda at: slides.charts(unlike_an_output(CHART)), ValueError),
        (lambda at: slides.charts(unlike_an_output([CHART])), ValueError),
        (lambda at: slides.save_charts([hostile("x")], at, ["doc"]), ValueError),
        (lambda at: slides.save_charts([hostile("x")], at, "png"), TypeError),
        (lambda at: slides.save_charts([hostile("x")], "", ["csv"]), ValueError),
        (lambda at: slides.save_charts([hostile("x")], __file__, ["csv"]), NotADirectoryError),
        (lambda at: exports.export(at / "a.doc"), ValueError),
        (lambda at: exports.export(at / "none" / "a.json"), FileNotFoundError),
        (lambda at: exports.export(""), ValueError),
        (lambda at: theme.label("unit", "nonsense", "en"), ValueError),
    ],
)
def test_nothing_is_written_on_an_error(call: Any, error: Any, tmp_path: Path) -> None:
    with pytest.raises(error):
        call(tmp_path)
    assert not list(tmp_path.iterdir())


TALENT = hd.load("talent")
BARS = go.Figure(go.Bar(x=TALENT["label"], y=TALENT["persons"]))
WORDED = {
    "written": lambda table, lang: theme.written(table, lang),
    "hover": lambda table, lang: theme.hover(table, lang),
    "table": lambda table, lang: theme.table(table, lang),
    "caption": lambda table, lang: theme.caption(
        BARS, table, name="a", title="a", alt="a", lang=lang
    ),
    "period": lambda table, lang: theme.period(table.iloc[0], lang),
    "label": lambda table, lang: theme.label("unit", "case", lang),
    "source_line": lambda table, lang: theme.source_line(lang),
}


@pytest.mark.parametrize("name", WORDED)
def test_an_unknown_language_never_passes_for_english(name: str) -> None:
    assert WORDED[name](TALENT, "zh")
    with pytest.raises(ValueError, match=r"unknown language 'fr'\. Valid: en, zh"):
        WORDED[name](TALENT, "fr")
    with pytest.raises(TypeError, match="language must be a string, not int"):
        WORDED[name](TALENT, 1)


@pytest.mark.parametrize("name", ["written", "hover", "table", "caption"])
def test_a_table_of_no_figures_is_answered(name: str) -> None:
    with pytest.raises(ValueError, match=r"the table (lacks low|has no column 'low')"):
        WORDED[name](hd.programmes(), "en")
    if name == "caption":
        with pytest.raises(ValueError, match="the table has no rows to take"):
            WORDED[name](TALENT.head(0), "en")
    if name != "written":
        with pytest.raises(TypeError, match="table must be a DataFrame, not list"):
            WORDED[name]([1], "en")


def test_a_table_that_lacks_a_column_names_it() -> None:
    bare = TALENT.drop(columns="printed")
    for name in ("written", "hover", "table"):
        with pytest.raises(ValueError, match="printed"):
            WORDED[name](bare, "zh")
    with pytest.raises(ValueError, match="none of the columns figure_id, id"):
        WORDED["caption"](TALENT.drop(columns="figure_id"), "en")
    with pytest.raises(TypeError, match="table must be a DataFrame, not NoneType"):
        theme.written(None, "en")  # type: ignore[arg-type]


def test_whole_numbers_without_a_qualifier_are_written() -> None:
    plain = hd.load("model_villages").drop(columns="qualifier")
    assert theme.written(plain, "en") == [f"{number:,}" for number in plain["villages"]]


def test_a_label_names_its_field() -> None:
    with pytest.raises(ValueError, match=r"unknown field 'units'; did you mean 'unit'\?"):
        theme.label("units", "case", "en")
    with pytest.raises(ValueError, match="unknown language 'fr'"):
        theme.typeset({}, "fr")


Language = Enum("Language", {"ZH": "zh"}, type=str)


def test_a_member_of_an_enumeration_is_the_word_it_holds() -> None:
    assert_frame_equal(hd.load("talent", Language.ZH), hd.load("talent", "zh"))
    for name in ("figures", "talent"):
        assert_frame_equal(hd.codebook(Enum("E", {"A": name}, type=str).A), hd.codebook(name))
    assert theme.label("unit", "case", Language.ZH) == theme.label("unit", "case", "zh")
    assert WORDED["hover"](TALENT, Language.ZH) == WORDED["hover"](TALENT, "zh")


@pytest.mark.parametrize(
    "trace",
    [
        go.Pie(labels=["a"], values=[1], name="n"),
        go.Treemap(labels=["a"], parents=[""], values=[1], name="n"),
        go.Sunburst(labels=["a"], parents=[""], values=[1], name="n"),
        go.Candlestick(open=[1], high=[3], low=[1], close=[2], name="n"),
        go.Bar(x=["a"], y=[float("inf")], name="n"),
        go.Scatter(x=[1], y=[pd.Timestamp(2021, 9, 28)], name="n"),
    ],
    ids=lambda trace: trace.type,
)
def test_any_figure_takes_a_caption(trace: Any) -> None:
    fig = theme.caption(go.Figure([trace, trace]), TALENT, name="a", title="a", alt="a")
    assert fig.layout.meta["alt"]


def test_a_caption_asks_for_what_it_writes() -> None:
    words = {"name": "a", "title": "a", "alt": "a"}
    with pytest.raises(TypeError, match="fig must be a plotly figure, not dict"):
        theme.caption({}, TALENT, **words)
    with pytest.raises(ValueError, match="none of the columns printed, formula"):
        theme.caption(BARS, hd.context(), **words)
    with pytest.raises(ValueError, match="there is no text in 'zh', only in en"):
        theme.caption(BARS, TALENT, **{**words, "title": {"en": "a"}}, lang="zh")
    for title in (5, None, {"en": None}):
        with pytest.raises(TypeError, match="a text must be a string, not "):
            theme.caption(BARS, TALENT, **{**words, "title": title})
    with pytest.raises(TypeError, match="name must be a string, not list"):
        theme.caption(BARS, TALENT, **{**words, "name": ["a"]})
    with pytest.raises(ValueError, match="name must not be empty"):
        theme.caption(BARS, TALENT, **{**words, "name": ""})


GOOD = {"id": "mine", "formula": "party_members / 2"}


@pytest.mark.parametrize(
    ("lines", "stated", "error", "message"),
    [
        ([{**GOOD, "formula": None}], None, ValueError, "must have an id and a formula"),
        ([{"id": "mine"}], None, ValueError, "must have an id and a formula"),
        ([{"id": "a" * 1000}], None, ValueError, r"both strings: .{200}$"),
        ([GOOD, GOOD], None, ValueError, "mine: two lines have this id"),
        *(
            (lines, None, ValueError, "must have an id and a formula")
            for lines in ("x", [None], [3], {"id": "a"})
        ),
        ([GOOD], hd.figures().assign(id=None), ValueError, "ids of the figures must be strings"),
        ([GOOD], hd.figures().assign(high="x"), ValueError, "the figures' high must be numbers: "),
        (
            [GOOD],
            hd.figures().assign(low=[[]] * len(hd.figures())),
            ValueError,
            "figures' low must be numbers: ",
        ),
        ([{**GOOD, "formula": "(" * 10**5}], None, ValueError, r"^mine: .{200} is no formula$"),
        (
            [{**GOOD, "formula": "1+" * 200 + "1"}],
            None,
            ValueError,
            r"^mine: the formula .{200} names no figure$",
        ),
        ([GOOD], [1], TypeError, "stated must be a DataFrame, not list"),
        ([GOOD], hd.programmes(), ValueError, "the figures lack id, value, low, high"),
        *(
            ([{**GOOD, "formula": formula}], None, ValueError, "^mine: .* is no formula")
            for formula in (
                "party_members**9999999**9999999",
                "9**9**9**9 + party_members",
                "True * party_members",
                "party_members in cases_filed",
                "party_members << 2",
                "~party_members",
                "(lambda: 1)() + party_members",
                "+" * 3000 + "party_members",
            )
        ),
    ],
)
def test_bad_formulas_and_figures(lines: Any, stated: Any, error: Any, message: str) -> None:
    begin = time.monotonic()
    with pytest.raises(error, match=message):
        evaluate(lines, hd.figures() if stated is None else stated)
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        (None, TypeError, "path must be a string or a path, not NoneType"),
        (3, TypeError, "path must be a string or a path, not int"),
        (b"a.pptx", TypeError, "path must be a string or a path, not bytes"),
        ("\ud800.pptx", ValueError, "no file can have the name"),
        ("a\0.pptx", ValueError, "no file can have the name"),
    ],
)
def test_what_is_no_path(path: Any, error: type[Exception], said: str) -> None:
    for asked in (
        lambda: slides.save(BARS, path),
        lambda: slides.save(BARS, path, template="a.pptx"),
        lambda: slides.deck([BARS], path),
        lambda: slides.save_charts([BARS], path),
        lambda: exports.export(path),
        lambda: notebooks.read(path),
    ):
        with pytest.raises(error, match=said):
            asked()


def test_formats_and_figures_come_from_anything_that_can_be_walked(tmp_path: Path) -> None:
    assert len(slides.save_charts([BARS], tmp_path / "a", iter(["csv", "html"]))) == 2
    for formats in (None, 3):
        with pytest.raises(TypeError, match="formats must be a list, not "):
            slides.save_charts([BARS], tmp_path / "b", formats)  # type: ignore[arg-type]
    for figures in (None, 3):
        with pytest.raises(TypeError, match="figures must be a list of plotly figures, not "):
            slides.deck(figures, tmp_path / "b.pptx")  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_is_no_text_and_no_table() -> None:
    with pytest.raises(TypeError, match="text must be a string, not NoneType"):
        theme.wrapped(None, 12, 100)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cells must be a dict of columns, not NoneType"):
        theme.typeset(None)  # type: ignore[arg-type]


def test_a_sheet_that_excel_cannot_hold_is_refused() -> None:
    for table in (pd.DataFrame([range(16_385)]), pd.DataFrame({"a": ["x" * 32_768]})):
        with pytest.raises(ValueError, match=r"'big', 1 rows × .* does not fit a sheet"):
            exports.workbook({"big": table})
    exports.workbook({"whole": pd.DataFrame({"a": ["x" * 32_767]})})
    exports.workbook({"odd": pd.DataFrame({"a": [10**400, float("inf"), -1]}, dtype=object)})


def test_a_folder_that_cannot_be_filled_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "numerals.csv").mkdir()
    with pytest.raises(IsADirectoryError, match=r"numerals\.csv"):
        exports.export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["numerals.csv"]


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "a.json"
    os.mkfifo(pipe)
    with pytest.raises(FileExistsError, match="is a device or pipe, not a file"):
        exports.export(pipe)
    assert pipe.is_fifo()


ARGUMENTS = st.lists(
    st.sampled_from(
        ["deck", "charts", "export", "verify", "-o", "--lang", "en", "--format", "png", "--title",
         "a.pptx", "no.ipynb", "none/a.xlsx", "a.doc", "", "\0", "汉", "--", "-h", "--nonsense"]
    ),
    max_size=5,
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(ARGUMENTS)
def test_any_arguments_end_without_a_traceback(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        outcome = CliRunner().invoke(main, arguments)
        left = list(Path().rglob("*.part"))
    assert outcome.exit_code in (0, 1, 2)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit)
    assert "Traceback" not in outcome.output
    assert not left


def test_a_name_that_no_folder_takes_is_an_error(tmp_path: Path) -> None:
    fig = hostile("plain")
    fig.update_layout(meta={**fig.layout.meta, "name": "汉" * 300})
    with pytest.raises(OSError, match="File name too long"):
        slides.save_charts([fig], tmp_path, ["csv"])
    assert not list(tmp_path.iterdir())

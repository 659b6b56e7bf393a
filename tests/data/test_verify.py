"""A copy is verified if a reader of it sees the article's figures in their own sentences."""

import quopri
import re
import time
import unicodedata
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hanbin_data as hd
from hanbin_data.numerals import read, scan
from hanbin_data.verify import BODY, Verification

verification = import_module("hanbin_data.verify")  # the package's attribute is the function

FIGURES = hd.figures()
NUMERALS = hd.numerals()


def laid_out(text: str) -> str:
    """The text as a file has it: a paragraph a sentence, placeholders, the date apart."""
    head, body = f"{text[:37]}\n\n{text[37:61]} {text[61:BODY]}\n\n", text[BODY:]
    return head + body.replace("。", "。\n\n图片\n\n")


def page(text: str, before: str = "", behind: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in laid_out(text).splitlines())
    return (
        "<!DOCTYPE html><html><head><title>第十五次 2021</title><script>var a = 99</script>"
        f"<style>p {{ width: 77px }}</style></head><body>{before}{paragraphs}{behind}</body></html>"
    )


def status(result: Verification, name: str) -> str:
    return str(result.figures.set_index("id").loc[name, "status"])


def found(result: Verification, *kinds: str) -> pd.DataFrame:
    """The numerals among the differences, or those of some kinds."""
    differences = result.differences
    return differences[differences["kind"].isin(kinds) if kinds else differences["printed"].notna()]


# What sites show around an article, and what claims to be of it.
NEWS = """<p>某县通报一起酒驾案,处分5人</p><li>处分5人!某局违规发放津贴被通报</li>
<p>党员200人义务植树</p><a href=1>汉滨区引进高层次人才200名</a><p>汉阴县新建基层党组织20个</p>
<p>2023年汉滨区培育高素质农民500名</p><p>陕西省处置问题线索3000件,立案2000件,处分1800人</p>
<p>违反规定问题5起典型案例通报</p><p>35条评论,12人参与</p><p>典型案例 2021-05-06</p>
<footer>版权 2026 陕ICP备12345678号 电话0915-3212345</footer>"""
CLAIMS = [
    *("另有1200个基层党组织", "基层党组织:1200", "更正:上文应为2000个", "1116个基层党组织"),
    *("一千二百个基层党组织", "1200多个基层党组织", "基层党组织(个) 1200", "空壳村还有3个"),
    *("处分500人", "勘误:党员应为40000", "<table><tr><td>党员<td>40000"),
    *("全区纪检监察机关立案2000件", "安康市汉滨区能工巧匠3千名"),
    *("<a href=1>更正:本文应为2000个</a>", "<a href=1></a>另有1200个基层党组织"),
    *("<a>另有1200个基层党组织</a>", "<a href=1>网<a href=2>站</a>另有1200个基层党组织"),
]

RADICALS = str.maketrans("民长门见车页风马西青一人片", "⺠⻓⻔⻅⻋⻚⻛⻢⻄⻘⼀⼈⽚")
UNSEEN = "\u00ad\u034f\u115f\u17b4\u180b\u200b\u200d\u2060\u3164\ufe0e\ufeff\uffa0\U000e0100"
COPIES: dict[str, Callable[[str], str]] = {
    "text": laid_out,
    "one line": lambda text: text,
    "one line, with a picture": lambda text: f"{text[:127]}图片{text[127:]}",
    "pictures side by side": lambda text: f"{text[:127]}\n图片 图   片\n{text[127:]}",
    "Windows": lambda text: laid_out(text).replace("\n", "\r\n"),
    "a line a character": "\r\n".join,
    "spaced": " ".join,
    "full width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "radicals": lambda text: laid_out(text).translate(RADICALS),
    "compatibility": lambda text: text.replace("零", "\uf9b2").replace("六", "\uf9d1"),
    "quotation marks": lambda text: text.replace("“", '"').replace("”", '"'),
    "marks of order": lambda text: "\u200e".join(text),
    "half characters": "\ud800".join,
    "ignorable": lambda text: "".join(c + UNSEEN for c in text),
    "page": page,
    "fragment": lambda text: f"<span></span><img width=640>{laid_out(text)}",
    "hidden until scripts run": lambda t: f'<div style="visibility:hidden">{page(t)}</div>',
    "large script": lambda t: page(t, f"<script>{'var a=1;' * 80_000}</script>"),
    "large picture": lambda t: page(t, f'<img src="data:image/png;base64,{"iV99/" * 400_000}">'),
    "page around": lambda t: page(t, "<p>今日访问 12345 次</p>", "<p>版权 2026</p>"),
    "news around": lambda t: page(t, NEWS, NEWS),
    "captions": lambda t: page(t).replace("<p>图片</p>", "<figure><img><b>来源</b></figure>"),
    "a caption": lambda t: "。\n\n图说\n\n图片 ".join(t[:441].rsplit("。", 1)) + t[441:],
    "headed": lambda t: page(t[BODY:], f"<h1>{t[:37]}</h1><i>09:58 2021-09-28 一 345 次</i>"),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_genuine_copy_is_verified(name: str, text: str) -> None:
    result = hd.verify(COPIES[name](text))
    assert result.ok, result
    assert str(result).startswith("verified: ")
    around = ("page around", "news around", "captions", "a caption", "headed")
    assert result.identical == (name not in around)


@pytest.mark.parametrize(
    ("encoding", "read"),
    [(name, True) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030")]
    + [(name, False) for name in ("big5", "shift_jis", "utf-16-le", "utf-16-be")],
)
def test_a_file_in_a_usual_encoding_is_read_another_refused(
    encoding: str, read: bool, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "汉滨 copy.txt"
    path.write_bytes(laid_out(text).encode(encoding, "ignore"))
    result = hd.verify(path)
    assert (result.ok, not result.problem) == (read, read)
    assert hd.verify(str(path)) == result != hd.verify("x")


def test_a_web_archive_is_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "saved.mhtml"
    path.write_bytes(
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n--B\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quopri.encodestring(page(text).encode())
        + b"\r\n--B--\r\n"
    )
    assert hd.verify(path).ok
    assert hd.verify(path.read_text(encoding="utf-8")).ok


def test_one_damaged_byte_is_named(stand_in: str, tmp_path: Path) -> None:
    content = laid_out(stand_in).encode()
    path = tmp_path / "copy.txt"
    path.write_bytes(content[:99] + b"\xff" + content[99:])
    assert hd.verify(path).ok
    assert "unreadable byte" in str(hd.verify(path))
    path.write_bytes(content.replace(b"1116", b"11\xff16"))
    assert not hd.verify(path).ok
    apart = hd.verify(stand_in + "e \u0301")
    assert not apart.ok
    assert "combining mark" in str(apart)


# What is written for a figure, and the status that it has then.
CHANGES = {f"{word}#": "reworded" for word in ("未", "预计", "不足", "虚报")}
CHANGES |= {f"#{word}": "reworded" for word in ("以下", "属误报")}
CHANGES |= {"": "missing", "半#": "", "#半": "", "7#": "", "#7": "", "digit": "missing",
            "classifier": "missing", "٠": "", "traditional": ""}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_figure_with_another_word_sign_or_digit_is_found_out(change: str, text: str) -> None:
    for figure in FIGURES.itertuples():
        own = figure.printed
        other = {
            "digit": str((int(own[0]) + 1) % 10 if own[0].isdigit() else 8) + own[1:],
            "classifier": f"{own[:-1]}吨",
            "٠": own.translate({48 + digit: 1632 + digit for digit in range(10)}),
            "traditional": own.translate(str.maketrans("个员亿村余件", "個員億邨餘仵")),
        }.get(change, change.replace("#", own))
        if other != own:
            copy = text[: figure.offset] + other + text[figure.offset + len(own) :]
            result = hd.verify(copy)
            assert not result.ok, other
            found = result.figures.set_index("id").loc[figure.id]
            assert found["status"] == CHANGES[change] or not CHANGES[change]
            assert f": {figure.label} ({own})" in str(result) or found["status"] == "confirmed"
            if found["status"] == "reworded":
                assert other in found["sentence"]
                assert found["sentence"] in str(result)


def test_exchanged_nouns_are_found_out(text: str) -> None:
    nouns = []
    for figure in FIGURES.itertuples():
        own = max(s for s in verification.known_sentences() if s.offset <= figure.offset)
        at = text.find(figure.counted, own.offset, own.offset + own.length)
        nouns += [(at, figure.id, figure.counted)] * (at >= 0)
    assert len(nouns) > 25
    for (a, one, first), (b, other, second) in pairwise(sorted(nouns)):
        if first != second and a + len(first) <= b:
            copy = text[:a] + second + text[a + len(first) : b] + first + text[b + len(second) :]
            result = hd.verify(copy)
            assert not result.ok
            assert {status(result, one), status(result, other)} == {"reworded"}


def test_a_numeral_that_is_left_out_is_found_out(text: str) -> None:
    for numeral in NUMERALS[NUMERALS["figure_id"].isna()].itertuples():
        copy = text[: numeral.offset] + text[numeral.offset + len(numeral.printed) :]
        for form in (copy, page(copy)):
            assert not hd.verify(form).ok
            assert numeral.printed in set(found(hd.verify(form), "missing")["printed"])


def test_a_sentence_or_figure_in_another_place_is_found_out(text: str) -> None:
    cut = text.index("。", 2505) + 1
    result = hd.verify(text[cut:] + text[:cut])
    assert not result.ok
    assert set(result.figures["status"]) == {"confirmed", "moved"}
    assert found(result, "numeral", "outside").empty
    result = hd.verify(text.replace("191件", "#").replace("1132名", "191件").replace("#", "1132名"))
    assert {status(result, n) for n in ("hedonism_cases", "skilled_artisans")} == {"reworded"}


def test_a_reworded_figure_is_shown_beside_the_article_s_sentence(stand_in: str) -> None:
    name = "political_discipline_problems"
    at = FIGURES.set_index("id").loc[name, "offset"]
    own = next(s for s in verification.known_sentences() if s.offset <= at < s.offset + s.length)
    sentence = stand_in[own.offset : own.offset + own.length]
    result = hd.verify(f"{stand_in[:at]}不足{stand_in[at:]}{sentence}")
    found = result.figures.set_index("id").loc[name]
    assert found["status"] == "reworded"
    assert found["original"] == sentence
    assert found["sentence"] == f"{sentence[: at - own.offset]}不足{sentence[at - own.offset :]}"


def test_the_sentence_of_a_date_that_figures_inherit_is_held(stand_in: str) -> None:
    dates = NUMERALS[NUMERALS["reason"] == "date"].set_index("offset")
    for at, held in ((347, False), (877, True), (2029, True), (2643, False)):
        assert dates.loc[at, "printed"] == "五"
        result = hd.verify(f"{stand_in[: at + 2]}前{stand_in[at + 2 :]}")
        assert result.ok != held
        assert list(result.differences["kind"]) == ["reworded"] * held + ["wording", "lacking"]


def test_another_title_is_listed_and_not_held_against_the_copy(text: str) -> None:
    for copy, kinds in ((text, ["wording", "lacking"]), (laid_out(text), ["picture", "wording"])):
        result = hd.verify("新" + copy)
        assert result.ok
        assert not result.identical
        assert "other sentences differ" in str(result).splitlines()[0]
        assert list(result.differences["kind"])[:2] == kinds


SEEN = ["11\u202e61\u202c个", "111⁶个", "111₆个", "11⑯个", "11 16个", "11\u300016个", "11\n\n16个",
        "11图片16个", "1116个图片", "11\ufdd016个", "<del>1116个</del>", "<s>1116个</s>",
        "<p hidden>1116个</p>", "111<sup>6</sup>个", "<bdo dir=rtl>1116</bdo>个"]  # fmt: skip


@pytest.mark.parametrize("form", [laid_out, page])
@pytest.mark.parametrize("seen", SEEN)
def test_what_a_reader_sees_otherwise_is_not_verified(
    seen: str, form: Callable[[str], str], text: str
) -> None:
    result = hd.verify(form(text).replace("1116个", seen))
    assert not result.ok
    assert result.differences["held"].any() or status(result, "party_organisations") != "confirmed"


def test_what_must_not_stand_in_or_around_the_article(text: str) -> None:
    second = "".join(f"<p>{line}</p>" for line in laid_out(text).splitlines())
    within = f"{text[:349]}图片{text[349:]}"  # a sentence without a figure
    for copy in (within, page(within), page(text, "\u202e"), page(text, second),
                 page(text, "", second), page(text, second.replace("1116", "1117"))):  # fmt: skip
        assert not hd.verify(copy).ok


@pytest.mark.parametrize("form", [str, page])
@pytest.mark.parametrize("word", ["俩", "翻番", "若干", "几", "Ⅻ", "㋀", "🔟", "九", "data:x,999"])
def test_a_number_word_within_the_article_is_a_numeral(
    word: str, form: Callable[[str], str], text: str
) -> None:
    result = hd.verify(form(f"{text[:349]}{word}{text[349:]}"))  # a sentence without a figure
    assert not result.ok
    (printed,) = found(result)["printed"]
    assert printed in word


HIDDEN = [
    *("<span hidden>999</span>", "<span style='color:red;display : none'>999</span>"),
    *("<b hidden>999</b>", "<template>999</template>", "<noscript>999</noscript>"),
    *("<iframe>999</iframe>", "<del>999</del>", "<script><!--<script>9</script>9--></script>"),
    *("<style>p::after {content: '9'}</style >", "<!-- > 999 --!>", "<!-->", "<![CDATA[999>"),
    *("<?php 999>", "<img src='data:image/png,999' alt='a>999'>", "<title><p>999</title>"),
    *("<p><s>9<p>99</s>", "<a hidden>999</a>", "<ul><li hidden>x<ul><li>y</ul>999</ul>"),
    "<b style='display:none!important;display:inline'>999</b>",
]
VISIBLE = [
    *("<ul><li hidden>x<li>999</ul>", "<!-->999<!-- -->", "<!-- --!>999", "<![CDATA[>999]]"),
    *("<span style='visibility: hidden'>999</span>", "<p hidden>x<p>999", "&#00057;"),
    *("<span style='display:none;display:inline'>999</span>", "<textarea>999</textarea>"),
    *("<span data-x='hidden' title='>'>999</span>", "<a hidden>x</a>999", "<a href=1>999</a>"),
]


@pytest.mark.parametrize("markup", [*HIDDEN, *VISIBLE])
def test_a_page_is_read_as_browsers_read_it(markup: str, stand_in: str) -> None:
    result = hd.verify(page(stand_in[:349] + markup + stand_in[349:]))
    assert result.ok == (markup in HIDDEN), result
    assert set(result.figures["status"]) == {"confirmed"}


def test_numerals_around_the_article_of_a_page_are_listed(text: str) -> None:
    result = hd.verify(page(text, "<p>今日访问 12345 次</p>", "<p>版权 2026</p>"))
    assert list(found(result, "outside")["printed"]) == ["12345", "2026"]
    assert "  numeral outside the article: 12345 in …" in str(result)
    assert "not judged" in str(result)
    assert not hd.verify(f"{text}版权2026").ok


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_numeral_that_claims_to_be_of_the_article_is_held(claim: str, text: str) -> None:
    for around in ((f"<p>{claim}</p>", ""), ("", claim), ("", f"{NEWS}<p>{claim}")):
        result = hd.verify(page(text, *around))
        assert not result.ok
        assert len(found(result, "claim")) == 1


def test_the_head_takes_the_numerals_that_are_nearest_to_the_article(text: str) -> None:
    head = f"<h1>{text[:37]}</h1><i>一 2021-09-28 09:58</i>"
    result = hd.verify(page(text[BODY:], head + head))
    assert result.ok
    assert found(result)["offset"].max() < BODY


def test_a_txt_is_a_text_whatever_it_holds(stand_in: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(page(stand_in), encoding="utf-8")
    assert not hd.verify(path).page
    assert hd.verify(path.rename(tmp_path / "copy.html")).ok


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", b"", "the text is empty"),
        ("a.txt", b" \n\t", "the text is empty"),
        ("a.txt", b"\x00\x01\x02", "not text in UTF-8"),
        ("a.txt", b"\xff\xff\xfe\xfa\x81", "not text in UTF-8"),
        ("a.txt", b"\xff\xfe\x00", "not text in UTF-8"),
        ("a.txt", b"abcdefghi\xff" * 9, "not text in UTF-8"),
        ("a.txt", "另一篇文章,共有35个数字。".encode(), "not the article"),
        ("a.pdf", b"%PDF-1.7", "PDF file.*plain text"),
        ("a.txt", b"%PDF-1.7", "PDF file"),
        ("a.rtf", b"{\\rtf1 }", "RTF file"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", r"Word \(\.doc\) file"),
        ("a.docx", b"PK\x03\x04", "Word"),
        ("a.txt", b"PK\x03\x04..word/document.xml", "Word"),
        ("a", b"PK\x03\x04..mimetypeapplication/epub+zip", "EPUB"),
        ("a.txt", b"PK\x03\x04", "ZIP"),
        ("a.txt", b"{\\rtf1 ", "RTF"),
        ("a.epub", b"PK\x03\x04", "EPUB"),
        ("a.odt", b"PK\x03\x04", "OpenDocument"),
        ("a.png", b"\x89PNG\r\n", "PNG file"),
        ("a.mhtml", b"MIME-Version: 1.0\n\nx", "holds no page"),
    ],
)
def test_what_is_not_read_is_named(name: str, content: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    result = hd.verify(tmp_path / name)
    assert not result.ok
    assert re.search(problem, result.problem)
    assert result.problem in str(result).splitlines()[0]
    assert set(result.figures["status"]) == {"missing"}


def test_an_address_is_not_fetched_and_no_path() -> None:
    for address in (hd.SOURCE["url"], "www.hanbin.gov.cn", Path(hd.SOURCE["url"])):
        assert "this is an address; nothing is fetched" in hd.verify(address).problem


@pytest.mark.parametrize(
    ("article", "error"),
    [(None, TypeError), (b"bytes", TypeError), ("no-such-file.txt", FileNotFoundError),
     (Path("no-such-file"), FileNotFoundError), (Path("."), IsADirectoryError)],
)  # fmt: skip
def test_a_path_that_cannot_be_read_is_an_error(article: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="there is no file" if error is FileNotFoundError else None):
        hd.verify(article)  # type: ignore[arg-type]


def test_a_name_is_a_path_only_where_there_is_such_a_file(
    stand_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").write_text(stand_in, encoding="utf-8")
    Path("1116个").mkdir()
    assert hd.verify("a").identical
    assert status(hd.verify("1116个"), "party_organisations") == "reworded"
    assert hd.verify("b").problem


def test_the_longest_text_has_half_a_million_characters() -> None:
    assert "longer" not in hd.verify("党" * 499_999 + "\n").problem
    assert hd.verify("党" * 500_001).problem == "the text is longer than 500,000 characters"
    assert "longer" in hd.verify("<b></b>" * 250_001).problem, "tags count as well"
    assert "longer" in hd.verify(Path("/dev/zero")).problem


@pytest.mark.parametrize(
    "unit",
    ["1116个", "一,", "1 2\n", "\u0301\u0316", "图", "1\u202e", "<div></s>", "<p <", "<a b='",
     "<!--", "<b><p>", "<p style='(", "&#9", "<td>1 ", "更正1次", "MIME-Version:\n", "<a href>1",
     "<p>党员1,处分5人"],
)  # fmt: skip
def test_no_text_takes_long(unit: str) -> None:
    begin = time.process_time()
    result = hd.verify(unit * (100_000 // len(unit)) + "\n")
    assert not result.ok
    assert str(result)
    assert time.process_time() - begin < 5


@settings(deadline=None, max_examples=60)
@given(
    st.text(st.characters())
    | st.text("014.余亿半１²①Ⅻ<>/brdiv!-[]&#=\"'。,图片a\u0301\ud800\0\u00ad\u202e\ufffd\ufdd0")
)
def test_any_text_is_answered(text: str) -> None:
    plain = hd.normalise(text)
    assert hd.normalise(plain) == plain or "图片" in plain  # of 图图片片
    assert not re.search(r"\s", plain)
    for copy in (text + "\n", f"<p>{text}"):
        result = hd.verify(copy)
        assert not result.ok
        assert result.problem
        str(result).encode("utf-8")


@settings(deadline=None, max_examples=40)
@given(content=st.binary(max_size=300), suffix=st.sampled_from([".txt", ".html", ".mhtml", ""]))
def test_any_file_is_answered(
    content: bytes, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(content)
    assert hd.verify(path).problem


def test_a_number_that_is_one_sign_stays_and_a_unit_does_not() -> None:
    assert hd.normalise("5㎡ ²①Ⅻ㋀") == "5m2²①Ⅻ㋀"


@pytest.mark.parametrize("text", [1, None, b"text", ["text"]])
def test_normalise_takes_text_alone(text: object) -> None:
    with pytest.raises(TypeError, match=f"text must be a string, not {type(text).__name__}"):
        hd.normalise(text)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")
def test_pandas_options_change_nothing(stand_in: str) -> None:
    copy = stand_in.replace("1116", "1117")
    expected = hd.verify(copy)
    with pd.option_context("future.infer_string", False):
        assert hd.verify(copy) == expected
        assert str(hd.verify(copy)) == str(expected)


def test_a_long_list_and_a_long_numeral_are_cut(stand_in: str) -> None:
    before, behind = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"
    result = hd.verify(f"{stand_in}{'完,7个' * 20}{before}{'7' * 50}{behind}")
    lines = str(result).splitlines()
    assert "differences held against the copy: 21" in lines
    assert sum(line.startswith("  numeral outside the article: 7 in …") for line in lines) == 20
    assert "  and 1 more" in lines
    strange = found(result).iloc[-1]
    assert strange["printed"] == "7" * 40
    assert strange["context"] == before[-8:] + "7" * 48


def test_every_numeral_of_the_text_has_a_figure_or_a_reason(text: str) -> None:
    assert scan(text) == list(zip(NUMERALS["offset"], NUMERALS["printed"], strict=True))
    assert (NUMERALS["figure_id"].notna() ^ NUMERALS["reason"].notna()).all()
    assert sorted(NUMERALS["figure_id"].dropna()) == sorted(FIGURES["id"])


def test_the_package_holds_the_article_s_sentences(report: str) -> None:
    """What only the article itself can show."""
    text = hd.normalise(report)
    assert verification.known_sentences() == verification.sentences(text)
    seen = read(report)
    assert (verification.PICTURE, "picture") in seen.marks
    broken = [at for at in seen.gaps if any(s < at < s + len(n) for s, n in scan(text))]
    assert broken == list(verification._JOINS)
    words = set("两双半数余零百千万亿")
    numeric = {at for at, c in enumerate(text) if c in words or unicodedata.numeric(c, None)}
    covered = [at for s, form in scan(text) for at in range(s, s + len(form))]
    assert len(covered) == len(set(covered))
    assert numeric <= set(covered), "no numeral character is left out"


def test_the_package_holds_no_sentence_of_the_article(report: str) -> None:
    """No run of 16 characters of the article stands in any text file, names aside."""
    text = hd.normalise(report)
    root = Path(hd.__file__).parent.parent
    names = "".join(hd.programmes()["printed"]) + hd.normalise(hd.SOURCE["title"])
    runs = {text[i : i + 16] for i in range(len(text) - 15)}
    kinds = (".py", ".csv", ".ipynb", ".md", ".json", ".po")
    for folder in ("hanbin_data", "notebooks", "tests", "docs", "."):
        for path in (root / folder).glob("*" if folder == "." else "**/*"):
            if path.suffix in kinds and path.is_file():
                own = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
                shared = {own[i : i + 16] for i in range(len(own) - 15)} & runs
                assert {run for run in shared if run not in names} == set(), path

"""Every numeral of the article is accounted for, and a tampered copy is found out."""

import re
import unicodedata
from hashlib import sha256
from pathlib import Path

import pytest

import hanbin_data as hd
from hanbin_data.article import BODY, FINGERPRINT, Verification, scan

FIGURES = hd.figures()
IDS = list(FIGURES["id"])


def span(name: str) -> tuple[int, int]:
    figure = FIGURES.set_index("id").loc[name]
    return figure["offset"], figure["offset"] + len(figure["printed"])


def status(result: Verification, name: str) -> str:
    return result.figures.set_index("id").loc[name, "status"]


@pytest.fixture(scope="module")
def text(report: str) -> str:
    return hd.normalise(report)


def test_fingerprint_is_the_article_s(text: str) -> None:
    assert sha256(text.encode()).hexdigest() == FINGERPRINT


def test_no_numeral_character_is_left_out(text: str) -> None:
    words = set("两双半数余零百千万亿")
    numeric = {
        place
        for place, character in enumerate(text)
        if character in words or unicodedata.numeric(character, None) is not None
    }
    covered: set[int] = set()
    for numeral in hd.numerals().itertuples():
        place = set(range(numeral.offset, numeral.offset + len(numeral.printed)))
        assert text[numeral.offset : numeral.offset + len(numeral.printed)] == numeral.printed
        assert not covered & place
        covered |= place
    assert numeric <= covered
    assert {text[place] for place in covered - numeric} <= {"."}


def test_every_numeral_has_a_figure_or_a_reason() -> None:
    numerals = hd.numerals()
    assert (numerals["figure_id"].notna() ^ numerals["reason"].notna()).all()
    assert sorted(numerals["figure_id"].dropna()) == sorted(IDS)


def test_numerals_are_what_a_scan_of_the_article_finds(text: str) -> None:
    numerals = hd.numerals()
    assert scan(text) == list(zip(numerals["offset"], numerals["printed"], strict=True))


def test_the_article_is_verified(report: str, report_path: Path) -> None:
    for article in (report, report_path, str(report_path)):
        result = hd.verify(article)
        assert result.ok
        assert result.identical
        assert result.numerals.empty
        assert str(result).startswith(f"verified\nfigures: {len(IDS)} confirmed")


@pytest.mark.parametrize("name", IDS)
def test_the_sentence_comes_from_the_reader_s_copy(name: str, text: str) -> None:
    found = hd.verify(text).figures.set_index("id").loc[name]
    assert found["sentence"] in text
    assert found["printed"] in found["sentence"]


@pytest.mark.parametrize("name", IDS)
def test_any_altered_digit_is_found_out(name: str, text: str) -> None:
    start, end = span(name)
    places = [i for i in range(start, end) if text[i].isdigit()] or [end - 1]
    for place in places:
        other = str((int(text[place]) + 1) % 10) if text[place].isdigit() else "一"
        result = hd.verify(text[:place] + other + text[place + 1 :])
        assert not result.ok
        assert status(result, name) == "missing"
        assert (hd.verify(text).figures["status"] == "confirmed").all()


@pytest.mark.parametrize("name", IDS)
def test_a_deleted_figure_is_found_out(name: str, text: str) -> None:
    start, end = span(name)
    result = hd.verify(text[:start] + text[end:])
    assert not result.ok
    assert status(result, name) == "missing"


@pytest.mark.parametrize("addition", ["7个,", "半", "三", "7"])
@pytest.mark.parametrize("name", IDS)
def test_an_added_numeral_is_found_out(name: str, addition: str, text: str) -> None:
    start, end = span(name)
    for place in (start, end):
        assert not hd.verify(text[:place] + addition + text[place:]).ok


@pytest.mark.parametrize("name", IDS)
def test_another_classifier_is_found_out(name: str, text: str) -> None:
    _, end = span(name)
    assert status(hd.verify(text[: end - 1] + "吨" + text[end:]), name) == "missing"


def test_a_moved_sentence_is_found_out(text: str) -> None:
    start = text.index("汇贤聚能")
    result = hd.verify(text[start:] + "。" + text[:start])
    assert not result.ok
    assert "moved" in set(result.figures["status"])


def test_a_small_number_is_never_found_inside_a_larger_one(text: str) -> None:
    without = text.replace("专家工作站3个", "专家工作站")
    assert "413个" in without
    assert status(hd.verify(without), "expert_workstations") == "missing"


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "copied",
    [
        lambda text: "\ufeff" + text,
        lambda text: "\r\n".join(text),
        lambda text: "\u3000" + text.replace("。", "。\n\n图片\n"),
        lambda text: "\u00ad".join(text),
        lambda text: "\u200b".join(text),
        full_width,
    ],
    ids=["byte order mark", "a line a character", "paragraphs", "soft hyphens", "zero width",
         "full width"],
)  # fmt: skip
def test_copies_with_other_layout_are_the_same_text(copied, text: str) -> None:
    assert hd.normalise(copied(text)) == text
    assert hd.verify(copied(text)).identical


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_files_in_any_usual_encoding(encoding: str, report: str, tmp_path: Path) -> None:
    path = tmp_path / "汉滨 copy.txt"
    path.write_bytes(report.encode(encoding))
    assert hd.verify(path).ok


PAGE = """<!DOCTYPE html><html><head><title>第十五次 2021</title><script>var a = 99;</script>
<style>p {{ width: 77px }}</style></head><body><div>今日访问 12345 次</div>
<div>{}</div><div>版权 2026</div></body></html>"""


def test_a_saved_page_names_the_numerals_outside_the_article(report: str, tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in report.splitlines())
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(paragraphs), encoding="utf-8")
    result = hd.verify(path)
    assert result.page
    assert result.ok
    assert list(result.numerals["printed"]) == ["12345", "2026"]
    assert set(result.numerals["place"]) == {"outside"}
    assert "numerals outside the article: 2" in str(result)


def test_a_page_may_embed_its_pictures(report: str, tmp_path: Path) -> None:
    picture = f'<img src="data:image/png;base64,{"iVBOR99/" * 400_000}">'
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(f"<p>{report}</p>{picture}"), encoding="utf-8")
    assert hd.verify(path).ok


def test_a_page_with_a_numeral_inside_the_article_is_found_out(report: str) -> None:
    tampered = report.replace("清风得和畅", "清风得和畅九")
    assert not hd.verify(PAGE.format(f"<p>{tampered}</p>")).ok


def test_the_article_of_a_page_begins_with_its_first_numeral(text: str) -> None:
    """What stands between the day of publication and the next numeral is inside."""
    first, second = [at for at, _ in scan(text) if at >= BODY][:2]
    assert first == BODY
    for place in (first + len("58五"), second):
        result = hd.verify(f"<p>{text[:place]}，777，{text[place:]}</p>")
        assert result.page
        assert not result.ok
        assert list(result.numerals["place"]) == ["article"]


def test_a_text_that_begins_with_a_figure_s_token_is_read() -> None:
    figure = hd.verify("1116个基层党组织。\n").figures.iloc[0]
    assert list(figure) == ["party_organisations", "1116个", "confirmed", "1116个基层党组织。"]


def test_the_longest_text_has_half_a_million_characters() -> None:
    for text in ("党" * 500_000, "党" * 499_999 + "\n"):
        assert "longer" not in hd.verify(text).problem
    assert hd.verify("党" * 500_001).problem == "the text is longer than 500,000 characters"


def test_a_text_with_a_numeral_behind_its_end_is_found_out(text: str) -> None:
    result = hd.verify(text + "另有5人。")
    assert not result.ok
    assert list(result.numerals["place"]) == ["outside"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\x00\x01\x02PNG", "binary"),
        (b"\xff\xff\xfe\xfa\x81", "not text in UTF-8"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        ("另一篇文章,共有35个数字。".encode(), "not the article"),
    ],
)
def test_what_is_not_the_article_is_said_plainly(content, problem, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(content)
    result = hd.verify(path)
    assert not result.ok
    assert problem in result.problem
    assert problem in str(result)
    assert set(result.figures["status"]) == {"missing"}


@pytest.mark.parametrize(
    ("article", "error"),
    [
        (None, TypeError),
        (b"bytes", TypeError),
        ("no-such-file.txt", FileNotFoundError),
        (Path("no-such-file"), FileNotFoundError),
        (Path("."), IsADirectoryError),
    ],
)
def test_a_path_that_cannot_be_read_is_an_error(article, error) -> None:
    with pytest.raises(error):
        hd.verify(article)


def test_the_package_holds_no_sentence_of_the_article(text: str) -> None:
    """No run of 16 characters of the article stands in any text file, names aside."""
    root = Path(hd.__file__).parent.parent
    names = "".join(hd.programmes()["name_zh"]) + hd.normalise(hd.SOURCE["title"])
    runs = {text[i : i + 16] for i in range(len(text) - 15)}
    for pattern in ("hanbin_data/**/*", "notebooks/*.ipynb", "*.md", "tests/*.py"):
        for path in root.glob(pattern):
            if path.suffix in (".py", ".csv", ".ipynb", ".md", ".json"):
                own = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
                shared = {own[i : i + 16] for i in range(len(own) - 15)} & runs
                assert {run for run in shared if run not in names} == set(), path


def test_a_copy_may_begin_with_a_figure() -> None:
    figure = FIGURES.iloc[0]
    text = figure["printed"] + figure["counted"]
    found = hd.verify(text + "。\n").figures.iloc[0]
    assert found["status"] == "confirmed"
    assert found["sentence"] == text + "。"


def test_a_long_list_of_strange_numerals_is_cut(text: str) -> None:
    one = str(hd.verify(text + "，完" + "，7个" * 20)).splitlines()
    assert "numerals outside the article: 20" in one
    assert one[-1].startswith("  7 in …")
    more = str(hd.verify(text + "，完" + "，7个" * 21)).splitlines()
    assert "numerals outside the article: 21" in more
    assert more[-1] == "  and 1 more"
    assert sum(line.startswith("  7 in …") for line in more) == 20


def test_a_strange_numeral_is_shown_with_eight_characters_on_each_side(text: str) -> None:
    before, after = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"
    strange = hd.verify(f"{text}{before}{'7' * 50}{after}").numerals.iloc[-1]
    assert strange["printed"] == "7" * 40
    assert strange["context"] == before[-8:] + "7" * 48
    short = hd.verify(f"{text}{before}7{after}").numerals.iloc[-1]
    assert short["context"] == before[-8:] + "7" + after[:8]
    first = hd.verify(f"7{after}{text}").numerals.iloc[0]
    assert first["context"] == "7" + after[:8]


def test_the_report_of_another_text_counts_nothing() -> None:
    lines = str(hd.verify("another text\n")).splitlines()
    assert lines[1] == f"figures: 0 confirmed, 0 moved, {len(IDS)} missing, of {len(IDS)}"
    said = str(Verification(FIGURES.assign(status="confirmed"), hd.verify("x\n").numerals))
    assert f"{len(IDS)} confirmed, 0 moved, 0 missing" in said


def test_a_name_of_one_letter_may_be_a_file(
    report: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").write_text(report, encoding="utf-8")
    assert hd.verify("a").identical
    assert not hd.verify("b").ok

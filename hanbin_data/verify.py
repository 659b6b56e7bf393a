"""Holding a copy of the article against the figures.

The package holds no text of the article, only where each numeral stands in it and a
fingerprint of each sentence. All refer to the normalised text, so that a web page, a text
file and a copy with other line breaks give the same.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from hanbin_data import copies
from hanbin_data.frames import numerals, rows
from hanbin_data.numerals import Seen, read, scan
from hanbin_data.words import say

BODY = 66
"""Offset at which the article's text begins, behind title, byline and date."""

PICTURE = 127
"""Offset within a sentence at which the article shows a picture."""

# In front of these the article has white space within what reads as one numeral without it:
# between date and hour, and between hour and text.
_JOINS = (61, BODY)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟‘’‚‛「」『』〝〞〟«»'", '"'))
_CORRECTS = "更正|勘误|订正|应为|实为"
_REFERS = "[本上原]文|文中|以上"
_OWN = f"汉滨|[全我本]区|{_REFERS}"
_ELSEWHERE = "全国|(?<!城)[省市县](?!级)|(?<![全我本滨社园])区(?![级委纪直])"
_BETWEEN = "[:(为共有还仅达到约近是已超总数个名件次元人)]*"
_SHOWN = 20  # lines of each list of the report


class Sentence(NamedTuple):
    """Where a sentence stands in the normalised article, and what it is known by."""

    offset: int
    length: int
    sha256: str


def sentences(text: str) -> list[Sentence]:
    """The sentences of a normalised text, as ``data/sentences.csv`` holds the article's.

    The fingerprint is the SHA-256 of the sentence in UTF-8, quotation marks of any kind
    written as ``"``.
    """
    return [Sentence(a, b - a, _fingerprint(text[a:b])) for a, b in pairwise(_edges(text))]


def _edges(text: str) -> list[int]:
    ends = [match.end() for match in re.finditer(r"[。!?;]", text)]
    return [0, *ends] if ends[-1:] == [len(text)] else [0, *ends, len(text)]


def _fingerprint(sentence: str) -> str:
    return sha256(sentence.translate(_QUOTES).encode("utf-8", "replace")).hexdigest()


@cache
def known_sentences() -> list[Sentence]:
    """The article's sentences, from ``data/sentences.csv``."""
    return [
        Sentence(int(row["offset"]), int(row["length"]), row["sha256"]) for row in rows("sentences")
    ]


@dataclass(frozen=True, eq=False)
class Verification:
    """What :func:`verify` found in a copy of the article.

    Attributes:
        figures: each row is one figure: ``id``, ``printed``, ``status``, ``sentence`` (of
            the copy, normalised, where the figure stands, or missing), ``original`` (the
            article's own sentence where the copy holds it, or missing). The status is
            ``confirmed`` (in its own sentence, word for word, and in its place), ``moved``
            (its sentence stands elsewhere), ``reworded`` (it stands in another sentence)
            or ``missing``.
        numerals: each row is one numeral of the copy that the package does not account
            for: ``offset`` (in the normalised copy), ``printed``, ``place``, ``context``.
            The place is ``article``, ``outside`` or ``claim``: outside, but in the form of
            a figure.
        missing: each row is one numeral of the article that is no figure and that the
            copy does not state as the article does: ``offset`` (in the article),
            ``printed``, ``reason`` (why it is no figure), ``status`` (``missing``, or
            ``reworded`` or ``moved`` for a date from which figures have their period).
        differences: each row is one other difference: ``offset`` (in the normalised copy),
            ``kind``, ``count``, ``held`` (whether it counts against the copy), ``context``.
        identical: whether the sentences are those of the article, all and in order.
        page: whether the copy is a web page, which may hold text around the article. What
            style sheets, fonts, scripts and generated content make of it is not judged.
        problem: why nothing could be read or found, or an empty string.
    """

    figures: pd.DataFrame
    numerals: pd.DataFrame
    missing: pd.DataFrame
    differences: pd.DataFrame
    identical: bool = False
    page: bool = False
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Every figure stands in its own sentence, and every numeral is accounted for.

        A web page contains the article: numerals outside it are listed, not held against
        it, unless they have the form of a figure. A text claims to be the article: there
        every numeral counts. What makes a reader see another text than the one compared
        counts as well, other differences do not.
        """
        return not (self.problem or any(self._faults()))

    def _faults(self) -> tuple[int, int, int, int]:
        strange = self.numerals
        if self.page:
            strange = strange[strange["place"] != "outside"]
        unlike = int((self.figures["status"] != "confirmed").sum())
        return unlike, len(strange), len(self.missing), int(self.differences["held"].sum())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Verification):
            return NotImplemented
        return all(
            mine.equals(theirs) if isinstance(mine, pd.DataFrame) else mine == theirs
            for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        unlike, strange, missing, held = self._faults()
        if self.problem:
            yield say("NOT verified: {problem}", problem=self.problem)
        elif not self.ok:
            yield say(
                "NOT verified: figures not as in the article: {unlike}; numerals not accounted "
                "for: {strange}; numerals missing or reworded: {missing}; places that read "
                "otherwise than they compare: {held}",
                unlike=unlike, strange=strange, missing=missing, held=held,
            )  # fmt: skip
        elif self.identical:
            yield say(
                "verified: word for word the text of the article, with all {n} figures "
                "(line breaks, spaces, widths and quotation marks aside)",
                n=len(self.figures),
            )
        else:
            yield say(
                "verified: each of the {n} figures stands in its own sentence, word for word and "
                "in its place, and every numeral of the article is accounted for; other "
                "sentences differ and are not vouched for",
                n=len(self.figures),
            )
        if self.page:
            yield say("a web page: style sheets, fonts, scripts and generated content not judged")
        count = self.figures["status"].value_counts()
        yield say(
            "figures: {confirmed} confirmed, {moved} moved, {reworded} reworded, {missing} "
            "missing, of {n}",
            n=len(self.figures),
            confirmed=count.get("confirmed", 0),
            moved=count.get("moved", 0),
            reworded=count.get("reworded", 0),
            missing=count.get("missing", 0),
        )
        if self.problem:
            return
        for row in _lines(self.figures[self.figures["status"] != "confirmed"]):
            yield f"  {_named(row['status'])}: {row['id']} ({row['printed']})"
            if isinstance(row["sentence"], str):
                yield say("    the copy has: {sentence}", sentence=row["sentence"])
            if isinstance(row["original"], str) and row["original"] != row["sentence"]:
                yield say("    the article has: {sentence}", sentence=row["original"])
        lists = [
            (title, [say("{printed} in …{context}…", **row)
                     for row in _lines(self.numerals[self.numerals["place"] == place])])
            for place, title in (
                ("article", say("numerals not accounted for")),
                ("claim", say("numerals outside the article in the form of a figure")),
                ("outside", say("numerals outside the article")),
            )
        ]  # fmt: skip
        lists.append((
            say("numerals of the article that the copy does not state as it does"),
            [f"{_named(row['status'])}: {row['printed']} ({row['offset']})"
             for row in _lines(self.missing)],
        ))  # fmt: skip
        for held, title in (
            (True, say("places that read otherwise than they compare")),
            (False, say("other differences, not held against the copy")),
        ):
            lines = [
                _named(row["kind"])
                + (f" ({row['count']})" if row["count"] > 1 else "")
                + (f": {row['context']}" if row["context"] else "")
                for row in _lines(self.differences[self.differences["held"] == held])
            ]
            lists.append((title, lines))
        for title, lines in lists:
            if lines or title == lists[0][0]:
                yield f"{title}: {len(lines)}"
            yield from (f"  {line}" for line in lines[:_SHOWN])
            if len(lines) > _SHOWN:
                yield "  " + say("and {n} more", n=len(lines) - _SHOWN)


def _lines(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): cell for key, cell in row.items()} for row in frame.to_dict("records")]


def _named(code: str) -> str:
    """A status or a kind of difference in words."""
    return {
        "moved": say("moved"),
        "reworded": say("reworded"),
        "missing": say("missing"),
        "direction": say("control of the direction of writing"),
        "raised": say("raised, lowered or enclosed digit"),
        "joined": say("space or empty line within a number"),
        "damaged": say("unreadable byte"),
        "combining": say("combining mark apart from its letter"),
        "placeholder": say("placeholder 图片 within a sentence"),
        "picture": say("placeholder 图片 between sentences, left out"),
        "wording": say("sentence that is not the article's"),
        "lacking": say("sentences of the article that are not in the copy"),
        "invisible": say("invisible characters, left out"),
        "form": say("letters or digits in another form"),
    }[code]


def verify(article: str | PathLike[str]) -> Verification:
    """Hold a copy of the article against every figure and numeral of the package.

    Args:
        article: the text, or the path of a text file, saved web page or web archive
            (.mhtml). A string of one line that names an existing file, or ends in
            ``.txt``, ``.html`` or the like, is a path; an address is none, and is not
            fetched. Files are read as UTF-8, or as UTF-16 or GB18030 where they say so or
            are nothing else. A ``.txt`` file is a text, whatever it holds; any other text
            that begins with a tag is a page.

    Returns:
        A :class:`Verification`: ``.ok``, ``.figures``, ``.numerals``, ``.missing``,
        ``.differences``; it prints itself as a report. A text that cannot be read, is not
        the article or is longer than 500,000 characters gives a result that is not ok and
        says why.

    Raises:
        TypeError: ``article`` is neither a string nor a path.
        OSError: the path cannot be opened, as FileNotFoundError, IsADirectoryError or
            PermissionError.
    """
    if not isinstance(article, str | PathLike) or isinstance(article, bytes):
        raise TypeError(f"article must be a text or a path, not {type(article).__name__}")
    try:
        text, page = copies.seen(article)
    except ValueError as error:
        return _nothing(str(error))
    copy = read(text)
    if not copy.text:
        return _nothing(say("the text is empty"))
    return _Comparison(copy, page).result()


def _nothing(problem: str) -> Verification:
    missing = [(row["id"], row["printed"], "missing", None, None) for row in rows("figures")]
    return _result(missing, [], [], [], problem=problem)


class _Stated(NamedTuple):
    """One numeral of the article."""

    offset: int
    printed: str
    figure: str  # its id, or nothing
    reason: str
    sentence: int


class _Comparison:
    """A copy beside the article: sentences first, then the numerals between them."""

    def __init__(self, copy: Seen, page: bool) -> None:
        self.copy, self.text, self.page = copy, copy.text, page
        self.known, self.edges = known_sentences(), _edges(copy.text)
        starts = [sentence.offset for sentence in self.known]
        self.stated = [
            _Stated(
                row["offset"],
                row["printed"],
                row["figure_id"] if isinstance(row["figure_id"], str) else "",
                row["reason"] if isinstance(row["reason"], str) else "",
                bisect_right(starts, row["offset"]) - 1,
            )
            for row in _lines(numerals())
        ]
        self.figures = {row["id"]: row for row in rows("figures")}
        self.nouns = "|".join(sorted({re.escape(row["counted"]) for row in self.figures.values()}))
        self.units = [  # what a figure counts in, and what it counts
            (unit, row["counted"])
            for row in self.figures.values()
            if (unit := row["printed"].removeprefix(scan(row["printed"])[0][1])) != row["printed"]
        ]
        self.years = {str(year) for row in self.figures.values()
                      for year in range(int(row["period_start"]), int(row["period_end"]) + 1)}  # fmt: skip
        self.links = [[at for at, kind in copy.marks if kind == one] for one in ("link", "linked")]
        self.found = scan(self.text)
        self.find_sentences()
        self.find_numerals()
        self.find_region()

    def find_sentences(self) -> None:
        """Where each sentence of the article stands: in its place, or elsewhere."""
        from difflib import SequenceMatcher

        number = {sentence.sha256: i for i, sentence in enumerate(self.known)}
        lengths = sorted({sentence.length for sentence in self.known})
        spans: list[tuple[int, int, int]] = []
        for start, end in pairwise(self.edges):
            # A heading or caption of the copy's own may stand in a paragraph before it.
            for length in lengths[: bisect_right(lengths, end - start)]:
                at = end - length
                if at == start or self.copy.gaps.get(at, 0) > 1:
                    found = number.get(_fingerprint(self.text[at:end]))
                    if found is not None:
                        spans.append((at, end, found))
        order = SequenceMatcher(None, range(len(self.known)), [s for *_, s in spans], False)
        self.placed: dict[int, tuple[int, int]] = {}
        self.moved: dict[int, tuple[int, int]] = {}
        for block in order.get_matching_blocks():
            for start, end, found in spans[block.b : block.b + block.size]:
                self.placed[found] = start, end
        for start, end, found in spans:
            if found not in self.placed:
                self.moved.setdefault(found, (start, end))

    def find_numerals(self) -> None:
        """Where each numeral stands, and which of the copy's are left."""
        self.at: dict[int, int] = {}
        self.left: list[tuple[int, str]] = []
        edge, after = 0, -1
        head: list[tuple[int, str]] = []
        for found, (start, end) in [*self.placed.items(), (len(self.known), (len(self.text),) * 2)]:
            wanted = [k for k, s in enumerate(self.stated) if after < s.sentence < found]
            tokens = self.tokens(edge, start, {self.stated[k].printed for k in wanted})
            forms = [self.stated[k].printed for k in wanted]
            # In front of the article the last are its own, behind it the first.
            step = -1 if after < 0 else 1
            pairs = _aligned(forms[::step], [form for _, form in tokens][::step])
            for a, b in pairs.items():
                self.at[wanted[::step][a]] = tokens[::step][b][0]
            taken = {self.at[k] for k in wanted if k in self.at}
            rest = [token for token in tokens if token[0] not in taken]
            if after < 0:
                head = rest
            else:
                self.left += rest
            for k, stated in enumerate(self.stated):
                if stated.sentence == found:
                    self.at[k] = start + stated.offset - self.known[found].offset
            edge, after = end, found
        self.find_head(head)
        self.left = sorted(self.left + head)
        self.find_exchanged()
        for k, stated in enumerate(self.stated):
            if k not in self.at and stated.sentence in self.moved:
                start, _ = self.moved[stated.sentence]
                self.at[k] = start + stated.offset - self.known[stated.sentence].offset
        away = sorted(self.moved.values())
        self.left = [
            (start, form)
            for start, form in self.left
            if not (i := bisect_right(away, (start, len(self.text)))) or away[i - 1][1] <= start
        ]

    def tokens(self, begin: int, end: int, known: set[str]) -> list[tuple[int, str]]:
        """The numerals of a part of the copy; white space parts one that is none as a whole."""
        found = []
        for start, form in scan(self.text[begin:end]):
            start += begin
            cuts = [0, len(form)]
            if form not in known:
                cuts[1:1] = [i for i in range(1, len(form)) if start + i in self.copy.gaps]
            found += [(start + a, form[a:b].strip(".")) for a, b in pairwise(cuts)]
        return [token for token in found if token[1]]

    def find_head(self, left: list[tuple[int, str]]) -> None:
        """Byline and date may stand in another order, with other text between them."""
        for k, stated in enumerate(self.stated):
            if k in self.at or stated.offset >= BODY:
                continue
            joins = [join - stated.offset for join in _JOINS]
            cuts = [0, *(j for j in joins if 0 < j < len(stated.printed)), len(stated.printed)]
            for edges in ([cuts[0], cuts[-1]], cuts):
                parts = [stated.printed[a:b] for a, b in pairwise(edges)]
                places = [token for token in left if token[1] in parts][-len(parts) :]
                if sorted(form for _, form in places) == sorted(parts):
                    # The text begins with the last part of the last.
                    self.at[k] = max(places)[0] - edges[-2]
                    left[:] = [token for token in left if token not in places]
                    break

    def find_exchanged(self) -> None:
        """A figure that is not in its order may stand elsewhere."""
        places: dict[str, list[int]] = {}
        for start, form in self.left:
            places.setdefault(form, []).append(start)
        for k, stated in enumerate(self.stated):
            if stated.figure and k not in self.at and stated.sentence not in self.moved:
                for start in places.get(stated.printed, []):
                    if self.stands(k, start):
                        self.at[k] = start
                        places[stated.printed].remove(start)
                        self.left.remove((start, stated.printed))
                        break

    def stands(self, k: int, start: int) -> bool:
        """Whether the figure of a numeral is printed around a place of the copy."""
        figure = self.figures[self.stated[k].figure]
        lead = self.stated[k].offset - int(figure["offset"])  # 清零: its second character
        return start >= lead and self.text.startswith(figure["printed"], start - lead)

    def find_region(self) -> None:
        """Where the article's text begins and ends in the copy."""
        begins, ends = [], []
        for found, (start, end) in self.placed.items():
            begins.append(start + BODY if found == 0 else start)
            ends.append(end)
        for k, start in self.at.items():
            offset, printed = self.stated[k][:2]
            if offset + len(printed) > BODY and self.stated[k].sentence not in self.moved:
                begins.append(start + max(0, BODY - offset))
                ends.append(start + len(printed))
        self.begin, self.end = min(begins, default=len(self.text)), max(ends, default=0)

    def around(self, start: int, reach: int) -> str:
        """The sentence of the copy around a place, as far as it reaches."""
        behind = bisect_right(self.edges, start)
        low, high = self.edges[behind - 1], self.edges[behind]
        return self.text[max(low, start - reach) : min(high, start + reach)]

    def result(self) -> Verification:
        figures, missing = [], []
        period = False  # of a date that the figures behind it inherit
        for k, stated in reversed(list(enumerate(self.stated))):
            start, sentence = self.at.get(k), stated.sentence
            original = self.placed.get(sentence) or self.moved.get(sentence)
            whole = self.text[slice(*original)] if original else None
            inside = start is not None and original and original[0] <= start < original[1]
            if inside:
                status = "confirmed" if sentence in self.placed else "moved"
            elif start is None or (stated.figure and not self.stands(k, start)):
                status, start = "missing", None
            else:
                status = "reworded"
            if stated.figure:
                shown = whole if inside else self.around(start, 200) if start is not None else None
                figure = self.figures[stated.figure]
                period = figure["period_basis"] != "inferred"
                figures.append((stated.figure, figure["printed"], status, shown, whole))
                continue
            held = period and stated.reason == "date" and stated.offset >= BODY
            if status == "missing" or (held and status != "confirmed"):
                missing.append((stated.offset, stated.printed, stated.reason, status))
        lost = all(status == "missing" for _, _, status, _, _ in figures)
        return _result(
            figures[::-1],
            [
                (start, form[:40], self.place(start, form), self.context(start, len(form[:40])))
                for start, form in self.left
            ],
            missing[::-1],
            self.differences(),
            identical=len(self.placed) == len(self.known) == len(self.edges) - 1,
            page=self.page,
            problem=say("this is not the article: none of its figures was found") if lost else "",
        )

    def context(self, start: int, length: int = 0) -> str:
        return self.text[max(0, start - 8) : start + length + 8]

    def place(self, start: int, form: str) -> str:
        """Whether a numeral stands in the article, or claims to be of it: see Verification."""
        if self.begin <= start < self.end or not self.page:
            return "article" if self.begin <= start < self.end else "outside"
        line, at = self.line(start)
        sentence = re.split("[。!?;]", line[:at])[-1] + re.split("[。!?;]", line[at:])[0]
        at = len(re.split("[。!?;]", line[:at])[-1])
        before, after = sentence[:at], re.sub("^[多来]", "", sentence[at + len(form) :])
        refers, corrects = re.search(_REFERS, sentence), re.search(_CORRECTS, sentence)
        counts = [noun for unit, noun in self.units if after.startswith(unit)]
        if self.linked(start) and not refers:
            return "outside"
        if corrects and (counts or re.search(f"(?:{_CORRECTS})$", before)):
            return "claim"
        own = re.search(_OWN, sentence)
        years = re.findall(r"(?<!\d)(?:19|20)\d\d(?=[年./-])", sentence)
        if (years and not self.years & set(years)) or (
            not own and re.search(_ELSEWHERE, sentence)
        ):
            return "outside"
        led = re.search(f"({self.nouns}){_BETWEEN}$", before)
        nouns = [noun for noun in counts if noun in sentence]
        if led and not re.match("[年月日./:-]", after):
            nouns.append(led[1])
        bare = re.sub(f"{_BETWEEN}{re.escape(form)}[多来]?{_BETWEEN}", "", line)
        if any(len(noun) > 3 or own or noun == bare for noun in nouns):
            return "claim"
        return "outside"

    def linked(self, start: int) -> bool:
        begins, ends = self.links
        return bisect_right(begins, start) > bisect_right(ends, start)

    def line(self, start: int) -> tuple[str, int]:
        """The line around a place, as far as 60 characters, and where in it the place is."""
        low = high = start
        while low > max(0, start - 60) and not self.copy.gaps.get(low):
            low -= 1
        while high < start + 60 and (high == start or not self.copy.gaps.get(high)):
            high += 1
        return self.text[low:high], start - low

    def differences(self) -> list[tuple[int, str, int, bool, str]]:
        found: list[tuple[int, str, int, bool, str]] = []
        marks = sorted([*self.copy.marks, *((at, "joined") for at in self.joined())])
        within = {s + i for s, form in self.found for i in range(1, len(form))}
        seen: dict[tuple[str, bool], list[int]] = {}
        for at, kind in marks:
            if kind in ("link", "linked"):
                continue
            held = kind in ("direction", "combining") or not self.page or self.begin < at < self.end
            if kind == "damaged":
                held = held and at in within
            if kind in ("placeholder", "picture"):
                held = self.interrupts(at, kind)
                kind = kind if held else "picture"
            seen.setdefault((kind, held), []).append(at)
        for (kind, held), places in seen.items():
            each = places[:_SHOWN] if held else places[:1]
            counts = [1] * (len(each) - 1) + [len(places) - len(each) + 1]
            found += [
                (at, kind, n, held, self.context(at)) for at, n in zip(each, counts, strict=True)
            ]
        known = [*self.placed.values(), *self.moved.values()]
        ends = {end for _, end in known}
        strange: list[list[int]] = []  # passages that are not the article's
        for start, end in pairwise(self.edges):
            start, end = (max(start, self.begin), min(end, self.end)) if self.page else (start, end)
            if end not in ends and start < end:
                if strange and strange[-1][1] == start:
                    strange[-1][1:] = end, strange[-1][2] + 1
                else:
                    strange.append([start, end, 1])
        found += [(a, "wording", n, False, self.text[a : min(b, a + 200)]) for a, b, n in strange]
        for kind, count in (
            ("lacking", len(self.known) - len(self.placed) - len(self.moved)),
            ("invisible", self.copy.invisible),
            ("form", self.copy.folded),
        ):
            found += [(0, kind, count, False, "")] * (count > 0)
        return found

    def joined(self) -> Iterator[int]:
        """Where a space or an empty line parts a number, unless all around is set apart."""
        gaps = self.copy.gaps
        own = {(s.printed, join - s.offset) for s in self.stated for join in _JOINS}
        for start, form in self.found:
            parted = [i for i in range(1, len(form)) if gaps.get(start + i, 1) != 1]
            parted = [start + i for i in parted if (form, i) not in own]
            last = start + len(form)
            edges = range(start + (start == 0), last + (last < len(self.text)))
            if parted and not all(at in gaps for at in edges):
                yield from parted

    def interrupts(self, at: int, kind: str) -> bool:
        """Whether a placeholder stands within a sentence that reads like the article's."""
        spans = sorted((*span, found) for found, span in (self.placed | self.moved).items())
        start, end, found = spans[i - 1] if (i := bisect_left(spans, (at,))) else (0, 0, 0)
        if not start < at < end or self.known[found].offset + at - start == PICTURE:
            return False
        return kind == "placeholder" or any(s.figure and s.sentence == found for s in self.stated)


def _aligned(known: list[str], found: list[str]) -> dict[int, int]:
    """The longest common subsequence, by index: a bit for each known, a step for each found."""
    bits: dict[str, int] = {}
    for k, form in enumerate(known):
        bits[form] = bits.get(form, 0) | 1 << k
    places = [f for f, form in enumerate(found) if form in bits]
    every = row = (1 << len(known)) - 1
    history = [row]
    for f in places:
        hit = row & bits[found[f]]
        row = ((row + hit) | (row - hit)) & every
        history.append(row)
    pairs: dict[int, int] = {}
    k, f = len(known), len(places)
    while k and f:
        if history[f] >> (k - 1) & 1:
            k -= 1
        else:
            f -= 1
            if history[f] >> (k - 1) & 1:
                k -= 1
                pairs[k] = places[f]
    return pairs


def _result(
    figures: list[Any], numerals: list[Any], missing: list[Any], differences: list[Any], **more: Any
) -> Verification:
    text = pd.StringDtype(na_value=np.nan)  # what pandas means by "str", whatever its options
    types = {"offset": "int64", "count": "int64", "held": "bool"}

    def frame(lines: list[Any], columns: str) -> pd.DataFrame:
        names = columns.split()
        table = pd.DataFrame(lines, columns=names, dtype=object)
        return table.astype({name: types.get(name, text) for name in names})

    return Verification(
        frame(figures, "id printed status sentence original"),
        frame(numerals, "offset printed place context"),
        frame(missing, "offset printed reason status"),
        frame(differences, "offset kind count held context"),
        **more,
    )

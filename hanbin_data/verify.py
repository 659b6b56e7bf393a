"""Holding a copy of the article against the figures.

The package holds no text of the article, only where each numeral stands in it and a
fingerprint of each sentence. All refer to the normalised text, so that a web page, a text
file and a copy with other line breaks give the same.
"""

import re
from bisect import bisect, bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from os import PathLike
from typing import Any, NamedTuple

import pandas as pd

from hanbin_data import copies
from hanbin_data.frames import TEXT, Row, figure_rows, numerals, rows
from hanbin_data.numerals import read, scan
from hanbin_data.words import language, say

BODY = 66
"""Offset at which the article's text begins, behind title, byline and date."""

PICTURE = 127
"""Offset within a sentence at which the article shows a picture."""

# In front of these the article has white space within what reads as one numeral without it:
# between date and hour, and between hour and text.
_JOINS = (61, BODY)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟‘’‚‛「」『』〝〞〟«»'", '"'))
_ENDS = "[。!?;]"  # of sentences
# What tells a claim to be of the article from other news around it.
_CORRECTS = "更正|勘误|订正|应为|实为"
_REFERS = "[本上原]文|文中|以上"
_OWN = f"汉滨|[全我本]区|{_REFERS}"
_ELSEWHERE = "全国|(?<!城)[省市县](?!级)|(?<![全我本滨社园])区(?![级委纪直])"
_YEAR = r"(?<!\d)(?:19|20)\d\d(?=[年./-])"
_BETWEEN = "[:(为共有还仅达到约近是已超总数个名件次元人)]*"
_SHORT = 3  # characters of a noun that others count as well
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
    ends = (match.end() for match in re.finditer(_ENDS, text))
    return list(dict.fromkeys([0, *ends, len(text)]))


def _fingerprint(sentence: str) -> str:
    return sha256(sentence.translate(_QUOTES).encode("utf-8", "replace")).hexdigest()


@cache
def known_sentences() -> list[Sentence]:
    """The article's sentences, from ``data/sentences.csv``."""
    lines = (row.values() for row in rows("sentences"))
    return [Sentence(int(offset), int(length), sha256) for offset, length, sha256 in lines]


@dataclass(frozen=True, eq=False)
class Verification:
    """What :func:`verify` found in a copy of the article; it prints itself as a report.

    Attributes:
        figures: each row is one figure: ``id``, ``printed``, ``status``, ``sentence`` (of
            the copy, normalised, where the figure stands, or missing), ``original`` (the
            article's own sentence where the copy holds it, or missing). The status is
            ``confirmed`` (in its own sentence, word for word, and in its place), ``moved``
            (its sentence stands elsewhere), ``reworded`` (it stands in another sentence)
            or ``missing``.
        differences: each row is one difference from the article beside these: ``kind``,
            ``offset`` (in the normalised copy), ``printed`` (of a numeral), ``count``,
            ``held`` (whether it counts against the copy), ``context``. Numerals of the copy
            that are not the article's are of the kind ``numeral`` (within the article),
            ``outside`` or ``claim``: outside, but said of the article, as a correction, or
            with a noun that a figure counts in front of it or behind its unit. A noun of two
            or three characters counts where its sentence names the district or the text, or
            its line holds nothing else. The text of a link, and a sentence of other years or
            another place, claims nothing. Numerals of the article that are no figures and
            that the copy does not state as it does are ``missing``, or ``reworded`` or
            ``moved`` if figures have their period from them; their offset is the article's.
        identical: whether the sentences are those of the article, all and in order.
        page: whether the copy is a web page, which may hold text around the article. What
            style sheets, fonts, scripts and generated content make of it is not judged.
        problem: why nothing could be read or found, or an empty string.
    """

    figures: pd.DataFrame
    differences: pd.DataFrame
    identical: bool = False
    page: bool = False
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Every figure stands in its own sentence, and every numeral is accounted for.

        A web page contains the article: numerals outside it are listed, not held against
        it, unless they are claims. A text claims to be the article: there every numeral
        counts. What makes a reader see another text than the one compared counts as well,
        other differences do not.
        """
        confirmed = self.figures["status"] == "confirmed"
        return bool(confirmed.all()) and not self.differences["held"].any()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Verification):
            return NotImplemented
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return all(a.equals(b) if isinstance(a, pd.DataFrame) else a == b for a, b in both)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        status, n, held = self.figures["status"], len(self.figures), self.differences["held"]
        if self.problem:
            yield say("NOT verified: {problem}", problem=self.problem)
        elif not self.ok:
            yield say(
                "NOT verified: figures not as in the article: {unlike}; other differences held "
                "against the copy: {held}",
                unlike=int((status != "confirmed").sum()), held=int(held.sum()),
            )  # fmt: skip
        elif self.identical:
            yield say(
                "verified: word for word the text of the article, with all {n} figures "
                "(line breaks, spaces, widths and quotation marks aside)", n=n,
            )  # fmt: skip
        else:
            yield say(
                "verified: each of the {n} figures stands in its own sentence, word for word and "
                "in its place, and every numeral of the article is accounted for; other "
                "sentences differ and are not vouched for", n=n,
            )  # fmt: skip
        if self.page:
            yield say(
                "a web page: headlines in links and what is said of other places and years are "
                "listed; style sheets, fonts, scripts and generated content not judged"
            )
        counts: dict[str, Any] = {"confirmed": 0, "moved": 0, "reworded": 0, "missing": 0}
        yield say(
            "figures: {confirmed} confirmed, {moved} moved, {reworded} reworded, {missing} "
            "missing, of {n}", n=n, **counts | dict(status.value_counts()),
        )  # fmt: skip
        if self.problem:
            return
        names = {line["id"]: line["label"] for line in figure_rows(language())}
        unlike = self.figures[status != "confirmed"]
        yield from map(_told, unlike.assign(name=unlike["id"].map(names)).to_dict("records"))
        for title, found in (
            (say("differences held against the copy"), self.differences[held]),
            (say("other differences, not held against the copy"), self.differences[~held]),
        ):
            yield f"{title}: {len(found)}"
            yield from map(_told, found[:_SHOWN].to_dict("records"))
            if len(found) > _SHOWN:
                yield "  " + say("and {n} more", n=len(found) - _SHOWN)


def _told(row: dict[Any, Any]) -> str:
    """What the report says of a figure or a difference."""
    if "kind" in row:
        times = f" ({row['count']})" if row["count"] > 1 else ""
        text = row["context"]
        if isinstance(row["printed"], str):
            text = text and say("{printed} in …{context}…", **row)
            text = text or f"{row['printed']} ({row['offset']})"
        return f"  {_named(row['kind'])}{times}" + (f": {text}" if text else "")
    lines = [f"  {_named(row['status'])}: {row['name']} ({row['printed']})"]
    if isinstance(row["sentence"], str):
        lines.append(say("    the copy has: {sentence}", sentence=row["sentence"]))
    if isinstance(row["original"], str) and row["original"] != row["sentence"]:
        lines.append(say("    the article has: {sentence}", sentence=row["original"]))
    return "\n".join(lines)


def _named(code: str) -> str:
    """A status or a kind of difference in words."""
    return {
        "moved": say("moved"),
        "reworded": say("reworded"),
        "missing": say("missing"),
        "numeral": say("numeral not accounted for"),
        "claim": say("numeral outside the article that claims to be of it"),
        "outside": say("numeral outside the article"),
        "direction": say("control of the direction of writing"),
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
        A :class:`Verification`: ``.ok``, ``.figures``, ``.differences``; it prints itself
        as a report. A text that cannot be read, is not the article or is longer than 500,000
        characters gives a result that is not ok and says why.

    Raises:
        TypeError: ``article`` is neither a string nor a path.
        OSError: the path cannot be opened, as FileNotFoundError, IsADirectoryError or
            PermissionError.
    """
    if not isinstance(article, str | PathLike):
        raise TypeError(f"article must be a text or a path, not {type(article).__name__}")
    try:
        text, page = copies.seen(article)
    except ValueError as error:
        return _Comparison("", page=False).result(str(error))
    return _Comparison(text, page).result()


_Difference = tuple[int, str, str | None, int, bool, str]


class _Stated(NamedTuple):
    """A numeral of the article; where white space is within it, the part on either side."""

    form: str
    offset: int
    sentence: int
    numeral: tuple[int, str, str]  # offset, printed, reason
    figure: Row


@cache
def _stated() -> list[_Stated]:
    figures = {row["id"]: row for row in rows("figures")} | {"": {}}
    starts = [sentence.offset for sentence in known_sentences()]
    return [
        _Stated(printed[a:b], at + a, bisect(starts, at + a) - 1, (at, printed, why), figures[id])
        for printed, id, why, at in numerals().fillna("").itertuples(index=False)
        for a, b in pairwise(sorted({0, _joints().get(printed, 0), len(printed)}))
    ]


@cache
def _joints() -> dict[str, int]:
    """Where two numerals of the article are one if white space is left out."""
    found = numerals()[["offset", "printed"]].itertuples(index=False)
    return {form: join - at for at, form in found for join in _JOINS if at < join < at + len(form)}


class _Comparison:
    """A copy beside the article: sentences first, then the numerals between them."""

    def __init__(self, text: str, page: bool) -> None:
        self.page, self.copy = page, read(text)
        self.text, self.gaps = self.copy.text, self.copy.gaps
        self.known, self.stated, self.edges = known_sentences(), _stated(), _edges(self.text)
        self.lines = [0, *(at for at, n in self.gaps.items() if n and at), len(self.text)]
        self.links = [[at for at, kind in self.copy.marks if kind == end]
                      for end in ("link", "linked")]  # fmt: skip
        self.forms = {stated.form for stated in self.stated}
        self.find_sentences()
        self.align()
        self.find_elsewhere()

    def find_sentences(self) -> None:
        """Where each sentence of the article stands: in its place, or elsewhere."""
        from difflib import SequenceMatcher

        number = {sentence.sha256: i for i, sentence in enumerate(self.known)}
        lengths = sorted({sentence.length for sentence in self.known})
        spans: list[tuple[int, int, int]] = []
        for start, end in pairwise(self.edges):
            # A heading or caption of the copy's own may stand in a paragraph before it.
            shorter = [end - length for length in lengths[: bisect_left(lengths, end - start)]]
            for at in [start, *(at for at in shorter if self.gaps.get(at, 0) > 1)]:
                if (found := number.get(_fingerprint(self.text[at:end]))) is not None:
                    spans.append((at, end, found))
        order = SequenceMatcher(None, range(len(self.known)), [s for *_, s in spans], False)
        self.placed = {
            found: (start, end)
            for block in order.get_matching_blocks()
            for start, end, found in spans[block.b : block.b + block.size]
        }
        self.spans = {found: (start, end) for start, end, found in reversed(spans)} | self.placed
        self.sentence_at = {at: k for k, span in self.spans.items() for at in range(*span)}

    def align(self) -> None:
        """Where the numerals between the sentences in their places stand, in their order.

        In front of the article the last are its own, behind it the first. From the first of
        what stands in its place to the last is the region of the article.
        """
        self.at: dict[int, int] = {}
        self.left: list[tuple[int, str]] = []  # numerals of the copy that are not the article's
        region = [(a + max(0, BODY - self.known[k].offset), b) for k, (a, b) in self.placed.items()]
        edge, after = 0, -1
        for found, (start, end) in [*self.placed.items(), (len(self.known), (len(self.text),) * 2)]:
            step = -1 if after < 0 else 1
            wanted = [k for k, s in enumerate(self.stated) if after < s.sentence < found][::step]
            tokens = self.tokens(edge, start)[::step]
            pairs = _aligned([self.stated[k].form for k in wanted], [form for _, form in tokens])
            for a, b in pairs.items():
                self.at[wanted[a]], form = tokens[b]
                if self.stated[wanted[a]].offset >= BODY:
                    region.append((tokens[b][0], tokens[b][0] + len(form)))
            taken = set(pairs.values())
            self.left += [token for b, token in enumerate(tokens) if b not in taken]
            edge, after = end, found
        self.begin = min((start for start, _ in region), default=len(self.text))
        self.end = max((end for _, end in region), default=0)

    def tokens(self, begin: int, end: int) -> list[tuple[int, str]]:
        """The numerals of a part of the copy; white space parts one that is none as a whole."""
        found = []
        for start, form in scan(self.text[begin:end]):
            start += begin
            cuts = {0, _joints().get(form, 0), len(form)}
            if form not in self.forms and len(cuts) < 3:
                cuts |= {i for i in range(1, len(form)) if start + i in self.gaps}
            found += [(start + a, form[a:b]) for a, b in pairwise(sorted(cuts))]
        return found

    def find_elsewhere(self) -> None:
        """What is not in its order: in sentences elsewhere, before the text, figures anywhere."""
        left: dict[str, list[int]] = {}
        for start, form in sorted(self.left):
            if start not in self.sentence_at:
                left.setdefault(form, []).append(start)
        for k, stated in enumerate(self.stated):
            span, free = self.spans.get(stated.sentence), left.get(stated.form, [])
            places: list[int] = []
            if span and k not in self.at:
                self.at[k] = span[0] + stated.offset - self.known[stated.sentence].offset
            elif k not in self.at and stated.offset < BODY:
                places = [start for start in free if start < self.begin][-1:]
            elif k not in self.at and stated.figure:
                places = [start for start in free if self.stands(stated, start)][:1]
            if places:
                self.at[k] = places[0]
                free.remove(places[0])
        self.left = sorted((start, form) for form, places in left.items() for start in places)

    def stands(self, stated: _Stated, start: int) -> bool:
        """Whether the figure of a numeral is printed around a place of the copy."""
        lead = stated.offset - int(stated.figure["offset"])  # 清零: its second character
        return start >= lead and self.text.startswith(stated.figure["printed"], start - lead)

    def status(self, k: int) -> tuple[str, str | None]:
        """How the copy states a numeral, and in which sentence."""
        stated, start = self.stated[k], self.at.get(k)
        if start is None:
            return "missing", None
        if self.sentence_at.get(start) == stated.sentence:
            status = "confirmed" if stated.sentence in self.placed else "moved"
            return status, self.text[slice(*self.spans[stated.sentence])]
        if stated.figure and not self.stands(stated, start):
            return "missing", None
        behind = bisect(self.edges, start)
        low, high = self.edges[behind - 1], self.edges[behind]
        return "reworded", self.text[max(low, start - 200) : min(high, start + 200)]

    def result(self, problem: str = "") -> Verification:
        figures: list[tuple[str | None, ...]] = []
        missing: dict[tuple[int, str, str], _Difference] = {}
        period = False  # of a date that the figures behind it inherit
        for k, stated in reversed(list(enumerate(self.stated))):
            status, shown = self.status(k)
            if figure := stated.figure:
                period = figure["period_basis"] != "inferred"
                whole = self.text[slice(*self.spans.get(stated.sentence, (0, 0)))] or None
                figures.append((figure["id"], figure["printed"], status, shown, whole))
                continue
            held = period and stated.numeral[2] == "date" and stated.offset >= BODY
            if status == "missing" or (held and status != "confirmed"):
                at, printed, _ = stated.numeral
                missing[stated.numeral] = (at, status, printed, 1, True, "")
        if not self.text:
            problem = problem or say("the text is empty")
        elif all(status == "missing" for _, _, status, _, _ in figures):
            problem = say("none of the figures was found: the text is not the article")
        strange = [(start, kind, form[:40], 1, kind != "outside" or not self.page,
                    self.context(start, len(form[:40])))
                   for start, form in self.left for kind in [self.place(start, form)]]  # fmt: skip
        differences = [*strange, *[*missing.values()][::-1], *self.differences()]
        return Verification(
            _table(figures[::-1], "id printed status sentence original"),
            _table(differences, "offset kind printed count held context"),
            len(self.placed) == len(self.known) and len(self.sentence_at) == len(self.text),
            self.page,
            problem,
        )

    def context(self, start: int, length: int = 0) -> str:
        return self.text[max(0, start - 8) : start + length + 8]

    def place(self, start: int, form: str) -> str:
        if self.begin <= start < self.end or not self.page:
            return "numeral" if self.begin <= start < self.end else "outside"
        line = bisect(self.lines, start)
        low, high = max(self.lines[line - 1], start - 60), min(self.lines[line], start + 60)
        begun, ended = (bisect(ends, start) for ends in self.links)
        behind = self.text[start:high][len(form) :]
        return "claim" if _claims(self.text[low:start], form, behind, begun > ended) else "outside"

    def differences(self) -> list[_Difference]:
        places: dict[tuple[str, bool], list[int]] = {}
        marks = [(at, kind) for at, kind in self.copy.marks if not kind.startswith("link")]
        for at, kind in sorted([*marks, *((at, "joined") for at in self.joined())]):
            inside = not self.page or self.begin < at < self.end
            held = kind in ("direction", "combining") or (kind == "joined" and inside)
            if kind in ("placeholder", "picture"):
                held = self.interrupts(at, kind)
                kind = "placeholder" if held else "picture"
            places.setdefault((kind, held), []).append(at)
        found: list[_Difference] = [
            (at, kind, None, 1 if held else len(every), held, self.context(at))
            for (kind, held), every in places.items()
            for at in (every if held else every[:1])
        ]
        ends = {end for _, end in self.spans.values()}
        for start, end in pairwise(self.edges):
            start, end = (max(start, self.begin), min(end, self.end)) if self.page else (start, end)
            if end not in ends and start < end:
                passage = self.text[start : min(end, start + 200)]
                found.append((start, "wording", None, 1, False, passage))
        counts = {"lacking": len(self.known) - len(self.spans), "invisible": self.copy.invisible,
                  "form": self.copy.folded}  # fmt: skip
        return found + [(0, kind, None, n, False, "") for kind, n in counts.items() if n]

    def joined(self) -> Iterator[int]:
        """Where white space or a lost sign parts a number, unless all around is set apart."""
        for start, form in scan(self.text):
            parted = [start + i for i in range(1, len(form)) if i != _joints().get(form)]
            parted = [at for at in parted if self.gaps.get(at, 1) != 1]  # a line may be broken
            if parted and not all(at in self.gaps for at in range(start, start + len(form) + 1)):
                yield from parted

    def interrupts(self, at: int, kind: str) -> bool:
        """Whether a placeholder stands within a sentence that reads like the article's."""
        found = self.sentence_at.get(at)
        if found is None or at - self.spans[found][0] in (0, PICTURE - self.known[found].offset):
            return False
        figures = [stated for stated in self.stated if stated.figure and stated.sentence == found]
        return kind == "placeholder" or bool(figures)


def _claims(before: str, form: str, behind: str, linked: bool) -> bool:
    """Whether a numeral in a line around the article claims to be of it: see Verification."""
    nouns, units, covered = _counted()
    if not re.search(f"{nouns}|{_CORRECTS}", before + behind):
        return False
    lead, tail = re.split(_ENDS, before)[-1], re.sub("^[多来]", "", re.split(_ENDS, behind)[0])
    sentence = f"{lead}{form}{tail}"
    counted = [noun for unit, noun in units if tail.startswith(unit)]
    if linked and not re.search(_REFERS, sentence):
        return False
    if re.search(_CORRECTS, sentence) and (counted or re.search(f"(?:{_CORRECTS})$", lead)):
        return True
    own, years = re.search(_OWN, sentence), re.findall(_YEAR, sentence)
    if (years and not covered & set(years)) or (re.search(_ELSEWHERE, sentence) and not own):
        return False
    led = re.search(f"({nouns}){_BETWEEN}$", lead)
    said = [noun for noun in counted if noun in sentence]
    if led and not re.match("[年月日./:-]", tail):
        said.append(led[1])
    bare = re.sub(f"{_BETWEEN}{re.escape(form)}[多来]?{_BETWEEN}", "", before + form + behind)
    return any(own or len(noun) > _SHORT or noun == bare for noun in said)


@cache
def _counted() -> tuple[str, list[tuple[str, str]], set[str]]:
    """What figures count, the same with the unit behind their number, and their years."""
    figures = rows("figures")
    units = [(row["printed"].removeprefix(scan(row["printed"])[0][1]), row["counted"])
             for row in figures if row["qualifier"] != "cleared"]  # fmt: skip
    years = {row[end] for row in figures for end in ("period_start", "period_end")}
    return "|".join(sorted({row["counted"] for row in figures})), units, years


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


def _table(lines: list[Any], names: str) -> pd.DataFrame:
    types = {"offset": "int64", "count": "int64", "held": "bool"}
    table = pd.DataFrame(lines, columns=names.split(), dtype=object)
    return table.astype({name: types.get(name, TEXT) for name in names.split()})

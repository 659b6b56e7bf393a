"""Holding a copy of the article against the figures.

The package holds no text of the article, only where each numeral stands in it and a
fingerprint. Both refer to the normalised text, so that a web page, a text file and a copy
with other line breaks all give the same offsets.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from os import PathLike
from pathlib import Path

import pandas as pd

from hanbin_data.frames import Row, numerals, rows
from hanbin_data.numerals import normalise, scan

FINGERPRINT = "ef6894d6ab674600894a9082c253e4fb61be2e1dbdd62fe5a0b7c728599d407d"
"""SHA-256 of the normalised article in UTF-8."""

BODY = 64
"""Offset at which the article's text begins, behind title, byline and date."""

LONGEST = 500_000
"""Characters of the longest text that is compared, embedded pictures aside."""

_LARGEST = 40 * LONGEST  # bytes of a file that are read: a page may embed its pictures

_TOO_LONG = f"the text is longer than {LONGEST:,} characters"
# Patterns are compiled where they are first used: most readers hold no copy against them.
_SENTENCE_END = r"[。!?;]"
_EMBEDDED = r"data:[\w/+.;=-]+,[^\"'()\s<>]*"
_MARKUP = r"(?i)<(?:!doctype|html|head|body|div|p|article|section|br)\b[^<>]*>"


@dataclass(frozen=True)
class Verification:
    """What :func:`verify` found in a copy of the article.

    Attributes:
        figures: each row is one figure: ``id``, ``printed``, ``status`` (``confirmed``,
            ``moved`` or ``missing``), ``sentence`` (from the copy, normalised, or missing).
        numerals: each row is one numeral of the copy that the package does not account
            for: ``offset`` (in the normalised copy), ``printed``, ``place`` (``article``
            or ``outside``), ``context``.
        identical: whether the copy holds the very text that the package was made from.
        page: whether the copy is a web page, which may hold text around the article.
        problem: why nothing could be read or found, or an empty string.
    """

    figures: pd.DataFrame
    numerals: pd.DataFrame
    identical: bool = False
    page: bool = False
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Every figure stands in its place, and every numeral is accounted for.

        A web page contains the article: numerals outside it are listed, not held against
        it. A text claims to be the article: there every numeral counts.
        """
        strange = self.numerals
        if self.page:
            strange = strange[strange["place"] == "article"]
        return bool((self.figures["status"] == "confirmed").all() and strange.empty)

    def __str__(self) -> str:
        count = self.figures["status"].value_counts()
        lines = [
            "verified" if self.ok else "NOT verified",
            f"figures: {count.get('confirmed', 0)} confirmed, {count.get('moved', 0)} moved, "
            f"{count.get('missing', 0)} missing, of {len(self.figures)}",
        ]
        if self.problem:
            lines.append(f"problem: {self.problem}")
        elif self.identical:
            lines.append("text: identical with the article that the figures were taken from")
        else:
            lines.append("text: not identical with the article that the figures were taken from")
        if not self.problem:
            wrong = self.figures[self.figures["status"] != "confirmed"]
            lines += [f"  {row.status}: {row.id} ({row.printed})" for row in wrong.itertuples()]
        for place, what in (("article", "unaccounted for"), ("outside", "outside the article")):
            found = self.numerals[self.numerals["place"] == place]
            lines.append(f"numerals {what}: {len(found)}")
            lines += [f"  {row.printed} in …{row.context}…" for row in found[:20].itertuples()]
            lines += [f"  and {len(found) - 20} more"] if len(found) > 20 else []
        return "\n".join(lines)

    __repr__ = __str__


def verify(article: str | PathLike[str]) -> Verification:
    """Hold a copy of the article against every figure and numeral of the package.

    Args:
        article: the text, or the path of a text file or saved web page. A string of one
            line that names an existing file, or ends in ``.txt``, ``.htm`` or ``.html``,
            is a path. Files are read as UTF-8, or as UTF-16 or GB18030 where they say so
            or are nothing else.

    Returns:
        A :class:`Verification`: ``.ok``, ``.figures``, ``.numerals``; it prints itself as
        a report. A text that cannot be read, is not the article or is longer than
        :data:`LONGEST` gives a result that is not ok and says why.

    Raises:
        TypeError: ``article`` is neither a string nor a path.
        OSError: the path cannot be opened, as FileNotFoundError, IsADirectoryError or
            PermissionError.
    """
    if not isinstance(article, str | PathLike):
        raise TypeError(f"article must be a text or a path, not {type(article).__name__}")
    try:
        text = _text(article)
    except ValueError as error:
        return _nothing(str(error))
    text = re.sub(_EMBEDDED, "", text)
    if len(text) > LONGEST:
        return _nothing(_TOO_LONG)
    page = bool(re.search(_MARKUP, text))
    copy = normalise(_visible(text) if page else text)
    if not copy:
        return _nothing("the text is empty")
    return _compare(copy, page)


def _text(article: str | PathLike[str]) -> str:
    if isinstance(article, str) and not _names_file(article):
        return article
    path = Path(article)
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)  # a device may never end
    if len(content) > _LARGEST:
        raise ValueError(_TOO_LONG)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
        if b"\0" in content:
            raise UnicodeError(f"{path.name} is a binary file, not a text")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnicodeError(f"{path.name} is not text in UTF-8, UTF-16 or GB18030; save it as UTF-8")


def _names_file(text: str) -> bool:
    if not text or "\n" in text or "\0" in text or "<" in text:
        return False
    if text.lower().endswith((".txt", ".htm", ".html")):
        return True
    try:
        return Path(text).exists()
    except OSError:  # too long for a name
        return False


def _visible(page: str) -> str:
    from html.parser import HTMLParser  # takes a while; only pages need it

    class _Visible(HTMLParser):
        """Collects the text of a page that a reader sees."""

        def __init__(self) -> None:
            super().__init__(convert_charrefs=True)
            self.parts: list[str] = []
            self.hidden = 0

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.hidden += tag in ("script", "style", "title")

        def handle_endtag(self, tag: str) -> None:
            self.hidden -= tag in ("script", "style", "title") and self.hidden > 0

        def handle_data(self, data: str) -> None:
            if not self.hidden:
                self.parts.append(data)

    parser = _Visible()
    # A tag that never ends is none; the parser would look for its end again and again.
    closed, mark, rest = page.rpartition(">")
    parser.feed(closed + mark + rest.replace("<", " "))
    parser.close()
    return "".join(parser.parts)


def _compare(copy: str, page: bool) -> Verification:
    """Align the numerals of the copy with those of the article, in order."""
    from difflib import SequenceMatcher

    known = numerals()
    printed, offsets = list(known["printed"]), list(known["offset"])
    found = scan(copy)
    ends = [0, *(match.end() for match in re.finditer(_SENTENCE_END, copy)), len(copy)]
    matcher = SequenceMatcher(None, printed, [form for _, form in found], autojunk=False)
    place = {
        block.a + step: block.b + step
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }
    taken = set(place.values())
    results = []
    for figure in rows("figures"):
        begin = int(figure["offset"])
        line = next(i for i, offset in enumerate(offsets) if offset >= begin)
        lead = offsets[line] - begin  # 清零: its numeral is the second character
        aligned = place.get(line)
        sentence = None
        if aligned is not None:
            sentence = _sentence(copy, found[aligned][0] - lead, figure, ends)
        status = "confirmed" if sentence else "missing"
        for position, (start, form) in enumerate(found):
            if sentence is None and position not in taken and form == printed[line]:
                sentence = _sentence(copy, start - lead, figure, ends)
                if sentence:
                    status = "moved"
                    taken.add(position)
        results.append((figure["id"], figure["printed"], status, sentence))
    body = [found[b][0] for a, b in place.items() if offsets[a] >= BODY]
    first, last = (min(body), max(body)) if body else (len(copy), 0)
    strange = [
        (
            start,
            form[:40],
            "article" if first < start < last else "outside",
            copy[max(0, start - 8) : start + len(form[:40]) + 8],
        )
        for position, (start, form) in enumerate(found)
        if position not in taken
    ]
    lost = all(status == "missing" for _, _, status, _ in results)
    problem = "this is not the article: none of its figures was found" if lost else ""
    identical = sha256(copy.encode("utf-8", "replace")).hexdigest() == FINGERPRINT
    return _result(results, strange, identical=identical, page=page, problem=problem)


def _sentence(copy: str, start: int, figure: Row, ends: list[int]) -> str | None:
    """The sentence around a token of the copy, if the token counts what it should.

    ``ends`` are the offsets at which a sentence begins or ends, in order.
    """
    if not copy.startswith(figure["printed"], start):
        return None
    behind = bisect_right(ends, start)
    sentence = copy[ends[behind - 1] : ends[behind]]
    return sentence if figure["counted"] in sentence else None


def _nothing(problem: str) -> Verification:
    missing = [(figure["id"], figure["printed"], "missing", None) for figure in rows("figures")]
    return _result(missing, [], problem=problem)


def _result(
    results: Sequence[tuple[str, str, str, str | None]],
    strange: Sequence[tuple[int, str, str, str]],
    *,
    identical: bool = False,
    page: bool = False,
    problem: str = "",
) -> Verification:
    columns = ["id", "printed", "status", "sentence"]
    outcome = pd.DataFrame(results, columns=columns).astype(dict.fromkeys(columns, "str"))
    types = {"offset": "int64", "printed": "str", "place": "str", "context": "str"}
    rest = pd.DataFrame(strange, columns=list(types)).astype(types)
    return Verification(outcome, rest, identical, page, problem)

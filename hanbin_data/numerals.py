"""Normalised text and the numerals in it, for the data and for :func:`hanbin_data.verify`.

Offsets in the package count characters of the normalised article, so that a web page, a
text file and a copy with other line breaks all give the same. This module imports nothing
of the package.
"""

import re
from bisect import bisect_left
from typing import NamedTuple
from unicodedata import category, combining, decomposition, normalize, numeric

# Unicode's Default_Ignorable_Code_Point: nothing is to be seen of these.
_IGNORABLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
LINK, LINKED = "\ufdd0\ufdd1"
"""Signs around the text of a link, which no text holds: no character has their numbers."""

# Bidi_Control without the left-to-right mark, which turns nothing in such a text.
_TURNING = "\u061c\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Unicode's Equivalent_Unified_Ideograph, as far as NFKC does not know it.
_RADICALS = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄"
    "⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲㇆㇏㇐㇑㇒㇓㇔㇕㇖㇗㇘㇙㇚㇛㇜㇝㇞㇟㇠㇡",
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西"
    "见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀𠃌乀一丨丿丿丶𠃍乛𠃊𠃎𠄌亅𡿨𠃋乀𠃑乚乙𠄎",
)
# Signs of one number each, which NFKC would turn into letters.
_ROMAN = "[\u2160-\u217f]"
# Characters that stand for numbers: the ideographs that Unicode 14 calls numeric, and a few
# that it does not. Written out, since each Unicode version calls others numeric.
_WORDS = frozenset(
    "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零𠀁𠁤"
    "𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭"
    "两兩双雙半数數余餘俩倆几幾倍皕🔟💯"
)
_PHRASES = "若干|翻番|翻了番"
_PLACEHOLDER = "图片"
_STACK = 30  # marks on one letter, as in Unicode's stream-safe text; sorting more takes long


class Seen(NamedTuple):
    """A text as a reader sees it, and where what was left out stood in it.

    Offsets are those of ``text``. ``gaps`` tells how many line breaks the white space in
    front of a character held, 0 for mere spaces. ``marks`` are the places, in order, of
    what makes a reader see another text: ``direction`` (a control of the direction of
    writing), ``raised`` (a digit set high, low, small or in a circle), ``damaged`` (an
    unreadable byte), ``combining`` (a mark apart from its letter), ``placeholder`` (in a
    line with other text) and ``picture`` (a placeholder in a line of its own); also where a
    page's ``link`` begins and was ``linked``.
    """

    text: str
    gaps: dict[int, int]
    marks: list[tuple[int, str]]
    invisible: int
    folded: int


def normalise(text: str) -> str:
    """Unicode NFKC without white space, invisible characters and the placeholder 图片.

    Radicals are the ideographs that they equal, Roman numerals of one character stay what
    they are, and the sign U+FFFD of an unreadable byte is left out. Half characters, which
    a broken copy may hold, are invisible, too.

    Raises:
        TypeError: ``text`` is not a string.
    """
    return read(text).text


def read(text: str) -> Seen:
    """Normalise a text, and keep in mind what was left out.

    Raises:
        TypeError: ``text`` is not a string.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")
    characters = set(text)
    unseen = {c for c in characters if category(c) in ("Cc", "Cf", "Cs") and not c.isspace()}
    unseen |= {c for c in characters if re.match(_IGNORABLE, c)}
    kept = text.translate({ord(c): None for c in unseen.difference(_TURNING)})
    invisible = len(text) - len(kept)
    other = {c for c in characters if c.isalnum() and _plain(c) != c}
    raised = "".join(sorted(c for c in other if _is_raised(c)))
    kept = _without_stacks(kept, characters)
    gaps: dict[int, int] = {}
    marks: list[tuple[int, str]] = []
    parts: list[str] = []
    at = 0
    signs = dict.fromkeys(_TURNING, "direction") | {"\ufffd": "damaged"}
    signs |= {LINK: "link", LINKED: "linked"}
    apart = rf"(\s+|[{''.join(signs)}{raised}]|{_ROMAN})"
    for piece in re.split(apart, kept):
        if not piece:
            continue
        if piece.isspace():
            gaps[at] = gaps.get(at, 0) + len(f"{piece}.".splitlines()) - 1
            continue
        if piece in signs:
            marks.append((at, signs[piece]))
            continue
        if piece in raised:
            marks.append((at, "raised"))
        parts.append(piece if re.match(_ROMAN, piece) else _plain(piece))
        at += len(parts[-1])
    plain, gaps, marks = _without_placeholders("".join(parts), gaps, marks)
    whole = normalize("NFC", plain)
    if whole != plain:
        marks.append((0, "combining"))
    folded = sum(map(other.__contains__, text))
    return Seen(whole, gaps, sorted(marks), invisible, folded)


def _plain(piece: str) -> str:
    folded = normalize("NFKC", piece.translate(_RADICALS))
    return normalize("NFKC", re.sub(r"\s+", "", folded))


def _is_raised(character: str) -> bool:
    """Whether a digit that NFKC makes an ordinary one does not look like it."""
    kind, _, rest = decomposition(character).partition(" ")
    raised = kind in ("<super>", "<sub>", "<circle>", "<fraction>", "<square>")
    return (raised or (kind == "<compat>" and " " in rest)) and any(
        map(is_numeral, _plain(character))
    )


def _without_stacks(text: str, characters: set[str]) -> str:
    marks = {c for c in characters if combining(normalize("NFKD", c)[0])}
    if not marks:
        return text
    some = f"[{re.escape(''.join(sorted(marks)))}]"
    return re.sub(f"({some}{{{_STACK}}}){some}+", r"\1", text)


def _without_placeholders(
    text: str, gaps: dict[int, int], marks: list[tuple[int, str]]
) -> tuple[str, dict[int, int], list[tuple[int, str]]]:
    """As often left out as one remains: in one pass, each character held against the last."""
    if _PLACEHOLDER not in text:
        return text, gaps, marks
    first, second = _PLACEHOLDER[0], _PLACEHOLDER[1]
    kept: list[int] = []
    for at, c in enumerate(text):
        if c == second and kept and text[kept[-1]] == first:
            kept.pop()
        else:
            kept.append(at)
    moved: dict[int, int] = {}
    for at, breaks in gaps.items():
        place = bisect_left(kept, at)
        moved[place] = max(moved.get(place, 0), breaks)
    marks = [(bisect_left(kept, at), kind) for at, kind in marks]
    edges = {0: 1, len(text): 1} | gaps
    previous = -1
    for place, at in enumerate([*kept, len(text)]):
        if at > previous + 1:
            alone = edges.get(previous + 1, 0) and edges.get(at, 0)
            marks.append((place, "picture" if alone else "placeholder"))
        previous = at
    return "".join(text[at] for at in kept), moved, marks


def is_numeral(character: str) -> bool:
    """Whether a character stands for a number."""
    if character in _WORDS:
        return True
    return category(character) != "Lo" and numeric(character, None) is not None


def scan(text: str) -> list[tuple[int, str]]:
    """Position and form of every numeral of a text.

    A numeral is a longest run of digits and number words; a point between two of them
    belongs to it.
    """
    digits = "".join(sorted(filter(is_numeral, set(text))))
    one = f"(?:[{digits}]+|{_PHRASES})+" if digits else f"(?:{_PHRASES})+"
    return [(match.start(), match[0]) for match in re.finditer(rf"{one}(?:\.{one})*", text)]

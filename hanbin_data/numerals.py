"""Normalised text and the numerals in it, for the data and for :func:`hanbin_data.verify`.

Offsets in the package count characters of the normalised article, so that a web page, a
text file and a copy with other line breaks all give the same. This module imports nothing
of the package.
"""

import re
from typing import NamedTuple
from unicodedata import category, combining, decomposition, normalize, numeric

# Unicode's Default_Ignorable_Code_Point: nothing is to be seen of these.
_IGNORABLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# Signs of what is left out; no character has the numbers that our own have.
LINK, LINKED, _ALONE, _AMONG = "\ufdd0\ufdd1\ufdd2\ufdd3"
_SIGNS = {LINK: "link", LINKED: "linked", _ALONE: "picture", _AMONG: "placeholder"}
_SIGNS["\ufffd"] = "damaged"
# Bidi_Control without the left-to-right mark, which turns nothing in such a text.
_TURNING = "\u061c\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SIGNS |= dict.fromkeys(_TURNING, "direction")
# Unicode's Equivalent_Unified_Ideograph, as far as NFKC does not know it.
_RADICALS = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄"
    "⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲㇆㇏㇐㇑㇒㇓㇔㇕㇖㇗㇘㇙㇚㇛㇜㇝㇞㇟㇠㇡",
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西"
    "见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀𠃌乀一丨丿丿丶𠃍乛𠃊𠃎𠄌亅𡿨𠃋乀𠃑乚乙𠄎",
)
# Characters that stand for numbers: the ideographs that Unicode 14 calls numeric, and a few
# that it does not. Written out, since each Unicode version calls others numeric.
_WORDS = frozenset(
    "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零𠀁𠁤"
    "𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭"
    "两兩双雙半数數余餘俩倆几幾倍皕🔟💯"
)
_PHRASES = "若干|翻番|翻了番"
_PLACEHOLDER = r"图\s*[片⽚]"
_STACK = 30  # marks on one letter, as in Unicode's stream-safe text; sorting more takes long


class Seen(NamedTuple):
    """A text as a reader sees it, and where what was left out stood in it.

    Offsets are those of ``text``. ``gaps`` tells how many line breaks stood in front of a
    character, 0 where there were mere spaces or something else that was left out.
    ``marks`` are the places, in order, of what was left out: ``direction`` (a control of
    the direction of writing), ``damaged`` (an unreadable byte), ``placeholder`` (in a line
    with other text) and ``picture`` (placeholders in a line of their own), or ``combining``
    at 0 (a mark apart from its letter, behind which offsets are not sure); also where a
    page's ``link`` begins and was ``linked``.
    """

    text: str
    gaps: dict[int, int]
    marks: list[tuple[int, str]]
    invisible: int
    folded: int


def normalise(text: str) -> str:
    """Unicode NFKC without white space, invisible characters and the placeholder 图片.

    Radicals are the ideographs that they equal. A number that is one sign, as ², ① or Ⅻ,
    stays what it is, and the sign U+FFFD of an unreadable byte is left out. Half
    characters, which a broken copy may hold, are invisible, too.

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
    kept = text.translate(dict.fromkeys(map(ord, unseen.difference(_SIGNS))))
    invisible = len(text) - len(kept)
    if stacked := "".join(c for c in characters if combining(normalize("NFKD", c)[0])):
        some = f"[{re.escape(stacked)}]"
        kept = re.sub(f"({some}{{{_STACK}}}){some}+", r"\1", kept)
    kept = "\n".join(f"{kept}.".splitlines())[:-1]
    kept = re.sub(rf"(?m)^([^\S\n]*)(?:{_PLACEHOLDER}[^\S\n]*)+$", rf"\1{_ALONE}", kept)
    kept = re.sub(_PLACEHOLDER, _AMONG, kept)
    stay = "".join(c for c in characters if _stays(c))
    gaps: dict[int, int] = {}
    marks: list[tuple[int, str]] = []
    parts: list[str] = []
    at = 0
    for piece in re.split(rf"(\s+|[{''.join(_SIGNS)}{stay}])", kept):
        if piece.isspace():
            gaps[at] = gaps.get(at, 0) + piece.count("\n")
        elif sign := _SIGNS.get(piece):
            marks.append((at, sign))
            if sign in ("damaged", "placeholder"):
                gaps.setdefault(at, 0)
        elif piece:
            parts.append(piece if piece in stay else _plain(piece))
            at += len(parts[-1])
    folded = {c for c in characters.difference(stay) if c.isalnum() and _plain(c) != c}
    apart = "".join(parts)
    whole = normalize("NFC", apart)
    marks += [(0, "combining")] * (whole != apart)
    return Seen(whole, gaps, marks, invisible, sum(map(folded.__contains__, text)))


def _plain(piece: str) -> str:
    folded = normalize("NFKC", piece.translate(_RADICALS))
    return normalize("NFKC", re.sub(r"\s+", "", folded))


def _stays(character: str) -> bool:
    """Whether a number does not look like the digits or letters that NFKC makes of it."""
    kind, _, rest = decomposition(character).partition(" ")
    alike = kind not in ("<super>", "<sub>", "<circle>", "<fraction>", "<square>")
    letters = category(character) == "Nl" and _plain(character).isascii()  # Ⅻ
    spelled = kind == "<compat>" and " " in rest
    unit = re.search("[a-z]", _plain(character))  # ㎡ is m2
    return (letters or ((spelled or not alike) and not unit)) and is_numeral(character)


def is_numeral(character: str) -> bool:
    """Whether a character stands for a number, or holds one, as ㋀ does."""
    if character in _WORDS:
        return True
    plain = _plain(character)
    return (category(character) != "Lo" and numeric(character, None) is not None) or (
        plain != character and any(map(is_numeral, plain))
    )


def scan(text: str) -> list[tuple[int, str]]:
    """Position and form of every numeral of a text.

    A numeral is a longest run of digits and number words; a point between two of them
    belongs to it.
    """
    digits = "".join(sorted(filter(is_numeral, set(text))))
    one = f"(?:[{digits}]+|{_PHRASES})+" if digits else f"(?:{_PHRASES})+"
    return [(match.start(), match[0]) for match in re.finditer(rf"{one}(?:\.{one})*", text)]

"""Numerals in a text: one form for all copies of it, and where a numeral stands."""

import re
import unicodedata

# Ideographs that stand for numbers: those that Unicode 14 calls numeric, and a few number
# words that it does not. Written out, since each Unicode version calls others numeric.
_IDEOGRAPHS = (
    "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零𠀁𠁤"
    "𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭"
    "两兩双雙半数數余餘"
)
_PLACEHOLDER = "图片"


def normalise(text: str) -> str:
    """Unicode NFKC without white space, invisible characters and the placeholder 图片.

    Half characters, which a broken copy may hold, are invisible, too.

    Raises:
        TypeError: ``text`` is not a string.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")
    folded = unicodedata.normalize("NFKC", text)
    invisible = ("Cf", "Cc", "Cs")
    seen = (c for c in folded if not c.isspace() and unicodedata.category(c) not in invisible)
    # What stood apart may now combine, and a placeholder may have stood around another.
    plain = unicodedata.normalize("NFKC", "".join(seen))
    return _without_placeholders(plain) if _PLACEHOLDER in plain else plain


def _without_placeholders(text: str) -> str:
    """As often replaced as one remains: in one pass, each character held against the last."""
    first, second = tuple(_PLACEHOLDER)
    kept = [""]
    for c in text:
        if c == second and kept[-1] == first:
            kept.pop()
        else:
            kept.append(c)
    return "".join(kept)


def _is_numeral(character: str) -> bool:
    if unicodedata.category(character) == "Lo":
        return character in _IDEOGRAPHS
    return unicodedata.numeric(character, None) is not None


def scan(text: str) -> list[tuple[int, str]]:
    """Position and form of every numeral of a text.

    A numeral is a longest run of digits and number words; a point between two of them
    belongs to it.
    """
    kinds = "".join("9" if _is_numeral(c) else c if c == "." else " " for c in text)
    return [
        (match.start(), text[match.start() : match.end()])
        for match in re.finditer(r"9+(?:\.9+)*", kinds)
    ]

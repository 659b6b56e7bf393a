"""The language that the package speaks: English stands in the code, Chinese in ``zh.po``.

English text is its own key in the gettext catalogue ``zh.po``; ``zh.mo`` is the same,
compiled. This module knows nothing of the report and imports nothing of the package.
"""

import gettext
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "zh")

_default = "en"


def use(lang: str) -> None:
    """Make a language the one that every ``lang=None`` means, for the running process.

    Raises:
        TypeError: ``lang`` is not a string.
        ValueError: ``lang`` is unknown; the message lists the valid ones.
    """
    global _default
    _default = choose("language", lang, LANGUAGES)


def language(lang: str | None = None) -> str:
    """The language meant: the one that is given, or the default where it is None."""
    return _default if lang is None else choose("language", lang, LANGUAGES)


def say(message: str, /, lang: str | None = None, **values: Any) -> str:
    """A message in a language, its ``{placeholders}`` filled from ``values``.

    A message that the catalogue lacks, say a reader's own title, stays as it is; without
    values, so do its braces.
    """
    text = _chinese().gettext(message) if message and language(lang) == "zh" else message
    return text.format(**values) if values else text


@cache
def _chinese() -> gettext.NullTranslations:
    with (files("hanbin_data") / "zh.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def choose(what: str, given: object, valid: Collection[str]) -> str:
    """Return ``given``, as a plain string, if it is one of ``valid``.

    Raises:
        TypeError: ``given`` is not a string.
        ValueError: it is none of ``valid``; the message lists them and names the nearest.
    """
    if isinstance(given, str) and given in valid:
        return str.__str__(given)  # an enumeration's member would print as itself
    listed = ", ".join(valid)
    if not isinstance(given, str):
        raise TypeError(f"{what} must be a string, not {type(given).__name__}; valid: {listed}")
    from difflib import get_close_matches  # only an error needs it

    near = get_close_matches(given[:80].lower(), valid, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"unknown {what} {given[:80]!r}{hint} Valid: {listed}")

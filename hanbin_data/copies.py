"""What a reader sees in a copy: the text of a file, and of a web page as browsers show it.

Style sheets, fonts, scripts and generated content are not judged.
"""

import os
import re
from pathlib import Path

from hanbin_data.numerals import LINK, LINKED
from hanbin_data.words import say

LONGEST = 500_000
"""Characters of the longest text, and tags of the largest page, that are compared."""

_LARGEST = 40 * LONGEST  # bytes of a file that are read: a page may embed its pictures
_PAGES = (".htm", ".html", ".xhtml", ".shtml", ".mht", ".mhtml")
_DOCUMENTS = {  # how their names end, and how they begin, whatever their name
    "PDF": (".pdf", "%PDF-"),
    "RTF": (".rtf", r"\{\\rtf"),
    "Word (.docx)": (".docx", "PK\x03\x04.*word/"),
    "Word (.doc)": (".doc", "\xd0\xcf\x11\xe0"),
    "EPUB": (".epub", r"PK\x03\x04.*epub\+zip"),
    "OpenDocument (.odt)": (".odt", r"PK\x03\x04.*opendocument\.text"),
    "ZIP": (".zip", "PK\x03\x04"),
    "PNG": (".png", "\x89PNG"),
    "JPEG": (".jpg", "\xff\xd8\xff"),
}


def seen(article: str | os.PathLike[str]) -> tuple[str, bool]:
    """The text of a copy, and whether the copy is a web page.

    Raises:
        ValueError: it cannot be read; the message says why and what to do.
        OSError: the path cannot be opened.
    """
    given = article if isinstance(article, str) else os.fspath(article)
    if re.fullmatch(r"\s*(?:[a-z][a-z0-9+.-]+:/|www\.)\S*\s*", given[:5000], re.I):
        raise ValueError(
            say("this is an address; nothing is fetched: save the page, and give the file's path")
        )
    name, suffix, content = say("the text"), "", b""
    if is_file := not isinstance(article, str) or _names_file(article):
        path = Path(article)
        name, suffix = path.name, path.suffix.lower()
        try:
            with path.open("rb") as stream:
                content = stream.read(_LARGEST + 1)  # a device may never end
        except FileNotFoundError as error:
            problem = say("there is no file {path}: give the path of your own copy", path=article)
            raise FileNotFoundError(problem) from error
    head = (content[:2000].decode("latin-1") if is_file else given[:2000]).lstrip()
    for form, (ending, begins) in _DOCUMENTS.items():
        if suffix == ending or re.match(begins, head, re.DOTALL):
            raise ValueError(
                say(
                    "{name} is a {form} file, which is not read: open it, save its text as plain "
                    "text (.txt, UTF-8), and verify that", name=name, form=form,
                )
            )  # fmt: skip
    _limit(len(content), _LARGEST)
    text = _decoded(content, name) if is_file else given
    _limit(len(text), _LARGEST)
    page = suffix != ".txt" and bool(
        suffix in _PAGES or re.search(_MARKUP, text) or re.match(_ARCHIVE, text[:4000])
    )
    if page and (suffix in (".mht", ".mhtml") or re.match(_ARCHIVE, text[:4000])):
        text = _archived(content or text.encode("utf-8", "replace"))
    text = re.sub("[\ufdd0-\ufdef]", "\ufffd", text)  # no characters: we use them as signs
    text = _shown(text) if page else text
    _limit(len(text), LONGEST)
    return text, page


def _limit(length: int, longest: int) -> None:
    if length > longest:
        limit = f"{LONGEST:,}"
        raise ValueError(say("the text is longer than {limit} characters", limit=limit))


def _names_file(text: str) -> bool:
    if not text or len(text) > 4000 or re.search(r"[\n\0<]", text):
        return False
    try:
        if text.lower().endswith((".txt", *_PAGES, *(end for end, _ in _DOCUMENTS.values()))):
            return not Path(text).is_dir()
        return Path(text).is_file()
    except (OSError, ValueError):  # no file can have such a name
        return False


def _decoded(content: bytes, name: str) -> str:
    """The text of bytes, with U+FFFD for each that cannot be read, if these are few."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    texts = [content.decode(encoding, "replace") for encoding in encodings]
    text = min(texts, key=lambda text: text.count("\ufffd"))
    if (b"\0" in content and not marked) or text.count("\ufffd") * 20 > len(text):
        raise ValueError(
            say(
                "{name} is not text in UTF-8, GB18030 or UTF-16 with a byte order mark; save it "
                "as UTF-8", name=name,
            )
        )  # fmt: skip
    return text


_MARKUP = (  # a tag at the beginning, or one that only pages have
    r"(?i)\A\ufeff?\s*(?:</?[a-z][^\s/>]*[\s/>]|<!--|<!doctype|<\?xml)"
    r"|<(?:!doctype|html|head|body|div|p|article|section|br)\b[^<>]*>"
)
_ARCHIVE = r"(?is)\ufeff?(?=[a-z-]+: .)(?=.*mime-version:)(?=.*multipart/)"


def _archived(content: bytes) -> str:
    """The page of a web archive (.mhtml), its first part that is one."""
    import email  # takes a while; only archives need it

    try:
        for part in email.message_from_bytes(content).walk():
            if part.get_content_type() == "text/html":
                return _decoded(bytes(part.get_payload(decode=True)), "text/html")
    except Exception as error:  # what a parser meets in a broken file is not to be foreseen
        raise ValueError(say("the archive cannot be read: {error}", error=error)) from error
    raise ValueError(say("the archive holds no page; save the page as plain text (.txt, UTF-8)"))


_VALUE = r"""\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+"""
_ATTRIBUTE = rf"[^\s/>][^\s/>=]*+(?:{_VALUE})?+"
_DECLARATION = r"""(?:[^;"'(]|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|\([^)]*(?:\)|\Z))+"""
_TOKEN = (
    r"(?s)<(?:!--(?:-?>|.*?(?:--!?>|\Z))"  # a comment ends at --!> too
    rf"|(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)(?:>|\Z)"
    r"|[!?/][^>]*+(?:>|\Z))|(?P<sign><)"
)


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu"
    " nav ol p plaintext pre search section summary table tbody tfoot thead tr ul xmp"
)
_WITHIN_P = _tags("body caption legend tbody tfoot thead tr")
_VOID = _tags(
    "area base basefont bgsound br col embed frame head hr image img input keygen link meta param"
    " source track wbr"
)
_RAW = _tags("iframe noembed noframes noscript script style textarea title xmp")
_NEVER = _tags(  # struck-out text is not what an article says
    "audio canvas datalist del iframe noembed noframes noscript rp s script strike style template"
    " title video"
)
_FORMATTING = _tags("a b big code em font i nobr s small strike strong tt u")
_CELLS = _tags("table td th caption template object marquee button")
_TABLE = _tags("table template")
_IMPLIED = {  # what a start tag ends, and what it does not reach beyond
    "li": (_tags("li"), _CELLS | _tags("ul ol")),
    "option": (_tags("option"), _CELLS),
    "a": (_tags("a"), _CELLS),
    "tr": (_tags("tr"), _TABLE),
    **dict.fromkeys(("dd", "dt"), (_tags("dd dt"), _CELLS)),
    **dict.fromkeys(("td", "th"), (_tags("td th"), _TABLE)),
    **dict.fromkeys(("tbody", "thead", "tfoot"), (_tags("tbody thead tfoot tr"), _TABLE)),
}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Opened:
    """The elements that are open at a place of a page."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, bool]] = []  # name, and whether it hides
        self.where: dict[str, list[int]] = {}
        self.hiding = 0

    def push(self, name: str, hides: bool) -> None:
        self.where.setdefault(name, []).append(len(self.stack))
        self.stack.append((name, hides))
        self.hiding += hides

    def top(self, name: str) -> int:
        return self.where[name][-1] if self.where.get(name) else -1

    def end(self, names: frozenset[str], barriers: frozenset[str]) -> None:
        """End the innermost element of these names, unless a barrier stands between."""
        last = max(map(self.top, names))
        if last < 0 or any(self.top(barrier) > last for barrier in barriers):
            return
        name, hides = self.stack[last]
        if name in _FORMATTING:  # what was opened within it goes on
            self.where[name].pop()
            self.hiding -= hides
            self.stack[last] = ("", False)
            return
        again = []
        while len(self.stack) > last:
            name, hides = self.stack.pop()
            self.hiding -= hides
            if name:
                self.where[name].pop()
            if hides and name in _FORMATTING:
                again.append(name)
        for name in again[-3:]:  # browsers open formatting anew behind what ended around it
            self.push(name, True)


def _shown(page: str) -> str:
    """The text of a page, with line breaks where browsers begin a new block."""
    token = re.compile(_TOKEN)
    opened = _Opened()
    parts: list[str] = []
    at = tags = 0

    def add(text: str, *, plain: bool = False) -> None:
        if opened.hiding:
            return
        if not plain:
            text = _unescaped(text)
            text = text if opened.where.get("pre") else re.sub(r"[ \t\n\r\f]+", " ", text)
        raised = opened.where.get("sup") or opened.where.get("sub")
        text = text.translate(_RAISED) if raised else text
        parts.append(f"{LINK}{text}{LINKED}" if text and opened.where.get("a") else text)

    while match := token.search(page, at):
        add(page[at : match.start()])
        at, name = match.end(), (match["name"] or "").lower()
        tags += 1
        _limit(tags, LONGEST)
        add(match["sign"] or "", plain=True)
        if not name:
            continue
        if name in _BLOCKS or name in ("br", "td", "th"):
            add("\n" if name == "br" else "\n\n" if name in _BLOCKS else "\t", plain=True)
        if match["close"]:
            inline = name not in _BLOCKS | _FORMATTING | _CELLS
            opened.end(_tags(name), _BLOCKS if inline else _TABLE if name in _CELLS else _CELLS)
            continue
        attributes = _attributes(match["attributes"])
        if name in _BLOCKS - _WITHIN_P:
            opened.end(_tags("p"), _CELLS)
        if name in _IMPLIED:
            opened.end(*_IMPLIED[name])
        if name == "plaintext":
            break
        if name in _RAW:
            end = _end_of_raw(page, name, at)
            if name in ("textarea", "xmp") and not _hides(name, attributes):
                add(page[at:end] if name == "xmp" else _unescaped(page[at:end]), plain=True)
            at = end
        elif name not in _VOID:
            hides = _hides(name, attributes)
            link = name != "a" or hides or "href" in attributes
            opened.push(name if link else "", hides)
        if name == "bdo" and attributes.get("dir", "").lower() == "rtl":
            add("\u202e", plain=True)
    add(page[at:])
    return "".join(parts)


def _end_of_raw(page: str, name: str, at: int) -> int:
    """Where the content of a script, title … ends: at its end tag, whatever stands within."""
    depth = 0  # a script within a comment within a script ends by itself
    marks = "<!--(?!-?>)|-->|<script(?=[\\s/>])|" if name == "script" else ""
    for match in re.compile(rf"(?i){marks}</{name}(?=[\s/>])").finditer(page, at):
        mark = match[0].lower()
        if mark.startswith("</") and depth < 2:
            return match.start()
        depth = {"<!--": depth or 1, "-->": 0, "<script": 2 * (depth > 0)}.get(mark, 1)
    return len(page)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for attribute in re.findall(_ATTRIBUTE, text):
        name, _, value = attribute.partition("=")
        value = value.strip()
        value = value.strip(value[0]) if value[:1] in ("'", '"') else value
        found.setdefault(name.strip().lower(), _unescaped(value))
    return found


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape  # only pages need it

    text = re.sub(r"(&#[xX]?)0+(?=[0-9a-fA-F])", r"\1", text)
    # No character has so long a number, and a longer one may be too long for Python.
    return unescape(re.sub(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?", "\ufffd", text))


def _hides(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element is not shown: by its name, attribute or own style."""
    if name in _NEVER:
        return True
    style = re.sub(r"(?s)/\*.*?(?:\*/|\Z)", "", attributes.get("style", "")).lower()
    style = re.sub(r"\\([0-9a-f]{1,6})\s?", lambda m: chr(min(int(m[1], 16), 0xFFFD)), style)
    stated = [one.replace("\\", "").partition(":") for one in re.findall(_DECLARATION, style)]
    displays = [value for key, _, value in stated if key.strip() == "display"]
    displays = [value for value in displays if "important" in value] or displays
    if displays and displays[-1].strip():
        return displays[-1].split("!")[0].strip() == "none"
    return bool({"hidden", "popover"} & set(attributes)) or (
        name == "dialog" and "open" not in attributes
    )

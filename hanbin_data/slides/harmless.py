"""Texts and pictures that show and do nothing else, whoever stored them."""

import base64
import io
import re
import warnings
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree

_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS = {
    *("svg", "g", "defs", "clipPath", "pattern", "mask", "linearGradient", "radialGradient"),
    *("stop", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
    *("image", "title", "desc", "a"),
}
_ATTRIBUTES = {
    *("id", "class", "style", "role", "transform", "d", "points", "viewBox", "opacity", "display"),
    *("x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
    *("width", "height", "offset", "overflow", "visibility", "preserveAspectRatio", "fill"),
    *("fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap"),
    *("stroke-linejoin", "stroke-dasharray", "stop-color", "stop-opacity", "clip-path", "mask"),
    *("clip-rule", "gradientUnits", "gradientTransform", "spreadMethod", "patternUnits"),
    *("patternContentUnits", "patternTransform", "clipPathUnits", "maskUnits", "text-anchor"),
    *("alignment-baseline", "dominant-baseline", "font-family", "font-size", "font-weight"),
    *("font-style", "shape-rendering", "image-rendering", "vector-effect"),
}
_MOST = 2**24  # pixels that are opened: a chart's picture has two million
_CALLS = {"rgb", "rgba", "hsl", "hsla", "translate", "rotate", "scale", "matrix", "skewx", "skewy"}


_UNSEEN = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(text: str) -> str:
    """A text without what no file can hold: control characters and half surrogates."""
    return _UNSEEN.sub("", text)


def svg(drawn: str, *, links: bool = False) -> str:
    """An SVG, written anew, without all that runs or asks for anything; empty if it is none.

    Args:
        drawn: any text.
        links: whether links to web pages stay, which a reader has to follow himself.
    """
    try:
        root = etree.fromstring(drawn, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):  # it names another encoding
        return ""
    if root.tag != f"{_SPACE}svg" or root.getroottree().docinfo.internalDTD is not None:
        return ""
    if not links:
        etree.strip_tags(root, f"{_SPACE}a")  # what stands in it stays
    for element in list(root.iter()):
        tag = str(element.tag).removeprefix(_SPACE)  # of a comment, it is a function
        for name, value in element.items() if tag in _ELEMENTS else ():
            if name == "style":
                kept = ";".join(filter(_shows, value.split(";")))
            elif name in (_LINK, "href"):
                kept = _address(tag, value)
            else:
                kept = value if name in _ATTRIBUTES and _shows(value) else ""
            if value and not kept:
                del element.attrib[name]
            elif kept != value:
                element.set(name, kept)
        if tag not in _ELEMENTS:
            element.getparent().remove(element)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xlink"])
    return str(etree.tostring(root, encoding="unicode", with_tail=False))


def _address(tag: str, given: str) -> str:
    """What an element may lead to: a page to be clicked on, or a picture's own data."""
    if tag == "a":
        return given if re.match(r"(?i)(https?|mailto):", given) else ""
    head, _, data = given.partition(",")
    if tag != "image" or not re.fullmatch(r"data:image/(png|jpeg|gif|webp|svg\+xml)(;.*)?", head):
        return ""
    if "svg" in head:
        try:
            plain = base64.b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
            inner = svg(plain.decode())
        except ValueError:
            return ""
        data = base64.b64encode(inner.encode()).decode()
        return f"data:image/svg+xml;base64,{data}" if inner else ""
    return given if _opened(data) is not None else ""


def _shows(value: str) -> bool:
    """Whether a value of CSS, or one declaration of it, asks for nothing: no hidden letters
    (escapes, comments, what stands in half a quotation), no calls but of colours and places."""
    if value.isascii() and not set("\\@{}(\"'*") & set(value):
        return True
    calls = re.findall(r"""([\w-]*)\(\s*(["']?#[\w:.-]+["']?\s*\))?""", value)
    return (
        all(name.lower() in _CALLS or (name.lower() == "url" and own) for name, own in calls)
        and not re.search(r"[\\@{}]|/\*", value)
        and value.count('"') % 2 == value.count("'") % 2 == 0
    )


def png(text: object) -> bytes:
    """The PNG in a base64 text, written anew with its pixels alone; nothing if it is none."""
    image = _opened(text) if isinstance(text, str) else None
    if image is None or image.format != "PNG" or image.width * image.height > _MOST:
        return b""
    out = io.BytesIO()
    try:
        image.load()
        image.info = {}
        image.save(out, "PNG")
    except (OSError, SyntaxError, ValueError):  # it ends before its end, or is broken
        return b""
    return out.getvalue()


def _opened(text: str) -> Any:
    """The picture in a base64 text; None if it is none, or more than a machine should hold."""
    from PIL import Image

    with warnings.catch_warnings(action="error"):
        try:
            data = io.BytesIO(base64.b64decode(text))
            return Image.open(data, formats=("PNG", "JPEG", "GIF", "WEBP"))
        except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError):
            return None

"""A chart as one page of HTML that can be used with a mouse, and asks nobody for anything."""

import html
import json
from importlib.resources import files
from typing import Any

from hanbin_data.slides.browser import POLICY
from hanbin_data.slides.reading import encoded

SCRIPT = "plotly.min.js"
"""The file that the pages of a folder may share, so that each is small."""

_STYLE = (
    "body{margin:0;overflow-x:hidden}h1{position:absolute;clip-path:inset(50%)}#chart{height:100vh}"
)


def page(figure: Any, title: str, alt: str, lang: str, *, shared: bool = False) -> bytes:
    """A figure as a page of HTML, UTF-8.

    Its Content-Security-Policy stops every request, also one that the figure asks for. An
    animation plays; where the figure has no buttons for it, at once. A screen too narrow for
    a chart's texts, a phone's, shows it smaller and whole.

    Args:
        figure: a plotly figure, or its JSON as a dict.
        title, alt, lang: title, text alternative and language of the page.
        shared: whether plotly.js is the file :data:`SCRIPT` beside it instead of a part of it.

    Raises:
        TypeError, ValueError: it is no figure.
    """
    given: dict[str, Any] = json.loads(encoded(figure))
    parts: dict[str, Any] = {"data": [], "layout": {}, "frames": []}
    parts |= {part: given[part] for part in parts if given.get(part)}
    # Within a script, "</script>" would end it.
    code = json.dumps(parts, separators=(",", ":")).replace("<", r"\u003c")
    policy = POLICY.replace("script-src", "script-src 'self' file:") if shared else POLICY
    library = f'<script src="{SCRIPT}"></script>' if shared else f"<script>{script()}</script>"
    draw = (files("hanbin_data.slides") / "page.js").read_text("utf-8")
    title, alt = html.escape(title), html.escape(alt)
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else lang}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n{library}\n</head>\n<body>\n"
        f'<main>\n<h1>{title}</h1>\n<figure style="margin:0" role="group" aria-label="{alt}">'
        f'<div id="chart"></div></figure>\n<noscript><p>{alt}</p></noscript>\n</main>\n'
        f"<script>const figure = {code}\n{draw}</script>\n</body>\n</html>\n"
    ).encode()


def script() -> str:
    """The plotly.js that is to stand as :data:`SCRIPT` beside pages that share it."""
    from plotly.offline import get_plotlyjs

    library: str = get_plotlyjs()
    return library

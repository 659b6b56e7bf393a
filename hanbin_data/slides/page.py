"""A chart as one page of HTML that can be used with a mouse, and asks nobody for anything."""

import html
import json
from typing import Any

from hanbin_data.slides.browser import POLICY
from hanbin_data.slides.reading import encoded

SCRIPT = "plotly.min.js"
"""The file that the pages of a folder may share, so that each is small."""

_CONFIG = {"displaylogo": False, "responsive": True, "showSendToCloud": False}

_STYLE = (
    "body{margin:0;overflow-x:hidden}h1{position:absolute;clip-path:inset(50%)}#chart{height:100vh}"
)

_DRAW = """
const {data, layout, frames} = figure, chart = document.getElementById("chart")
const fit = () => {
  const scale = Math.min(1, innerWidth / (layout.width || 848)), height = innerHeight / scale
  Object.assign(chart.style, {width: innerWidth / scale + "px", transformOrigin: "0 0",
    transform: `scale(${scale})`, height: (scale < 1 ? Math.min(height, 848) : height) + "px"})
}
fit()
addEventListener("resize", fit)
const controls = (layout.updatemenus || []).length + (layout.sliders || []).length
// Plotly's own buttons and sliders listen to a mouse alone.
const BUTTONS = ".updatemenu-button, .updatemenu-header, .updatemenu-dropdown-button, " +
  ".rangeselector .button", SLIDERS = ".slider-container > *"
const reach = () => {
  for (const part of chart.querySelectorAll(".main-svg > :not(.menulayer, .infolayer)"))
    part.setAttribute("aria-hidden", "true")
  for (const part of chart.querySelectorAll(`${BUTTONS}, ${SLIDERS}`)) {
    const slider = part.matches(SLIDERS) && chart._fullLayout.sliders[part.__data__._index]
    const told = !slider ? {role: "button", "aria-label": part.textContent} : {role: "slider",
      "aria-valuemin": 0, "aria-valuemax": slider.steps.length - 1, "aria-valuenow": slider.active,
      "aria-valuetext": slider.steps[slider.active]?.label,
      "aria-label": slider.currentvalue.prefix || "="}
    for (const [name, value] of Object.entries({...told, tabindex: 0}))
      part.setAttribute(name, value)
  }
}
chart.addEventListener("keydown", event => {
  const {target, key} = event
  const by = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[key]
  if (target.matches(BUTTONS) && (key === "Enter" || key === " "))
    target.dispatchEvent(new MouseEvent("click", {bubbles: true}))
  else if (target.matches(SLIDERS) && by) {
    const n = target.__data__._index, {steps, active} = chart._fullLayout.sliders[n]
    const step = steps[active + by]
    if (step) Plotly.relayout(chart, `sliders[${n}].active`, active + by)
      .then(() => Plotly[step.method]?.(chart, ...step.args)).then(reach)
  } else return
  event.preventDefault()
})
Plotly.newPlot(chart, {data, layout, frames, config: %s}).then(() => {
  reach()
  new MutationObserver(reach).observe(chart, {childList: true, subtree: true})
  if (frames.length && !controls) Plotly.animate(chart, null)
})
"""


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
    title, alt = html.escape(title), html.escape(alt)
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else lang}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n{library}\n</head>\n<body>\n"
        f'<main>\n<h1>{title}</h1>\n<figure style="margin:0" role="group" aria-label="{alt}">'
        f'<div id="chart"></div></figure>\n<noscript><p>{alt}</p></noscript>\n</main>\n'
        f"<script>const figure = {code}{_DRAW % json.dumps(_CONFIG)}</script>\n</body>\n</html>\n"
    ).encode()


def script() -> str:
    """The plotly.js that is to stand as :data:`SCRIPT` beside pages that share it."""
    from plotly.offline import get_plotlyjs

    library: str = get_plotlyjs()
    return library

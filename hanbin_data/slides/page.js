// Draws a chart on a page of its own: ``figure`` stands before this script.
const config = {displaylogo: false, responsive: true, showSendToCloud: false}
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
Plotly.newPlot(chart, {data, layout, frames, config}).then(() => {
  reach()
  new MutationObserver(reach).observe(chart, {childList: true, subtree: true})
  if (frames.length && !controls) Plotly.animate(chart, null)
})

// Runs in the page that holds plotly.js: draws a figure and tells what stands there, in the
// shape of the rows of reading.py; or makes its picture. The figure's JSON is in `handed`.
let handed = ""
const outside = []  // what a chart asked the network for, and did not get
document.addEventListener("securitypolicyviolation", event => outside.push(event.blockedURI))

const NATIVE = {scatter: "scatter", bar: "bar", histogram: "bar", waterfall: "waterfall",
  funnel: "funnel", candlestick: "candlestick", ohlc: "ohlc", scatterpolar: "polar", pie: "pie"}
const IN_SVG = {scattergl: "scatter", scatterpolargl: "scatterpolar"}
const BY_WEBGL = /3d$|^(surface|volume|isosurface|cone|streamtube|splom|scattergeo)$|^choropleth|^(scatter|density)map/
const MOST = 20000  // points that are read; with more, a chart is a picture
const length = list => list?.bdata ? list.bdata.length * 0.75 / list.dtype.slice(1) : list?.length || 0

// Plotly draws lots for the names of its parts; the same chart has the same names each time.
function seed(text) {
  let state = 7
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 16777619)
  Math.random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
}

function figure() {
  outside.length = 0
  group = null
  seed(handed)
  const {data, layout} = JSON.parse(handed)
  return {data: (data || []).map((trace, i) => ({uid: `t${i}`, ...trace})), layout: layout || {}}
}

// ---- colours, lines, texts

const pen = document.createElement("canvas").getContext("2d")
const near = (number, places = 2) => +number.toFixed(places)
const short = number => +number?.toPrecision(12)  // 0.65, not 0.6500000000000001

function color(css, opacity = 1) {
  if (!css || css === "none" || css.startsWith("url")) return null
  pen.fillStyle = "#000000"
  pen.fillStyle = css
  if (pen.fillStyle[0] === "#") return [pen.fillStyle, near(opacity, 3)]
  const [red, green, blue, alpha] = pen.fillStyle.match(/[\d.]+/g).map(Number)
  const hex = [red, green, blue].map(part => part.toString(16).padStart(2, "0")).join("")
  return ["#" + hex, near(alpha * opacity, 3)]
}

const line = (css, width, dash, opacity = 1) =>
  width > 0 && css ? {color: color(css, opacity), width, dash: dash || "solid"} : null

// All opacities from an element up to the chart.
function opacity(element) {
  let product = 1
  for (let e = element; e && !e.classList.contains("js-plotly-plot"); e = e.parentElement)
    product *= e.style.opacity === "" ? +(e.getAttribute("opacity") ?? 1) : +e.style.opacity
  return product
}

const fillOf = element => looksOf(element)[0], strokeOf = element => looksOf(element)[1]

// Fill and stroke; of thousands of parts of one group, most look alike.
let alike = new Map(), group
function looksOf(element) {
  if (group !== element.parentNode?.parentNode) [group, alike] = [element.parentNode?.parentNode, new Map()]
  const key = [element.localName, element.getAttribute("class"), element.getAttribute("style"), element.getAttribute("opacity"),
    element.parentNode?.getAttribute("class"), element.parentNode?.getAttribute("style")].join("|")
  if (!alike.has(key)) {
    const style = getComputedStyle(element), all = opacity(element), width = parseFloat(style.strokeWidth)
    const stroke = color(style.stroke, style.strokeOpacity * all), dashes = style.strokeDasharray
    alike.set(key, [color(style.fill, style.fillOpacity * all), stroke && stroke[1] && width > 0
      ? {color: stroke, width, dash: dashes === "none" ? "solid" : dashes.replace(/ /g, "")} : null])
  }
  return alike.get(key)
}

const ENTITIES = document.createElement("textarea")
function plain(markup) {
  ENTITIES.innerHTML = String(markup ?? "").replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/?(?:b|i|em|strong|u|s|span|a|sub|sup)\b[^<>]*>/gi, "").replace(/</g, "&lt;")
  return ENTITIES.value.replace(/\u200b/g, "")
}

const words = text => text.lines.map(runs => runs.map(run => run.text).join("")).join("\n")

class Page {
  constructor(chart) {
    this.chart = chart
    this.layout = chart._fullLayout
    const at = chart.getBoundingClientRect()
    this.left = at.left
    this.top = at.top
    this.groups = new Map()  // the parts that each trace is drawn in, by its number
    for (const group of this.all("g.trace").filter(each => !each.closest(".rangeslider-container"))) {
      const index = [group.__data__].flat()[0]?.trace?.index
      this.groups.set(index, [...(this.groups.get(index) || []), group])
    }
  }

  all(selector, within = this.chart) { return [...within.querySelectorAll(selector)] }

  box(element) {
    const {left, top, width, height} = element.getBoundingClientRect()
    return [near(left - this.left), near(top - this.top), near(width), near(height)]
  }

  point(element, x, y) {
    const at = new DOMPoint(x, y).matrixTransform(element.getScreenCTM())
    return [near(at.x - this.left), near(at.y - this.top)]
  }

  font(element, larger = 1) {
    const style = getComputedStyle(element)
    return {size: near(parseFloat(style.fontSize) * larger),
      color: color(style.fill, style.fillOpacity * opacity(element)) || ["#000000", 0],
      bold: style.fontWeight >= 600, italic: style.fontStyle !== "normal"}
  }

  // A text element's lines of runs; null where nothing is seen of it.
  text(element) {
    if (!element || !element.checkVisibility({opacityProperty: true, visibilityProperty: true}))
      return null
    const parts = this.all("tspan.line", element)
    const lines = (parts.length ? parts : [element]).map(part => this.runs(part, element))
    if (!lines.some(runs => runs.some(run => run.text.trim()))) return null
    const matrix = element.getScreenCTM()
    const anchor = getComputedStyle(element).textAnchor
    return {lines, box: this.box(element), angle: near(Math.atan2(matrix.b, matrix.a) * 180 / Math.PI, 1),
      align: {middle: "center", end: "right"}[anchor] || "left"}
  }

  runs(part, element) {
    const found = []
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      let text = walk.currentNode.data.replace(/\u200b/g, "")
      if (!text) continue
      const run = {shift: "", underline: false, strike: false}
      const parent = walk.currentNode.parentElement
      for (let e = parent; e !== element; e = e.parentElement) {
        const lift = e.classList.contains("line") ? null : e.getAttribute("dy")
        if (lift) run.shift = lift[0] === "-" ? "super" : "sub"
        const decoration = getComputedStyle(e).textDecorationLine
        run.underline ||= decoration.includes("underline")
        run.strike ||= decoration.includes("line-through")
      }
      const style = getComputedStyle(parent)
      if (style.textTransform === "uppercase") text = text.toUpperCase()
      if (style.textTransform === "lowercase") text = text.toLowerCase()
      if (style.textTransform === "capitalize") text = text.replace(/(^|\s)(\S)/g, (_, a, b) => a + b.toUpperCase())
      found.push({text, font: this.font(parent, run.shift ? 1 / 0.7 : 1), ...run})
    }
    return found
  }
}

// ---- axes and subplots

const fromLog = (axis, value) => axis.type === "log" ? 10 ** value : value

function readAxis(page, axis, id, {selector, along, values, ...more}) {
  const texts = new Map(page.all(selector).map(e => [e.__data__.x, page.text(e)])), shown = [...texts.values()].find(Boolean)
  const ticks = (values || [...texts.keys()].map(x => ({x}))).map(({x}) => {
    const text = texts.get(x)
    return {value: fromLog(axis, x), at: near(along(x)), text: text ? words(text) : "", box: text ? text.box : null}
  })
  const written = new Map(ticks.filter(tick => tick.text).map(tick => [tick.value, tick.text]))
  const named = axis._categories || [], pairs = axis.type === "multicategory"
  return {id, type: axis.type, visible: axis.visible, ticks, ...more,
    tick_font: shown ? shown.lines.flat()[0].font : null, tick_angle: shown ? shown.angle : 0,
    tick_marks: axis.ticks || "", tick_length: axis.ticklen || 0,
    tick_line: axis.ticks ? line(axis.tickcolor, axis.tickwidth) : null,
    categories: named.map((each, i) => written.get(i) ?? plain(pairs ? each[1] : each)),
    groups: pairs ? named.map(each => plain(each[0])) : [],
    line: axis.showline ? line(axis.linecolor, axis.linewidth) : null,
    grid: axis.showgrid ? line(axis.gridcolor, axis.gridwidth, axis.griddash) : null}
}

function readCartesianAxis(page, axis) {
  const id = axis._id, zero = page.chart.querySelector(`path.${id}zl`)
  return readAxis(page, axis, id, {
    outer: page.all(`g.${id}tick2 > text`).map(each => page.text(each)).filter(Boolean), selector: `g.${id}tick > text`, values: (axis._vals || []).filter(tick => !tick.minor), along: x => axis._offset + axis.l2p(x),
    range: axis.range.map(end => fromLog(axis, axis.r2l(end))), start: near(axis._offset), length: near(axis._length),
    side: axis.side || "", at: near(axis._mainLinePosition || 0), overlaying: axis.overlaying || "", mirror: !!axis.mirror,
    zero: zero ? line(axis.zerolinecolor, axis.zerolinewidth) : null, title: page.text(page.chart.querySelector(`text.${id}title`)),
  })
}

// The radial axis begins at the inner circle.
function readPolarAxis(page, axis, id, polar) {
  const around = axis._id === "angularaxis", inner = polar.innerRadius, length = polar.radius - inner
  const [low, high] = around ? [0, 360] : axis.range.map(end => axis.r2l(end))
  return readAxis(page, axis, id, {
    selector: `.polarlayer > .${polar.id} .${around ? "angularaxis" : "radial-axis .x"}tick > text`,
    along: x => around ? x : inner + (x - low) / (high - low) * length,
    range: [low, high].map(end => fromLog(axis, end)), start: near(inner), length: near(length),
    title: around ? null : page.text(page.chart.querySelector(`text.${polar.id}title`)),
  })
}

const squared = ([x, y], radius) => [x - radius, y - radius, 2 * radius, 2 * radius].map(n => near(n))

function readPlots(page, traces) {
  const {layout} = page, plots = [], axes = new Map()
  for (const id of layout._subplots.cartesian || []) {
    const {xaxis: x, yaxis: y, mainplot} = layout._plots[id]
    for (const axis of [x, y]) if (!axes.has(axis._id)) axes.set(axis._id, readCartesianAxis(page, axis))
    plots.push({id, kind: "xy", x: x._id, y: y._id, main: mainplot && mainplot !== id ? mainplot : "",
      box: [x._offset, y._offset, x._length, y._length].map(n => near(n)), background: color(layout.plot_bgcolor)})
  }
  for (const id of layout._subplots.polar || []) {
    const {_subplot: polar, sector, hole, angularaxis} = layout[id], x = `${id}.angularaxis`, y = `${id}.radialaxis`
    axes.set(x, readPolarAxis(page, polar.angularAxis, x, polar)).set(y, readPolarAxis(page, polar.radialAxis, y, polar))
    plots.push({id, kind: "polar", x, y, box: squared([polar.cx, polar.cy], polar.radius),
      radar: angularaxis.rotation === 90 && angularaxis.direction === "clockwise" && !hole && sector[1] - sector[0] >= 360,
      shapes: ["plotbg", "angular-grid", "radial-grid", "angular-line"].flatMap(part =>
        page.all(`.polarlayer > .${id} > .${part} path`).flatMap(path => paths(page, path))
          .reverse().map((piece, i) => i && part === "plotbg" ? {...piece, fill: color(layout.paper_bgcolor)} : piece))})  // the hole
  }
  for (const {kind, plot: id, ring} of traces) if (kind === "pie") plots.push({id, kind, box: squared(ring.center, ring.radius)})
  return {plots, axes: [...axes.values()]}
}

// ---- traces

const same = list => list.length > 1 && list.every(each => JSON.stringify(each) === JSON.stringify(list[0])) ? list.slice(0, 1) : list
const column = (points, value) => points.map(point => {
  const given = value(point)
  return typeof given === "number" && isFinite(given) ? given : null
})

let names  // plotly's numbers of symbols
function symbol(given) {
  names ||= new Map(Plotly.PlotSchema.get().traces.scatter.attributes.marker.symbol.values
    .map((each, i, all) => [String(each), all[i - i % 3 + 2]]))
  return names.get(String(given)) || String(given)
}

// Dots that PowerPoint draws itself.
const DOTS = /^(circle|square|diamond|triangle-up|cross|x|asterisk|line-ew)(-open)?$/

// The drawn parts of a trace's points: [their number among its points, the element].
function marks(page, trace, points, selector) {
  const places = new Map(points.map((point, i) => [point, i]))
  const groups = page.groups.get(trace.index) || []
  return groups.flatMap(group => page.all(selector, group)).map(element => [places.get(element.__data__) ?? places.get(element.closest("g.slice")?.__data__), element]).filter(([place]) => place !== undefined)
}

// Looks of a trace's points; a point that is not drawn, say a gap, has those of the first.
function looks(page, trace, points, selector) {
  const drawn = new Map(marks(page, trace, points, selector)), [first] = drawn.values()
  const all = points.map((_, i) => drawn.get(i) || first).filter(Boolean), patterns = all.map(element => pattern(element))
  return {
    colors: all.map((element, i) => patterns[i]?.front || fillOf(element) || ["#000000", 0]), outlines: all.map(element => strokeOf(element)),
    ...(patterns.some(Boolean) ? {backs: patterns.map((each, i) => each ? each.back : fillOf(all[i]))} : {}),
  }
}

// The gradient or pattern that an element is filled with.
function filling(element, kind) {
  const named = element.style.fill.match(/url\("?#([^"]+)"?\)/), found = named && document.getElementById(named[1])
  return found?.localName === kind ? found : null
}

// The two colours of an element that is filled with a pattern.
function pattern(element) {
  const tile = filling(element, "pattern")
  if (!tile) return null
  const back = tile.querySelector("rect"), front = tile.querySelector("path, circle")
  return {back: back && fillOf(back), front: front && (strokeOf(front)?.color || fillOf(front))}
}

const readLabels = (page, trace, points, selector, place) => marks(page, trace, points, selector)
  .map(([point, element]) => ({point, text: page.text(element), place: place(element, point)})).filter(label => label.text)

function readErrors(page, trace, points) {
  return ["x", "y"].filter(along => trace[`error_${along}`]?.visible && points.some(p => p[along + "h"] !== undefined)).map(along => {
    const bars = trace[`error_${along}`], style = along === "x" && bars.copy_ystyle ? trace.error_y : bars
    return {along, low: column(points, p => p[along + "s"]), high: column(points, p => p[along + "h"]),
      line: line(style.color, style.thickness, "", trace.opacity ?? 1), cap: style.width}
  })
}

const KINDS = {
  bar(page, trace, points) {
    const across = trace.orientation === "h", [along, other] = across ? ["x", "y"] : ["y", "x"]
    const pattern = trace.marker?.pattern?.shape
    return {
      ...looks(page, trace, points, ".point > path"),
      horizontal: across,
      [other]: column(points, p => p.p),
      [along]: column(points, p => p.s1), base: column(points, p => p.s0),
      offset: column(points, p => short(p.p0)), width: column(points, p => short(p.p1 - p.p0)),
      patterns: pattern ? points.map(p => p.mp ?? (Array.isArray(pattern) ? pattern[p.i] : pattern) ?? "") : [],
      labels: readLabels(page, trace, points, "text.bartext", e => e.classList.contains("bartext-outside") ? "outside" : "inside"),
      errors: readErrors(page, trace, points),
      connector: trace.connector?.visible ? line(trace.connector.line.color, trace.connector.line.width, trace.connector.line.dash) : null,
    }
  },
  scatter(page, trace, points) {
    const has = part => trace.mode.includes(part)
    const {colors, outlines} = looks(page, trace, points, "path.point")
    const drawn = points.find(p => p.mrc !== undefined)
    const marked = drawn && has("markers") ? points.map(p => p.mrc === undefined ? drawn : p) : []
    const symbols = marked.map(p => symbol(p.mx ?? trace.marker.symbol)), sizes = marked.map(p => near(2 * p.mrc))
    symbols.forEach((name, i) => { if (name.includes("-open") && outlines[i]) colors[i] = outlines[i].color })
    const drawnBy = new Map(marks(page, trace, points, "path.point")), turned = trace.marker?.angleref === "previous"
    const odd = marked.flatMap((p, i) =>
      drawnBy.has(i) && (turned || (p.ma ?? trace.marker.angle) || sizes[i] > 72 || !DOTS.test(symbols[i])) ? [i] : [])
    const shapes = odd.slice(0, 500).flatMap(i => paths(page, drawnBy.get(i)))
    for (const i of odd) sizes[i] = 0
    const along = trace.orientation === "h" ? "x" : "y"
    const stacked = trace.stackgroup && points.some(p => p.sNorm !== undefined || p.s !== undefined)
    const filled = trace._ownfill ? trace._ownFill : trace._prevtrace?._nextFill
    return {
      x: column(points, p => p.x), y: column(points, p => p.y),
      ...(has("markers") ? {colors, outlines, sizes, symbols, shapes} : {}),
      lines: has("lines"), markers: has("markers"),
      line: has("lines") ? {color: color(trace.line.color, trace.opacity ?? 1), width: trace.line.width, dash: trace.line.dash} : null,
      shape: trace.line?.shape || "linear", connect_gaps: !!trace.connectgaps,
      fill: trace.fill && trace.fill !== "none" ? trace.fill : "",
      fill_color: trace.fill && trace.fill !== "none" ? color(trace.fillcolor, trace.opacity ?? 1) : null,
      fills: filled?.node() ? paths(page, filled.node()) : [],
      base: stacked ? column(points, p => p[along] - (p.sNorm ?? p.s)) : [],
      labels: readLabels(page, trace, points, ".textpoint text", (_, i) => points[i].tp || (Array.isArray(trace.textposition) ? "middle center" : trace.textposition)),
      errors: readErrors(page, trace, points),
    }
  },
  polar(page, trace, points) {
    const angular = page.layout[trace.subplot]._subplot.angularAxis
    const turned = angular.type === "linear" ? 180 / Math.PI : 1
    const {xaxis, yaxis} = page.layout[trace.subplot]._subplot, [group] = page.groups.get(trace.index) || []
    const spots = points.map(p => isFinite(p.x) && isFinite(p.y) ? page.point(group, xaxis.c2p(p.x), yaxis.c2p(p.y)) : [])
    return {...KINDS.scatter(page, trace, points), x: column(spots, p => p[0]), y: column(spots, p => p[1]),
      r: column(points, p => p.r), theta: column(points, p => near(p.theta * turned, 6))}
  },
  candlestick(page, trace, points) {
    const [up, down] = [trace.increasing, trace.decreasing]
    return {
      x: column(points, p => p.pos ?? p.x),
      open: column(points, p => p.o ?? (p.med === p.q1 ? p.q3 : p.q1)), close: column(points, p => p.c ?? p.med),
      high: column(points, p => p.h ?? p.max), low: column(points, p => p.l ?? p.min),
      rising: line(up.line.color, up.line.width, up.line.dash), falling: line(down.line.color, down.line.width, down.line.dash),
      rising_fill: color(up.fillcolor), falling_fill: color(down.fillcolor),
    }
  },
  // Slices run clockwise from the first one's beginning, as they stand.
  pie(page, trace, points) {
    const turn = angle => ((near(angle * 180 / Math.PI, 3) % 360) + 360) % 360
    const begin = point => turn(Math.min(point.startangle, point.stopangle))
    const [{cx, cy, r}] = points
    const seen = points.filter(point => !point.hidden && point.v > 0).sort((a, b) => begin(a) - begin(b))
    seen.forEach((point, i) => { point.slice = i })
    return {
      ...looks(page, trace, seen, "path.surface"),
      value: column(seen, p => p.v),
      labels: readLabels(page, trace, seen, "text.slicetext", (_, i) => "labelExtraX" in seen[i] ? "outside" : "inside"),
      ring: {center: [near(cx), near(cy)], radius: near(r), hole: trace.hole || 0,
        rotation: seen.length ? begin(seen[0]) : 0, names: seen.map(p => plain(p.label)),
        pulls: seen.map(p => Array.isArray(trace.pull) ? trace.pull[p.i] || 0 : trace.pull || 0),
        title: page.text(page.groups.get(trace.index)[0].querySelector("text.titletext"))},
    }
  },
}
Object.assign(KINDS, {waterfall: KINDS.bar, funnel: KINDS.bar, ohlc: KINDS.candlestick})

function readTraces(page) {
  return page.chart.calcdata.filter(([first]) => first && first.trace.visible === true).map(points => {
    const {trace} = points[0], kind = NATIVE[trace.type] || "picture"
    const place = {pie: `pie ${trace.index}`, polar: trace.subplot}[kind]
    const read = kind === "picture" || points[0].placeholder ? {} : KINDS[kind](page, trace, points)
    for (const key of ["colors", "backs", "outlines", "patterns", "sizes", "symbols", "offset", "width"])
      if (read[key]) read[key] = same(read[key])
    return {kind, type: trace.type, index: trace.index, name: plain(trace.name),
      plot: place ?? (trace.xaxis && trace.yaxis ? trace.xaxis + trace.yaxis : trace.subplot || trace.scene || trace.geo || ""),
      ...read}
  })
}

// ---- what stands beside and over the plots

function readLegends(page) {
  return page.all(".infolayer > g").filter(group => /^legend\d*$/.test(group.classList[0])).map(group => {
    const name = group.classList[0], bg = group.querySelector("rect.bg"), box = page.box(bg)
    const items = page.all("g.traces", group).map(item => {
      const [first] = item.__data__, text = page.text(item.querySelector(`text.${name}text`))
      if (!text || text.box[1] > box[1] + box[3]) return null  // it would have to be scrolled to
      if (first.groupTitle) return {text, symbol: text.box, trace: null}
      const slices = page.chart.calcdata.find(([each]) => each?.trace === first.trace) || []
      const layers = item.querySelector(".layers"), parts = page.all("path", layers)
      const filled = parts.map(fillOf).find(each => each && each[1]), stroked = parts.map(strokeOf).find(Boolean)
      return {text, symbol: page.box(layers), trace: first.trace.index, opacity: near(opacity(item)),
        color: filled || (stroked ? stroked.color : null), point: slices.find(each => each.i === first.i)?.slice ?? null}
    }).filter(Boolean)
    return {box, items, title: page.text(group.querySelector(`text.${name}titletext`)), background: fillOf(bg),
      border: strokeOf(bg), horizontal: page.layout[name].orientation === "h"}
  }).filter(legend => legend.items.length)
}

function readAnnotations(page) {
  return page.all("g.annotation[data-index]").map(group => {
    const settings = page.layout.annotations[+group.dataset.index], bg = group.querySelector("rect.bg")
    const arrow = group.querySelector(".annotation-arrow-g path"), text = page.text(group.querySelector("text.annotation-text"))
    const end = at => { const {x, y} = arrow.getPointAtLength(at); return page.point(arrow, x, y) }
    return {text, name: settings.name || "", box: page.box(bg), background: fillOf(bg), border: strokeOf(bg),
      arrow: arrow ? [end(0), end(arrow.getTotalLength())] : [], arrow_line: arrow ? strokeOf(arrow) : null,
      arrow_head: !!arrow && settings.arrowhead > 0 && settings.arrowside !== "none"}
  })
}

// What a path shows, as a shape for each of its pieces, with its corners or points close enough to draw its curves by.
function paths(page, path) {
  const look = {kind: "path", box: page.box(path), fill: fillOf(path), line: strokeOf(path)}
  return ((path.getAttribute("d") || "").match(/M[^M]*/g) || []).map(d =>
    ({...look, closed: /Z\s*$/.test(d), points: (corners(d) || curve(path, d)).map(at => page.point(path, ...at))}))
}

function curve(path, d) {
  const piece = path.parentElement.appendChild(path.cloneNode())
  piece.setAttribute("d", d)
  const length = piece.getTotalLength(), steps = Math.max(96, Math.min(2000, Math.round(length / 3)))
  const points = Array.from({length: steps + 1}, (_, i) => piece.getPointAtLength(length * i / steps)).map(p => [p.x, p.y])
  piece.remove()
  return points
}

function corners(d) {
  const points = []
  let x = 0, y = 0
  for (const [, letter, rest] of d.matchAll(/([A-Z])([^A-Z]*)/gi)) {
    const numbers = (rest.match(/-?[\d.]+(?:e[-+]?\d+)?/gi) || []).map(Number)
    if (letter === "H") for (x of numbers) points.push([x, y])
    else if (letter === "V") for (y of numbers) points.push([x, y])
    else if (letter === "M" || letter === "L")
      for (let i = 0; i + 1 < numbers.length; i += 2) points.push([x = numbers[i], y = numbers[i + 1]])
    else if (letter.toUpperCase() !== "Z") return null
  }
  return points
}

function readShapes(page) {
  return page.all(".shapelayer path[data-index], .shapelayer .shape-group[data-index] > path").flatMap(path => {
    const group = path.closest("[data-index]"), settings = page.layout.shapes[+(path.dataset.index ?? group.dataset.index)]
    const kind = settings.type, fill = kind === "line" ? null : fillOf(path), drawn = strokeOf(path)
    const look = {kind, name: settings.name || "", layer: settings.layer, fill: fill && fill[1] ? fill : null,
      line: drawn ? {...drawn, dash: settings.line.dash} : null}
    const text = page.text((group.closest(".shape-group") || group.parentElement).querySelector(".shape-label text"))
    if (kind !== "path" && kind !== "line") return [{...look, box: page.box(path), text}]
    return paths(page, path).map((piece, i) => ({...piece, ...look, text: i ? null : text}))
  })
}

// The colours of a gradient at even steps from its beginning, or nothing.
function gradient(rect) {
  const filled = filling(rect, "linearGradient")
  if (!filled) return null
  const stops = [...filled.querySelectorAll("stop")].map(stop => {
    const at = stop.getAttribute("offset"), style = getComputedStyle(stop)
    return [at.endsWith("%") ? parseFloat(at) / 100 : +at, color(style.stopColor, +style.stopOpacity * opacity(rect))]
  })
  const canvas = Object.assign(document.createElement("canvas"), {width: 1024, height: 1}), brush = canvas.getContext("2d")
  const fill = brush.createLinearGradient(0, 0, 1024, 0)
  for (const [at, [css]] of stops) fill.addColorStop(at, css)
  brush.fillStyle = fill
  brush.fillRect(0, 0, 1024, 1)
  return Array.from({length: 17}, (_, i) => {
    const [red, green, blue] = brush.getImageData(Math.min(1023, 64 * i), 0, 1, 1).data
    return color(`rgb(${red}, ${green}, ${blue})`, stops[0][1][1])
  })
}

// Keys to colour scales: bands that look the same everywhere, their outline and texts.
function readColorbars(page) {
  return page.all("g.colorbar").flatMap(group => {
    const outline = group.querySelector(".cboutline"), box = page.box(outline), [left, top, width, height] = box
    const colors = page.all("rect.cbfill", group).flatMap(rect => gradient(rect) || [fillOf(rect)]).filter(Boolean)
    const every = Math.max(1, Math.floor(colors.length / 16))
    const bands = colors.filter((_, i) => i % every === 0 || i === colors.length - 1), count = bands.length
    const texts = page.all(".cbaxis text, .cbtitle text", group).map(each => page.text(each)).filter(Boolean)
    return [...bands.map((fill, i) => ({fill, box: group.__data__?.orientation === "h"
      ? [left + width * i / count, top, width / count, height] : [left, top + height * (1 - (i + 1) / count), width, height / count]})),
      {box, line: strokeOf(outline)}, ...texts.map(text => ({box: text.box, text}))]
      .map(shape => ({kind: "rect", name: "Colour scale", ...shape}))
  })
}

// ---- why PowerPoint has no chart for it

const unknown = kinds => ({code: "kind", values: {kind: [...kinds].sort().join(", ")}})

const FEATURES = {
  gradient: ({marker, fillgradient}) => [marker?.gradient, fillgradient].some(each => each && each.type !== "none"),
  pattern: trace => trace.fillpattern?.shape,
  scalegroup: trace => trace.type === "pie" && trace.scalegroup,
  backoff: trace => [].concat(trace.line?.backoff ?? 0).some(each => each > 0),
}

function reasons(page, traces, plots) {
  const kinds = new Set(traces.filter(trace => trace.kind === "picture").map(trace => trace.type))
  const seen = page.chart._fullData.filter(trace => trace.visible === true && NATIVE[trace.type])
  const codes = Object.keys(FEATURES).filter(code => seen.some(FEATURES[code]))
  const axes = plots.filter(plot => plot.kind === "xy").flatMap(({id}) => [page.layout._plots[id].xaxis, page.layout._plots[id].yaxis])
  if (page.all(".imagelayer image").some(image => /^data:/.test(image.href.baseVal))) codes.push("images")
  if (axes.some(axis => axis.rangebreaks?.some(each => each.enabled !== false))) codes.push("breaks")
  return [...(kinds.size ? [unknown(kinds)] : []), ...codes.map(code => ({code}))]
}

function readChart(chart, frames) {
  const page = new Page(chart), {layout} = page, layers = [...page.groups.keys()]  // the lowest first
  const traces = readTraces(page), {plots, axes} = readPlots(page, traces), why = reasons(page, traces, plots)
  const read = {
    width: layout.width, height: layout.height, paper: color(layout.paper_bgcolor),
    title: page.text(chart.querySelector("text.gtitle")), subtitle: page.text(chart.querySelector("text.gtitle-subtitle")),
    plots, axes, traces, order: traces.map(trace => trace.index).sort((a, b) => layers.indexOf(a) - layers.indexOf(b)),
    legends: readLegends(page), annotations: readAnnotations(page), shapes: readShapes(page),
    colorbars: readColorbars(page), why,
  }
  const controls = [...(layout.updatemenus || []), ...(layout.sliders || []),
    ...Object.values(layout._plots || {}).flatMap(({xaxis}) => [xaxis.rangeslider, xaxis.rangeselector])]
  const remarks = {frames, controls: controls.some(each => each?.visible), outside: outside.length}
  read.remarks = Object.keys(remarks).filter(code => remarks[code]).map(code => ({code}))
  if (!traces.length && !read.annotations.length && !read.shapes.length && !why.length && !read.title)
    why.push({code: "empty"})
  return read
}

async function drawn(given, width, height, use) {
  const chart = document.body.appendChild(document.createElement("div"))
  try {
    await Plotly.newPlot(chart, given.data, {...given.layout, width, height, autosize: false}, {staticPlot: true})
    return await use(chart)
  } finally {
    Plotly.purge(chart)
    chart.remove()
  }
}

const failed = async error => {
  await new Promise(done => setTimeout(done, 50))  // until all that it asked for is known
  throw Error((outside.length ? "network " : "") + (error && error.message || error))
}

async function read(width, height) {
  const given = figure(), frames = (JSON.parse(handed).frames || []).length
  const seen = given.data.filter(trace => (trace.visible ?? true) === true)
  const kinds = new Set(seen.map(trace => trace.type).filter(type => BY_WEBGL.test(type)))
  const points = seen.reduce((sum, trace) => sum + Math.max(length(trace.x), length(trace.y), length(trace.r)), 0)
  if (kinds.size || points > MOST) {  // drawn only once, as a picture, for it may take seconds
    const why = kinds.size ? unknown(kinds) : {code: "points", values: {points: Math.round(points).toLocaleString("en-US")}}
    return {width, height, why: [why], remarks: frames ? [{code: "frames"}] : []}
  }
  for (const trace of given.data) trace.type = IN_SVG[trace.type] || trace.type
  return drawn(given, width, height, chart => readChart(chart, frames)).catch(failed)
}

// What a chart that has everything no longer tells; nothing where plotly.js is as it was.
async function probe() {
  const anchor = {x: 0, y: 1, text: "note", showarrow: true}
  const read = await drawn({
    data: [{type: "bar", x: ["a", "b"], y: [1, 2], text: ["p", "q"], name: "n"}, {x: ["a", "b"], y: [1, 2], mode: "lines+markers+text", text: ["r", "s"]},
      {type: "pie", labels: ["a", "b"], values: [1, 2], domain: {x: [0.8, 1]}}],
    layout: {title: {text: "t"}, xaxis: {domain: [0, 0.7], title: {text: "across"}}, annotations: [anchor],
      shapes: [{type: "rect", x0: 0, x1: 1, y0: 0, y1: 1}]},
  }, 600, 400, chart => readChart(chart, 0)).catch(error => ({problem: String(error)}))
  const {axes: [x, y] = [], traces: [bar, dots, pie] = [], legends: [legend] = [], annotations: [note] = []} = read
  const told = {
    "axis ticks": x?.ticks.map(tick => tick.text).join() === "a,b" && x.ticks.every(tick => tick.box) && y.ticks.length > 2,
    "axis titles": x?.title, title: read.title,
    bars: bar?.y.join() === "1,2" && bar.base.join() === "0,0" && bar.width[0] === 0.8 && bar.colors[0]?.[0] === "#1f77b4",
    dots: dots?.y.join() === "1,2" && dots.sizes[0] === 6 && dots.colors[0], slices: pie?.value.join() === "2,1" && pie.ring.radius > 0,
    labels: bar?.labels.length === 2 && dots?.labels.length === 2 && pie?.labels.length === 2,
    legend: legend?.items.length === 4, annotations: note?.text && note.arrow.length === 2, shapes: read.shapes?.length === 1,
  }
  const lost = Object.keys(told).filter(part => !told[part])
  return lost.length ? `${Plotly.version} does not tell what it draws (${read.problem || lost.join(", ")})` : ""
}

// ---- pictures

// A character without a glyph is drawn as the same box as any other.
function readable(characters) {
  const [first, second] = [...characters].map(character => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 40, height: 40}), brush = canvas.getContext("2d")
    brush.font = "32px sans-serif"
    brush.fillText(character, 2, 34)
    return canvas.toDataURL()
  })
  return first !== second
}

async function picture(format, width, height, scale) {
  if (/\\u[4-9]/.test(handed) && !readable("汉滨")) throw Error("fonts")
  const given = figure(), {meta, title} = given.layout
  const mark = Math.random().toString(16).slice(2, 8)  // a timer of the chart before may draw a lot in between
  const options = format === "png" ? {format, width, height, scale} : {format: "svg", width, height, scale: 1}
  const address = await Plotly.toImage(given, options).catch(failed)
  const content = address.slice(address.indexOf(",") + 1)
  if (format === "png") return content
  const drawn = decodeURIComponent(content), own = /id="defs-([0-9a-f]{6})"/.exec(drawn)
  // An empty style stands before or behind the view box, as timers have it.
  const named = (own ? drawn.replaceAll(own[1], mark) : drawn).replaceAll(' style=""', "")
  const svg = described(named, plain(meta?.title || title?.text || title), plain(meta?.alt))
  return format === "svg" ? svg : {svg, png: await rastered(svg, width, height, scale)}
}

// The PNG of an SVG, so that what is shown by both is drawn once.
async function rastered(svg, width, height, scale) {
  const image = new Image(), canvas = Object.assign(document.createElement("canvas"), {width: width * scale, height: height * scale})
  image.src = "data:image/svg+xml," + encodeURIComponent(svg)
  await image.decode()
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL().split(",")[1]
}

// An SVG that says what it shows.
function described(svg, title, text) {
  const tree = new DOMParser().parseFromString(svg, "image/svg+xml"), root = tree.documentElement
  for (const [name, content] of [["desc", text], ["title", title]].filter(([, content]) => content)) {
    const element = tree.createElementNS(root.namespaceURI, name)
    element.textContent = content
    root.prepend(element)
  }
  root.setAttribute("role", "img")
  return new XMLSerializer().serializeToString(root)
}

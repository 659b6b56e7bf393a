// Plotly draws a chart once it comes into view; until then, and without it, its picture stands there.
const root = document.documentElement.dataset.content_root
let library

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = `${root}../plotly.min.js`
    script.onload = () => resolve(window.Plotly)
    script.onerror = reject
    document.head.append(script)
  })
  return library
}

async function draw(picture) {
  const { data, layout } = JSON.parse(picture.nextElementSibling.textContent)
  const Plotly = await plotly()
  const live = document.createElement("div")
  live.className = "live"
  live.role = "img"
  live.ariaLabel = picture.alt
  picture.after(live)
  await Plotly.newPlot(live, data, { ...layout, dragmode: false },
    { displayModeBar: false, displaylogo: false, responsive: true, showSendToCloud: false })
  for (const svg of live.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true")
  live.parentElement.classList.add("drawn")
}

if (!navigator.connection?.saveData) {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      seen.unobserve(target)
      draw(target).catch((error) => console.error(error))
    }
  })
  for (const picture of document.querySelectorAll("figure.chart img")) {
    // So that nothing below moves when plotly draws.
    picture.parentElement.style.minHeight = `${picture.parentElement.dataset.height}px`
    seen.observe(picture)
  }
}

// The gallery's filter.
const filter = document.querySelector("form.filter")
filter?.addEventListener("input", () => {
  const asked = [...new FormData(filter)].filter(([, code]) => code)
  const fits = (card) => asked.every(([field, code]) => card[`${field}s`].split(" ").includes(code))
  let shown = 0
  for (const list of document.querySelectorAll("ul.cards")) {
    for (const card of list.children) shown += !(card.hidden = !fits(card.dataset))
    list.closest("section").hidden = [...list.children].every((card) => card.hidden)
  }
  const said = filter.querySelector("output")
  said.value = said.dataset.words.replace("{n}", shown).replace("{all}", said.dataset.all)
})
filter?.dispatchEvent(new Event("input"))

// Both languages have the same sections and charts in the same order: the switch keeps the place.
const places = [...document.querySelectorAll("article section, article figure.chart, article dt[id]")]
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => {
    const passed = places.filter((place) => place.getBoundingClientRect().top < innerHeight / 3)
    link.search = location.search
    link.hash = passed.length > 1 && scrollY ? `place-${passed.length - 1}` : ""
  })
}
const kept = /^#place-(\d+)$/.exec(location.hash)
if (kept) places[kept[1]]?.scrollIntoView({ behavior: "instant" })

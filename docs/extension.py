"""What the site adds to Sphinx: pages filled from the data, charts, the twin in the other
language, and a search that finds Chinese.

Pages are Jinja templates, filled when they are read. Of a notebook's charts each becomes the
template ``chart.html``; its prose and its other outputs are as they are stored.
"""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.zh import SearchChinese

import hanbin_data as hd
from hanbin_data import charts, slides, words
from hanbin_data.frames import described

CHART = "application/vnd.plotly.v1+json"
FORMS = ("pptx", "png", "svg", "xlsx", "csv")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("site_address", "", "html")
    app.add_search_language(Pairs)
    app.connect("config-inited", speak)
    app.connect("source-read", fill)
    app.connect("html-page-context", twin)
    return {"parallel_read_safe": False}


def speak(app: Sphinx, config: Config) -> None:
    """Let the package speak the language of the pages."""
    words.use("zh" if config.language == "zh_CN" else "en")


def fill(app: Sphinx, page: str, source: list[str]) -> None:
    """Fill a page, or put charts into a notebook, before Sphinx reads it."""
    render = app.builder.templates.render  # type: ignore[attr-defined]
    if page.startswith("notebooks/"):
        source[0] = json.dumps(notebook(json.loads(source[0]), files(app), render))
    elif app.builder.name == "gettext":  # of the pages' own words alone
        filled_in = r"```\{(?:raw|eval-rst).*?```|\{% for.*?\{% endfor %\}|\{%.*?%\}|\{\{.*?\}\}"
        source[0] = re.sub(filled_in, "", source[0], flags=re.DOTALL)
    else:
        found = {"index": gallery, "codebook": codebook, "explained": explained,
                 "dataset": dataset}.get(page, dict)  # fmt: skip
        filled = found(app) if page in ("index", "dataset") else found()
        source[0] = app.builder.templates.render_string(source[0], filled)  # type: ignore[attr-defined]


def files(app: Sphinx) -> Path:
    """Where the files of the charts are that the site offers."""
    return Path(app.config.html_extra_path[0]) / "charts"


def offered(name: str, folder: Path) -> list[str]:
    return [form for form in FORMS if (folder / f"{name}.{form}").exists()]


# Notebooks


def notebook(stored: dict[str, Any], folder: Path, render: Any) -> dict[str, Any]:
    """A stored notebook with its code folded, and its charts and tables as the site shows them."""
    show, hide = render("folded.html", {}).strip().split("|")
    for cell in stored["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            # The twin in the other language is in the header of every page.
            cell["source"] = re.sub(r"\[(中文|English)\]\([^)]*\)( · )?", "", text)
            continue
        cell["metadata"].setdefault("tags", []).append("hide-input")
        cell["metadata"]["mystnb"] = {"code_prompt_show": show, "code_prompt_hide": hide}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if CHART in data:
                output["data"] = {"text/html": chart(data[CHART], folder, render)}
            elif "<table" in (html := "".join(data.get("text/html", ""))):
                output["data"] = {"text/html": render("table.html", {"html": plain(html)})}
            output["metadata"] = {}
    return stored


def plain(html: str) -> str:
    """The table of a frame without pandas' own style sheet, which a page needs once at most."""
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def chart(spec: dict[str, Any], folder: Path, render: Any) -> str:
    """A chart of a notebook: its picture, what plotly draws it from, its files and numbers."""
    meta = spec["layout"]["meta"]
    numbers = pd.read_csv(folder / f"{meta['name']}.csv", dtype=str, keep_default_na=False)
    drawn = {"data": spec["data"], "layout": spec["layout"]}
    text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
    shown = {
        **meta,
        "drawn": text,
        "height": spec["layout"].get("height", charts.look.HEIGHT),
        "forms": offered(meta["name"], folder),
        "columns": list(numbers),
        "rows": numbers.to_numpy().tolist(),
    }
    html: str = render("chart.html", shown)
    return html


# Pages


def gallery(app: Sphinx) -> dict[str, Any]:
    """The charts of each notebook, with the themes and units that they can be filtered by."""
    known = hd.figures().set_index("id")
    vocabulary = hd.vocabulary().set_index(["field", "code"])["label"]
    folder = files(app)
    made = json.loads((Path(app.srcdir) / "made.json").read_text(encoding="utf-8"))
    tables = {row["name"] for row in made if row["form"] == "table"}
    parts = []
    for path in sorted((Path(app.srcdir) / "notebooks").iterdir()):
        cards = []
        for drawn in slides.charts(path):
            meta = drawn["layout"]["meta"]
            rows = known.loc[[name for name in meta["figures"] if name in known.index]]
            cards.append(
                {
                    **meta,
                    "page": f"notebooks/{path.stem}.html",
                    "themes": list(dict.fromkeys(rows["theme"])),
                    "units": list(dict.fromkeys(rows["unit"])),
                    "forms": offered(meta["name"], folder),
                    "table": meta["name"] in tables,
                }
            )
        if cards:
            parts.append({"title": drawn.part, "cards": cards})
    every = [card for part in parts for card in part["cards"]]
    choices = {
        field: [(code, label) for code, label in vocabulary[field].items()
                if any(code in card[f"{field}s"] for card in every)]
        for field in ("theme", "unit")
    }  # fmt: skip
    drawn_ = all("svg" in card["forms"] for card in every)
    return {"parts": parts, "choices": choices, "count": len(every), "drawn": drawn_}


def codebook() -> dict[str, Any]:
    """Every table that has columns to explain, with what it is."""
    says = {row["name"]: row["description"] for row in hd.tables().to_dict("records")}
    names = [name for name in described() if name != "themed"]
    tables = []
    for name in [*names, *says]:
        columns = hd.codebook(name).astype(object).fillna("").to_dict("records")
        tables.append({"name": name, "says": says.get(name, ""), "columns": columns})
    return {"codebook": tables}


def explained() -> dict[str, Any]:
    """What ``hanbin-data explain`` prints."""
    from click.testing import CliRunner

    from hanbin_data.__main__ import main

    printed = CliRunner().invoke(main, ["explain", "--lang", words.language()])
    if printed.exit_code:
        raise RuntimeError(printed.output)
    return {"explained": printed.output}


def dataset(app: Sphinx) -> dict[str, Any]:
    """The data package as the page shows it and as schema.org describes data."""
    folder = Path(hd.__file__).parent / "data"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    title = "title_zh" if words.language() == "zh" else "title"
    resources = [{"path": one["path"], "title": one[title],
                  "kib": -(-(folder / one["path"]).stat().st_size // 1024)}
                 for one in package["resources"]]  # fmt: skip
    told = linked(package, app.config.author, app.config.site_address)
    return {
        "resources": resources,
        "citation": hd.citation(),
        "source": hd.SOURCE["url"],
        "told": json.dumps(told, ensure_ascii=False, indent=1).replace("<", r"\u003c"),
    }


def linked(package: dict[str, Any], author: str, address: str) -> dict[str, Any]:
    """The data set in the words of schema.org; without an address, nothing that needs one."""
    stated = hd.figures()
    years = int(stated["period_start"].min()), int(stated["period_end"].max())
    lang = words.language()
    told: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "hanbin_data",
        "description": f"{package['title']}. {package['description']}",
        "version": hd.__version__,
        "keywords": package["keywords"],
        "license": package["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": ["en", "zh-CN"],
        "creator": {"@type": "Organization", "name": author},
        "isBasedOn": {
            "@type": "NewsArticle",
            "headline": hd.SOURCE["title"],
            "datePublished": hd.SOURCE["published"],
            "url": hd.SOURCE["url"],
        },
        "temporalCoverage": "/".join(map(str, years)),
        "spatialCoverage": {"@type": "Place", "name": "汉滨区 Hanbin District, Ankang, Shaanxi"},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": row["label"], "value": row["value"],
             "unitText": charts.label("unit", row["unit"], row["unit"])}
            for row in stated.to_dict("records")
        ],
    }  # fmt: skip
    if address:
        told["@id"] = f"{address}/#dataset"
        told["url"] = f"{address}/{lang}/dataset.html"
        named = {"datapackage.json": "application/json", "hanbin-data.json": "application/json"}
        named["hanbin-data.xlsx"] = EXCEL
        named |= {resource["path"]: "text/csv" for resource in package["resources"]}
        told["distribution"] = [
            {"@type": "DataDownload", "contentUrl": f"{address}/data/{name}",
             "encodingFormat": kind, "name": name}
            for name, kind in named.items()
        ]  # fmt: skip
    return told


# The other language


def twin(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Tell a page its language as browsers write it, and the same place in the other."""
    address = app.config.site_address
    context["language"] = "zh-CN" if app.config.language == "zh_CN" else "en"
    context["other"] = "en" if context["language"] == "zh-CN" else "zh"
    # The addresses of both editions; relative ones where no address is set.
    start = f"{address}/" if address else f"{context['content_root']}../"
    context["twins"] = {"en": f"{start}en/{page}.html", "zh-CN": f"{start}zh/{page}.html"}


class Pairs(SearchChinese):
    """Chinese as pairs of characters, in the index as in the query.

    A dictionary cuts a query otherwise than the text around it; pairs always meet.
    """

    lang = "zh_CN"
    language_name = "English"  # whose stemmer the browser is given for words in Latin letters
    js_splitter_code = (
        r"var han = /[HAN]/, runs = /[HAN]+|[\p{L}\p{N}_]+?(?=[HAN]|[^\p{L}\p{N}_]|$)/gu;"
        "var splitQuery = (query) => [...query.matchAll(runs)].flatMap(([run]) =>"
        " !han.test(run) || run.length === 1 ? [run]"
        " : [...run].slice(1).map((next, at) => [...run][at] + next));"
    ).replace("HAN", HAN)

    def split(self, input: str) -> list[str]:
        """Pairs and single characters of Chinese; other words whole."""
        found: list[str] = []
        for run in re.findall(rf"[{HAN}]+|[^\W{HAN}]+", input):
            if re.match(f"[{HAN}]", run):
                found += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
            else:
                self.latin_terms.add(run)
                found.append(run)
        return found

    def word_filter(self, word: str) -> bool:
        return len(word) > 1 or bool(re.match(f"[{HAN}]", word))

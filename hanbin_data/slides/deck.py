"""Decks: a title, a slide that opens each part, one chart a slide, and what is told with it."""

import copy
import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Any

from pptx.dml.color import RGBColor
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter, _ZipPkgWriter
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from hanbin_data.slides import chart, overlay
from hanbin_data.slides.chart import EPOCH, Look
from hanbin_data.slides.native import Native
from hanbin_data.slides.numbers import at, clean, dicts, text_at
from hanbin_data.slides.numbers import frame as numbers
from hanbin_data.slides.reading import Reading
from hanbin_data.slides.template import Box, Master, Place, contrast
from hanbin_data.words import say

SPOKEN = 400
"""Characters of caveats that a slide's notes hold: half a minute's worth."""

CODES = {"en": "en-US", "zh": "zh-CN"}
"""What PowerPoint calls the languages."""


@dataclass
class Drawn:
    """A chart on its way to a slide: its JSON, its words, and the form it takes."""

    spec: Mapping[str, Any]
    name: str
    lang: str
    title: str
    subtitle: str = ""
    source: str = ""
    alt: str = ""
    deck: str = ""
    part: str = ""
    notes: list[str] = field(default_factory=list)
    reading: Reading | None = None
    native: Native | None = None
    why: str = ""

    @property
    def form(self) -> str:
        """native, picture or table."""
        pictured = self.reading is not None and self.reading.png
        return "native" if self.native else "picture" if pictured else "table"


def described(spec: Mapping[str, Any], number: int, lang: str) -> Drawn:
    """A chart's words from its ``layout.meta``, or from what it shows.

    Args:
        spec: the chart as JSON.
        number: its position, which names a chart without a name.
        lang: language of what is added.
    """
    layout = spec.get("layout")

    def told(key: str) -> str:
        return clean(str(at(layout, f"meta.{key}") or ""))

    titles = (text_at(layout, path) for path in ("title", "yaxis.title", "xaxis.title"))
    title = told("title") or next(filter(None, titles), "") or say("Chart {n}", lang, n=number)
    notes = dicts(at(layout, "annotations"))
    feet = (text_at(note, "text") for note in notes if note.get("name") == "source")
    caveats = at(layout, "meta.notes")
    return Drawn(
        spec,
        str(at(layout, "meta.name") or f"chart-{number}"),
        lang,
        title,
        told("subtitle") or text_at(layout, "title.subtitle"),
        told("source") or next(feet, ""),
        told("alt") or title,
        told("deck"),
        getattr(spec, "part", ""),
        notes=[clean(str(note)) for note in caveats] if isinstance(caveats, list) else [],
    )


class _Undated(_ZipPkgWriter):
    """Gives each part the first date that a zip file can hold, whatever the clock says."""

    def write(self, pack_uri: PackURI, blob: bytes) -> None:
        self._zipf.writestr(zipfile.ZipInfo(pack_uri.membername), blob, zipfile.ZIP_DEFLATED)


class Deck:
    """A presentation to which slides are added."""

    def __init__(self, master: Master, lang: str) -> None:
        self.master, self.lang = master, lang
        self.presentation = master.presentation
        self.package = self.presentation.part.package
        self.slides = self.presentation.slides  # to ask for them again names them all anew
        counts: Counter[str] = Counter()
        taken = {str(part.partname) for part in self.package.iter_parts()}

        def next_partname(form: str) -> PackURI:
            # python-pptx goes through all parts for each name, so that decks grow by the square.
            while True:
                counts[form] += 1
                if form % counts[form] not in taken:
                    return PackURI(form % counts[form])

        self.package.next_partname = next_partname
        # So it does through all relations, for one that a new slide cannot have yet.
        relations = self.presentation.part.rels
        relations.get_or_add = relations._add_relationship

    def opening(self, kind: str, title: str, lines: list[str]) -> None:
        """The slide that opens the deck, ``cover``, or a part of it, ``section``."""
        slide = self.slides.add_slide(self.master.layouts[kind])
        self._texts(slide, kind, {"title": title, "subtitle": "\n".join(lines)}, self.lang)

    def chart(self, drawn: Drawn) -> None:
        """A slide with a chart, its texts and its notes."""
        slide = self.slides.add_slide(self.master.layouts["chart"])
        texts = {"title": drawn.title, "subtitle": drawn.subtitle, "source": drawn.source}
        cut = self._texts(slide, "chart", texts, drawn.lang)
        place = self.master.places["chart"]["chart"]
        if drawn.reading is not None and drawn.form != "table":
            self._graphic(slide, drawn, drawn.reading, place)
        else:
            self._table(slide, drawn, place.box)
        if self.master.number is not None:
            number = copy.deepcopy(self.master.number)
            slide.shapes._spTree.append(number)
            number.nvSpPr.cNvPr.set("id", "9999")
        self._faces(slide._element, drawn.lang, place)
        self._notes(slide, drawn, cut)

    def blob(self, title: str) -> bytes:
        """The deck as a file; the same slides give the same bytes."""
        properties = self.presentation.core_properties
        properties.title, properties.author = title[:255], ""
        properties.last_modified_by = ""
        properties.created = properties.modified = EPOCH
        properties.language = self.lang
        package, out = self.presentation.part.package, io.BytesIO()
        writer = PackageWriter(out, package._rels, tuple(package.iter_parts()))
        with _Undated(out) as parts:
            writer._write_content_types_stream(parts)
            writer._write_pkg_rels(parts)
            writer._write_parts(parts)
        return out.getvalue()

    # Texts

    def _texts(self, slide: Any, kind: str, texts: dict[str, str], lang: str) -> list[str]:
        """Fill the places of a slide; returns the texts that are shown shortened."""
        holders = {(h.placeholder_format.idx, h.placeholder_format.type): h
                   for h in slide.placeholders}  # fmt: skip
        cut = []
        for role, text in texts.items():
            place = self.master.places[kind][role]
            if not text:
                continue
            shape = holders.pop(place.placeholder, None) if place.placeholder else None
            stated = shape is not None and place.stated
            if shape is None:
                shape = slide.shapes.add_textbox(*place.box)
                shape.name = role.capitalize()
            elif place.moved:
                shape.left, shape.top, shape.width, shape.height = map(Emu, place.box)
            frame = shape.text_frame
            frame.word_wrap = True
            inner = Emu(place.box.width - frame.margin_left - frame.margin_right).pt
            tall = Emu(place.box.height - frame.margin_top - frame.margin_bottom).pt
            size, frame.text = fitted(text, place.size, max(inner, 20), tall)
            for font in _fonts(frame):
                if size != place.size or not stated:
                    font.size = Pt(size)
                if place.color:
                    font.color.rgb = RGBColor.from_string(place.color)
            if frame.text != text:
                cut.append(text)
            self._faces(shape._element, lang, place)
        for empty in holders.values():  # it would say "click to add text"
            empty._element.getparent().remove(empty._element)
        return cut

    def _faces(self, root: Any, lang: str, place: Place) -> None:
        """Give each text its typefaces, East Asian ones too, and its language."""
        for run in root.iter(qn("a:r"), qn("a:fld")):
            properties = run.get_or_add_rPr() if run.tag == qn("a:r") else run.find(qn("a:rPr"))
            if properties is None or properties.find(qn("a:ea")) is not None:
                continue
            properties.set("lang", CODES[lang])
            properties.set("altLang", CODES["zh" if lang == "en" else "en"])
            before = [qn(f"a:{k}") for k in ("ln", "noFill", "solidFill", "effectLst", "highlight")]
            at = sum(child.tag in before for child in properties)
            for key, face in (("a:ea", place.east_asian), ("a:latin", place.latin)):
                if properties.find(qn(key)) is None:
                    properties.insert(at, properties.makeelement(qn(key), {"typeface": face}))

    def _notes(self, slide: Any, drawn: Drawn, cut: list[str]) -> None:
        lines = [say("In full: {text}", drawn.lang, text=text) for text in cut]
        told = max(1, sum(total <= SPOKEN for total in accumulate(map(len, drawn.notes))))
        for note in drawn.notes[:told]:
            lines.append(note if len(note) <= SPOKEN else note[: SPOKEN - 1].rstrip() + "…")
        if rest := len(drawn.notes[told:]):
            lines.append(say("More caveats: {n}, in the table.", drawn.lang, n=rest))
        lines += filter(None, [drawn.why])
        if not lines:
            return
        notes = slide.notes_slide
        if notes.notes_text_frame is None:  # of a notes master without a place for texts
            notes.shapes._spTree.append(parse_xml(_NOTES))
        notes.notes_text_frame.text = "\n".join(map(clean, lines))
        self._faces(notes._element, drawn.lang, self.master.places["chart"]["chart"])

    # Charts

    def _graphic(self, slide: Any, drawn: Drawn, reading: Reading, place: Place) -> None:
        master, native = self.master, drawn.native
        left_out = {"source"} if drawn.source else set()
        part = overlay.extent(reading, native, left_out)
        opaque = reading.paper[1] >= 1
        scale, left = overlay.fitted(part, place.box)
        accents = {} if master.own else _accents(drawn.spec)
        card = opaque and reading.paper[0].lstrip("#").upper() != master.ground
        # Fonts differ: texts at a card's rim may need more room than they were drawn in.
        rim = (part[0] - 12, part[1] - 2, part[2] + 24, part[3] + 8) if card else part
        if not opaque:
            accents |= dict.fromkeys(_unreadable(reading.to_json(), master.shade), master.text)
        look = Look(place.latin, place.east_asian, CODES[drawn.lang], scale, accents)
        canvas = overlay.Canvas(look, left, place.box.top, part[:2])
        if native is None:
            image = RELATIONSHIP_TYPE.IMAGE
            png = self._part("/ppt/media/chart%d.png", CONTENT_TYPE.PNG, reading.png)
            behind, seen = slide.part.relate_to(png, image), ""
            if reading.svg:
                svg = self._part("/ppt/media/chart%d.svg", "image/svg+xml", reading.svg.encode())
                seen = slide.part.relate_to(svg, image)
            whole = (0, 0, reading.width, reading.height)
            # A PNG stands behind for viewers that show no SVG.
            canvas.picture(drawn.name, part, whole, behind, drawn.alt, seen)
        else:
            alone, paper = len(native.charts) == 1, reading.paper if card else None
            if alone:
                native.charts[0].frame, native.charts[0].paper = rim, paper
            else:
                canvas.shape("Background", rim, fill=paper)
            overlay.under(canvas, reading, native)
            noted = any(note.name not in left_out for note in reading.annotations)
            inside = alone and not (canvas.shapes or noted or reading.shapes)
            if inside:
                inner = overlay.Canvas(look, 0, 0, part[:2], 1)
                overlay.over(inner, reading, native)
                native.charts[0].shapes = inner.drawing(rim)
            for number, one in enumerate(native.charts):
                relation = self._chart_part(slide, *chart.written(one, look))
                canvas.chart(drawn.name, one.frame, relation, drawn.alt if not number else "")
            if not inside:
                overlay.over(canvas, reading, native)
                overlay.notes(canvas, reading, left_out)
        area = Box(round(left), place.box.top, round(part[2] * scale), round(part[3] * scale))
        slide.shapes._spTree.append(parse_xml(canvas.grouped(area, drawn.name, drawn.alt)))

    def _part(self, form: str, kind: str, blob: bytes) -> Part:
        return Part(self.package.next_partname(form), kind, self.package, blob)

    def _chart_part(self, slide: Any, xml: bytes, parts: list[tuple[str, str, str, bytes]]) -> str:
        part = self._part("/ppt/charts/chart%d.xml", CONTENT_TYPE.DML_CHART, xml)
        for relation, form, kind, blob in parts:
            part.relate_to(self._part(form, kind, blob), relation)
        return str(slide.part.relate_to(part, RELATIONSHIP_TYPE.CHART))

    def _table(self, slide: Any, drawn: Drawn, box: Box) -> None:
        """The numbers as a table; what does not fit is counted in the last row."""
        table = numbers(drawn.spec).iloc[:, :6]
        most = max(2, int(Emu(box.height).pt // 24) - 1)
        shown = table if len(table) <= most else table.head(most - 1)
        rows = [list(map(str, table.columns))]
        rows += [list(map(_cell, row)) for row in shown.itertuples(index=False)]
        if len(table) > len(shown):
            rest = say("… and {n:,} more rows", drawn.lang, n=len(table) - len(shown))
            rows.append([rest, *[""] * (len(rows[0]) - 1)])
        if not rows[0]:
            return
        place = box._replace(height=min(box.height, Pt(24 * len(rows))))
        frame = slide.shapes.add_table(len(rows), len(rows[0]), *place)
        frame.name = drawn.name
        frame._element.nvGraphicFramePr.cNvPr.set("descr", drawn.alt)
        width = Emu(box.width).pt / len(rows[0]) - 15
        for cell, text in zip(frame.table.iter_cells(), chain(*rows), strict=True):
            size, cell.text = fitted(clean(text), 12, width, 16)
            for font in _fonts(cell.text_frame):
                font.size = Pt(size)


_NOTES = (
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr>'
    '<p:cNvPr id="90" name="Notes"/><p:cNvSpPr/><p:nvPr><p:ph type="body" idx="1"/></p:nvPr>'
    '</p:nvSpPr><p:spPr><a:xfrm><a:off x="685800" y="4343400"/><a:ext cx="5486400" cy="4114800"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
    "<p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody></p:sp>"
)


def _fonts(frame: Any) -> list[Any]:
    """The fonts of a text's runs; PowerPoint passes over a paragraph's own."""
    return [run.font for paragraph in frame.paragraphs for run in paragraph.runs]


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, int | float):
        return f"{value:,.15g}"
    return str(value)


def _accents(spec: Mapping[str, Any]) -> dict[str, str]:
    """The figure's own colours to a house template's accents."""
    layout = spec.get("layout")
    colors = at(layout, "colorway") or at(layout, "template.layout.colorway") or []
    codes = [str(color).lstrip("#").upper() for color in colors][:6]
    return {
        code: f"accent{n}" for n, code in enumerate(codes, 1) if re.fullmatch("[0-9A-F]{6}", code)
    }


def _unreadable(node: Any, ground: str) -> set[str]:
    """The colours of texts that cannot be read on a ground."""
    if isinstance(node, list):
        return {code for child in node for code in _unreadable(child, ground)}
    if not isinstance(node, dict):
        return set()
    found = {code for child in node.values() for code in _unreadable(child, ground)}
    if "size" in node and isinstance(color := node.get("color"), list):
        code = str(color[0]).lstrip("#").upper()
        found |= {code} if contrast(code, ground) < 2.5 else set()
    return found


def width_of(text: str, size: float) -> float:
    """About how wide a text is drawn: a wide character is a square, another about half."""
    return size * sum(1 if ord(c) > 0x2E7F else 0.67 if c.isupper() else 0.53 for c in text)


def fitted(text: str, size: float, width: float, height: float) -> tuple[float, str]:
    """The type size at which a text fits into a box in points, and the text, cut if none does."""
    smallest = min(size, max(8.0, size * 0.45))

    def lines(shown: str, at: float) -> int:
        return sum(max(1, -int(-width_of(part, at) * 1.04 // width)) for part in shown.split("\n"))

    # Twice what the box holds is plenty: to measure ever shorter pieces of a book takes minutes.
    shown = text[: 80 + round(2 * width * max(0.0, height) / (smallest * smallest * 0.5))]
    while size > smallest and lines(shown, size) * size * 1.2 > height:
        size = max(smallest, size - 1)
    while lines(shown, size) > max(1, height // (size * 1.2)) and len(shown) > 9:
        shown = shown.rstrip("…")[:-8].rstrip() + "…"
    return size, shown

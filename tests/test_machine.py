"""The machine does not reach in: its own set-up, homes, locales, clocks, and signals."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
import pandas
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import PYTHONUTF8, ROOT, make, missing
from hanbin_data import saving
from hanbin_data.slides.notebooks import CHART

# --- What a machine has set up for other projects --------------------------------------------


def carried_out(recipe: str, folder: Path, *variables: str, **env: str) -> None:
    """Carry out a recipe as one of the Makefile's own, in its environment."""
    (folder / "probe.mk").write_text(f"probe: .venv/ready\n\t{recipe}\n", encoding="utf-8")
    files = ("-f", "Makefile", "-f", str(folder / "probe.mk"))
    done = subprocess.run(**make(*files, "probe", *variables, **env), capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


REACHES = {
    "PYTHONPATH with an older pandas": ("import pandas; pandas.__version__", pandas.__version__),
    "ast_node_interactivity of a profile": ("'first'\n'last'", "last"),
    "a start-up file of a profile": ("pandas.get_option('display.max_rows')", 60),
    "JUPYTER_PATH with another python3": ("import os; os.environ.get('OTHER', 'ours')", "ours"),
    "PLOTLY_RENDERER": ("import plotly.graph_objects as go; go.Figure()", CHART),
}
"""What a machine may have set up; a cell that shows whether it reaches a notebook, and what
that cell shows where it does not."""


def test_what_is_set_up_elsewhere_does_not_reach_a_notebook(tmp_path: Path) -> None:
    """Neither the notebooks of the project nor those that make stores."""
    profile, kernel = tmp_path / ".ipython/profile_default", tmp_path / "jupyter/kernels/python3"
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "", "language": "python", "env": {"OTHER": "yes"}}
    for path, text in {
        tmp_path / "old/pandas/__init__.py": "__version__ = '0.25'\nset_option = print",
        profile / "ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'",
        profile / "startup/00.py": "import pandas; pandas.set_option('display.max_rows', 3)",
        kernel / "kernel.json": json.dumps(spec),
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    notebook = new_notebook(cells=[new_code_cell(source) for source, _ in REACHES.values()])
    nbformat.write(notebook, tmp_path / "probe.ipynb")
    execute = "$(BIN)/jupyter execute --kernel_name=python3 --allow-errors --inplace"
    carried_out(
        f"{execute} {tmp_path}/probe.ipynb",
        tmp_path,
        PYTHONPATH=f"{tmp_path}/old",
        HOME=f"{tmp_path}",
        IPYTHONDIR=f"{tmp_path}/.ipython",
        JUPYTER_PATH=f"{tmp_path}/jupyter",
        PLOTLY_RENDERER="svg",
    )
    cells = nbformat.read(tmp_path / "probe.ipynb", as_version=4).cells
    for (kind, (_, expected)), cell in zip(REACHES.items(), cells, strict=True):
        (output,) = cell.outputs
        assert expected in output.data or output.data["text/plain"] == repr(expected), kind


@pytest.mark.parametrize("kind", ["PIP_USER", "PIP_CONFIG_FILE"])
def test_pip_installs_into_the_environment(kind: str, tmp_path: Path) -> None:
    """Told to install for the user, pip refuses to, inside an environment."""
    (tmp_path / "pip.conf").write_text("[install]\nuser = true\n")
    told = {"PIP_USER": "1", "PIP_CONFIG_FILE": f"{tmp_path}/pip.conf"}[kind]
    carried_out("$(INSTALL) --dry-run --no-index pandas", tmp_path, "UV=", **{kind: told})


# --- Where the package runs ------------------------------------------------------------------

MADE = """
import os, sys
if os.environ.get("CLOCK"):
    import time_machine
    time_machine.travel(int(os.environ["CLOCK"]), tick=False).start()
if site := os.environ.get("ALONE"):
    from importlib.metadata import packages_distributions
    needed = {"pandas", "numpy", "dateutil", "six", "hanbin_data"}
    sys.modules |= dict.fromkeys({*packages_distributions()} - needed)  # cannot be imported
import hanbin_data as hd
if site:
    assert hd.__file__.startswith(site), hd.__file__
    hd.export("all.json")
    hd.export("tables")
for lang in ("en", "zh"):
    hd.use(lang)
    said = [str(hd.verify("\\u534135\\u4e2a\\u3002")), hd.citation()]
    tables = [hd.load(name) for name in hd.tables()["name"]]
    tables += [hd.indicators(), hd.refusals(), hd.checks(), hd.context(), hd.comparisons()]
    said += [table.to_csv(lineterminator="\\n") for table in [*tables, hd.numerals()]]
    with open(f"{lang}.txt", "w", encoding="utf-8", newline="") as file:
        file.writelines(said)
for line in sys.argv[1:]:
    from hanbin_data.__main__ import main
    main(line.split(), standalone_mode=False)
"""
"""Writes what the package says, and runs commands."""

NOTEBOOK = ROOT / "notebooks" / "03-talent.ipynb"
FILES = (
    *("export -o all.json", "export -o all.xlsx", "export -o tables"),
    *("deck 03-talent.ipynb -o deck.pptx", "charts 03-talent.ipynb -o c --format html csv xlsx"),
)
PICTURES = ("charts 03-talent.ipynb -o charts --format png svg pdf",)

Fingerprints = dict[str, str]


def content(folder: Path) -> Fingerprints:
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {str(name): sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def made(folder: Path, *commands: str, **env: str) -> Fingerprints:
    """The files that a process writes which has no environment but this one."""
    folder.mkdir()
    shutil.copy(NOTEBOOK, folder)
    command = [sys.executable, "-B", "-c", MADE, *commands]
    env = {"PATH": os.environ["PATH"], **env}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode("utf-8", "replace")
    return content(folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Fingerprints:
    """The files that this process writes."""
    folder = tmp_path_factory.mktemp("here")
    shutil.copy(NOTEBOOK, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["", *FILES])
        exec(MADE, {})
    return content(folder)


NOWHERE = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent", "TZ": "Asia/Kathmandu"}
NOWHERE |= {"LC_ALL": "C", "PYTHONUTF8": PYTHONUTF8, "PYTHONCOERCECLOCALE": "0", "CLOCK": "0"}
NOWHERE |= {"PYTHONHASHSEED": "1", "PYTHONWARNINGS": "error"}


@pytest.fixture(params=["no home, ASCII, 1970", "GBK"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing may differ."""
    if request.param != "GBK":
        return NOWHERE
    define = ["localedef", "-i", "zh_CN", "-f", "GBK", str(tmp_path / "zh_CN.GBK")]
    if not shutil.which("localedef") or subprocess.run(define, capture_output=True).returncode:
        missing("apt-get install locales", "a GBK locale")
    env = {"LOCPATH": str(tmp_path), "LC_ALL": "zh_CN.GBK", "PYTHONUTF8": PYTHONUTF8}
    asked = [sys.executable, "-c", "import locale; print(locale.getencoding())"]
    assert subprocess.run(asked, env=env, capture_output=True).stdout.lower() == b"gbk\n"
    return env


def test_every_file_is_the_same_everywhere(
    home: dict[str, str], here: Fingerprints, tmp_path: Path
) -> None:
    assert made(tmp_path / "汉滨 district", *FILES, **home) == here


@pytest.mark.thorough
@pytest.mark.usefixtures("chromium_path")
def test_every_picture_is_the_same_everywhere(home: dict[str, str], tmp_path: Path) -> None:
    pictures = made(tmp_path / "汉滨 district", *PICTURES, **home)
    assert pictures == made(tmp_path / "here", *PICTURES)


@pytest.mark.parametrize("form", ["installed", "zip"])
def test_the_wheel_needs_pandas_alone_and_writes_nothing_beside_itself(
    form: str, wheel: Path, here: Fingerprints, tmp_path: Path
) -> None:
    """So it works where it must not be written: no cache is kept in the package's folder."""
    site = wheel if form == "zip" else tmp_path / "site"
    if form == "installed":
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline"]
        install += ["--no-deps", "--python", sys.executable, "--target", str(site), str(wheel)]
        subprocess.run(install, check=True)
    before = content(site)
    files = made(tmp_path / "files", PYTHONPATH=str(site), ALONE=str(site))
    assert {"all.json", "tables/figures.csv"} <= set(files)
    assert files.items() <= here.items()
    assert content(site) == before


# --- While files are written -----------------------------------------------------------------

WRITER = """
import os, signal, sys
folder, word, times, left = sys.argv[1], sys.argv[2].encode(), *map(int, sys.argv[3:5])
sys.path.append(sys.argv[5])
import saving
def trace(frame, event, _):
    global left
    if frame.f_code.co_filename == saving.__file__ or frame.f_code.co_name == "write_bytes":
        left -= event == "line"
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
if left:
    sys.settrace(trace)
for _ in range(times):
    saving.place_all({"one": 100_000 * word, "two": 200_000 * word}, folder)
"""
"""Writes two files so many times, or is killed before it carries out so many lines."""


def writer(folder: Path, word: str, times: int = 1, left: int = 0) -> "subprocess.Popen[bytes]":
    arguments = [str(folder), word, str(times), str(left), str(Path(saving.__file__).parent)]
    return subprocess.Popen([sys.executable, "-IS", "-c", WRITER, *arguments])


def whole(folder: Path, *words: str) -> bool:
    """Whether each of the two files holds one of these words, so many times."""
    files = {"one": 100_000, "two": 200_000}
    held = [(times, (folder / name).read_text()) for name, times in files.items()]
    return all(text in [times * word for word in words] for times, text in held)


@pytest.mark.thorough
def test_killed_before_each_line_of_writing_each_file_is_the_old_or_the_new(
    tmp_path: Path,
) -> None:
    for left in itertools.count(1):
        saving.place_all({"one": 100_000 * b"old", "two": 200_000 * b"old"}, tmp_path)
        ended = writer(tmp_path, "new", left=left).wait()
        assert whole(tmp_path, "old", "new")
        if not ended:
            break
        assert ended == -signal.SIGKILL
    assert left > 40
    assert whole(tmp_path, "new")


def test_two_that_write_at_the_same_time_leave_whole_files(tmp_path: Path) -> None:
    assert writer(tmp_path, "old").wait() == 0
    running, looks = [writer(tmp_path, word, 50) for word in ("old", "new")], 0
    while any(process.poll() is None for process in running):
        assert whole(tmp_path, "old", "new")
        looks += 1
    assert [process.returncode for process in running] == [0, 0]
    assert looks > 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]

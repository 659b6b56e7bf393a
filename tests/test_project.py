"""The files around the package agree with one another."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [
    line
    for lines in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for line in lines
    if not line.startswith("hanbin-data[")
]
"""Every requirement; an extra may also name another extra of this package."""


def requirement(text: str) -> tuple[str, str]:
    name, bound = re.fullmatch(r"([\w.-]+)\s*(.*)", text).groups()
    return name.lower().replace("_", "-"), bound


def test_environment_has_the_names_and_bounds_of_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = environment["dependencies"]
    conda = dict(requirement(line) for line in listed if isinstance(line, str) and line != "pip")
    pip = next((line["pip"] for line in listed if isinstance(line, dict)), [])
    wanted = {"python": PROJECT["requires-python"]}
    for line in ASKED:
        name, bound = requirement(line)
        assert wanted.setdefault(name, bound) == bound, f"{name} has two bounds"
    assert conda | dict(requirement(line) for line in pip if line != "-e .") == wanted
    assert "-e ." in pip


def test_the_lock_has_hashes_for_everything_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    packages = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert len(packages) > 50
    for package in packages:
        assert re.match(r"[\w.-]+==[\w.]+", package), package[:40]
        assert "--hash=sha256:" in package, package[:40]


def test_the_lock_holds_every_dependency() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {name.lower() for name in re.findall(r"(?m)^([\w.-]+)==", lock)}
    for line in ASKED:
        assert requirement(line)[0] in locked, line


# What a module imports under another name than its distribution's.
DISTRIBUTIONS = {"IPython": "ipykernel", "PIL": "pillow", "jupyter_client": "nbclient",
                 "pptx": "python-pptx", "xlsxwriter": "XlsxWriter", "lxml": "python-pptx",
                 "numpy": "pandas"}  # fmt: skip


def test_the_slides_extra_names_what_the_package_imports() -> None:
    asked = {requirement(line)[0] for line in PROJECT["optional-dependencies"]["slides"]}
    asked |= {requirement(line)[0] for line in PROJECT["dependencies"]}
    for path in (ROOT / "hanbin_data").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=found):
                    modules = [alias.name for alias in found]
                case ast.ImportFrom(module=str(module)):
                    modules = [module]
                case _:
                    continue
            for name in {module.partition(".")[0] for module in modules}:
                if name not in sys.stdlib_module_names | {"hanbin_data"}:
                    assert DISTRIBUTIONS.get(name, name).lower() in asked, f"{path.name}: {name}"


def test_the_data_module_needs_pandas_alone(tmp_path) -> None:
    code = """
import sys
import pandas
own = {'pandas', 'numpy', 'dateutil', 'six', 'pyarrow', 'hanbin_data'}
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] not in own | sys.stdlib_module_names:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import hanbin_data as hd
from hanbin_data.exports import export
assert len(hd.figures()) == len(hd.verify('x').figures)
for name in hd.tables()['name']:
    hd.load(name)
for table in (hd.indicators, hd.refusals, hd.checks, hd.context, hd.comparisons, hd.numerals):
    assert len(table())
assert export(sys.argv[1])
assert not {'plotly', 'pptx', 'click', 'IPython', 'xlsxwriter', 'PIL'} & set(sys.modules)
"""
    for out in ("a.json", "folder"):
        subprocess.run([sys.executable, "-W", "error", "-c", code, tmp_path / out], check=True)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_links_of_a_readme_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_code_of_a_readme_runs(name: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})

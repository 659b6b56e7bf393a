"""The files around the package agree with one another."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"python-pptx": "python-pptx", "xlsxwriter": "xlsxwriter"}


def requirement(text: str) -> tuple[str, str]:
    name, bound = re.fullmatch(r"([\w.-]+)\s*(.*)", text).groups()
    return name.lower().replace("_", "-"), bound


def test_environment_has_the_names_and_bounds_of_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = environment["dependencies"]
    conda = dict(requirement(line) for line in listed if isinstance(line, str) and line != "pip")
    pip = next((line["pip"] for line in listed if isinstance(line, dict)), [])
    extras = PROJECT["optional-dependencies"]
    wanted = {"python": PROJECT["requires-python"]}
    for line in [*PROJECT["dependencies"], *(line for extra in extras.values() for line in extra)]:
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
    for lines in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]:
        for line in lines:
            assert requirement(line)[0] in locked, line


def test_the_data_module_needs_pandas_alone() -> None:
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {'plotly', 'nbformat', 'pptx', 'click', 'IPython', 'jinja2'}:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import hanbin_data as hd
assert len(hd.figures()) == len(hd.verify('x').figures)
for name in hd.tables()['name']:
    hd.load(name)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


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

"""The command line: ``hanbin-data deck``, ``charts``, ``run``, ``export``, ``verify``, ``explain``.

What a command needs is imported inside it: help must not wait for pandas or plotly.
"""

import ast
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    import click
except ModuleNotFoundError:
    sys.exit("hanbin-data needs its slides extra: pip install 'hanbin-data[slides]'")

from hanbin_data.words import LANGUAGES, say, use

_FORMATS = ("png", "svg", "pdf", "html", "pptx", "xlsx", "csv")
_FILE = click.Path()  # a Path would take an empty text for the current folder
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
_Paths = tuple[Path, ...]
_Text = str | None

_notebooks = click.argument(
    "notebooks", nargs=-1, required=True, metavar="NOTEBOOK...", type=_THERE
)


def _output(what: str) -> Callable[[Any], Any]:
    return click.option("-o", "--output", required=True, type=_FILE, help=what)


def _lang(of: str, *, told: bool = False) -> Callable[[Any], Any]:
    """The option of a language, in which messages are said; a command that is told it takes it."""

    def spoken(_: object, __: object, lang: _Text) -> _Text:
        if lang:
            use(lang)
        return lang

    known = click.Choice(LANGUAGES)
    text = f"Language of {of}."
    return click.option("--lang", type=known, callback=spoken, expose_value=told, help=text)


class _SeveralFormats(click.Command):
    """Lets ``--format`` take several words: ``--format png svg``, ``--format=csv html``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        for arg in args:
            before, last = ["", "", *spread][-2:]  # of what is spread so far, if any
            listing = before == "--format" or last.startswith("--format=")
            spread += ["--format", arg] if listing and arg in _FORMATS else [arg]
        return super().parse_args(ctx, spread)


class _Plain(click.Group):
    """Says in one line what went wrong, instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            # What a terminal's encoding lacks is shown as an escape, not as an error.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):  # no faults of ours
            raise
        except ModuleNotFoundError as error:
            raise click.ClickException(
                say("{name} is missing: pip install 'hanbin-data[slides]'", name=error.name)
            ) from error
        except (ValueError, TypeError, OSError, RuntimeError) as error:
            raise click.ClickException(" ".join(str(error).splitlines())) from error


@click.group(cls=_Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hanbin-data", prog_name="hanbin-data")
def main() -> None:
    """Figures of a 2021 Hanbin District report: charts to slides, tables to files.

    \b
    Examples:
      hanbin-data deck notebooks/*.ipynb -o deck.pptx
      hanbin-data deck notebooks/zh/*.ipynb -o deck-zh.pptx
      hanbin-data charts notebooks/*.ipynb -o folder --format png svg
      hanbin-data run notebooks/03-talent.ipynb -o folder
      hanbin-data export -o hanbin.xlsx
      hanbin-data verify article.txt
      hanbin-data explain --lang zh
    """


@main.command()
@_notebooks
@_output("The .pptx file to write.")
@click.option("--title", help="Title of the first slide; by default the charts' own.")
@click.option("--template", type=_FILE, help="A presentation whose look and layouts apply.")
@_lang("the deck's own words; by default the charts' own", told=True)
def deck(notebooks: _Paths, output: str, title: _Text, template: _Text, lang: _Text) -> None:
    """Make a deck of the charts stored in the notebooks, one a slide. Nothing is executed.

    \b
    Examples:
      hanbin-data deck notebooks/*.ipynb -o deck.pptx
      hanbin-data deck notebooks/zh/*.ipynb -o deck-zh.pptx
      hanbin-data deck notebooks/01-political.ipynb -o ours.pptx --template house.potx
    """
    from hanbin_data import slides

    made = slides.deck(_stored(notebooks), output, title=title, lang=lang, template=template)
    for row in made.to_dict("records"):
        why = f": {row['why']}" if row["why"] else ""
        click.echo(f"{row['slide']:>3}  {row['form']:<8}{row['name']}{why}")
    counts = made["form"].value_counts().items()
    spoken = {"native": say("native"), "picture": say("picture"), "table": say("table")}
    forms = say(", ").join(f"{number} {spoken[str(form)]}" for form, number in counts)
    click.echo(say("{path}: {n} charts ({forms})", path=output, n=len(made), forms=forms))


@main.command(cls=_SeveralFormats)
@_notebooks
@_output("The folder to write to.")
@click.option("--format", "formats", multiple=True, default=["png"], type=click.Choice(_FORMATS),
              help="One or more forms; png by default.")  # fmt: skip
@_lang("what is added to the charts; by default their own", told=True)
def charts(notebooks: _Paths, output: str, formats: tuple[str, ...], lang: _Text) -> None:
    """Save each chart stored in the notebooks to files of its own. Nothing is executed.

    \b
    Examples:
      hanbin-data charts notebooks/*.ipynb -o folder --format png svg
      hanbin-data charts notebooks/zh/02-grassroots.ipynb -o folder --format xlsx
    """
    from hanbin_data import slides

    saved = slides.save_charts(_stored(notebooks), output, formats, lang=lang)
    for file in saved["file"]:
        click.echo(file)


def _stored(paths: _Paths) -> list[Any]:
    """The charts of notebooks; those that hold none are named."""
    from hanbin_data.slides import notebooks

    figures: list[Any] = []
    without: list[str] = []
    for path in paths:
        try:
            found = notebooks.charts(path)
            figures += found
            without += [] if found else [say("{path} holds no charts", path=path)]
        except notebooks.UnreadableError as error:
            without.append(str(error))
    if not figures:
        hint = say("execute it first: hanbin-data run NOTEBOOK… -o FOLDER")
        raise ValueError("; ".join([*without, hint]))
    for said in without:
        click.echo(said, err=True)
    return figures


@main.command()
@_notebooks
@_output("The folder for the copies.")
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
              help="Replaces an assignment of the cell tagged 'parameters'; may be given several "
              "times.")  # fmt: skip
@_lang("messages")
def run(notebooks: _Paths, output: str, parameters: tuple[tuple[str, str], ...]) -> None:
    """Execute copies of the notebooks, and store their charts with previews.

    This runs the notebooks' code: do it only with notebooks that you trust.

    \b
    Examples:
      hanbin-data run notebooks/*.ipynb -o executed
      hanbin-data run report.ipynb -o executed -p YEAR 2021 -p REGION south
    """
    from hanbin_data.slides import notebooks as ours

    values = {name: _value(text) for name, text in parameters}
    for file in ours.run(notebooks, output, values):
        click.echo(str(file))


def _value(text: str) -> Any:
    """A number, a truth value or None where the text is one, as papermill takes it."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, int | float | None) else text


@main.command()
@_output("An .xlsx or .json file, or a folder for CSV files.")
def export(output: str) -> None:
    """Write all tables with codebook and source.

    \b
    Examples:
      hanbin-data export -o hanbin.xlsx
      hanbin-data export -o hanbin.json
      hanbin-data export -o hanbin.csv     (a folder of CSV files)
    """
    import hanbin_data as hd

    for file in hd.export(output):
        click.echo(str(file))


@main.command()
@click.argument("article", type=click.Path(dir_okay=False, path_type=Path))
@_lang("the result")
def verify(article: Path) -> None:
    """Hold a copy of the ARTICLE against the figures.

    The exit code is 0 if every figure stands in its own sentence and in its place, and
    every numeral is accounted for, else 1.

    \b
    Examples:
      hanbin-data verify article.txt
      hanbin-data verify saved-page.html --lang zh
    """
    import hanbin_data as hd

    result = hd.verify(article)
    click.echo(str(result))
    sys.exit(0 if result.ok else 1)


@main.command()
@_lang("the page")
def explain() -> None:
    """Print one page that explains every figure, as a yearbook does (指标解释), in Markdown.

    \b
    Examples:
      hanbin-data explain
      hanbin-data explain --lang zh > explained.md
    """
    import hanbin_data as hd

    words = {"definition": say("Definition"), "unit": say("Unit"), "period": say("Period"),
             "basis": say("Basis of the period"), "caveat": say("Caveat")}  # fmt: skip
    click.echo("# " + say("The figures explained") + "\n")
    click.echo(
        say(
            "Definition: the kind of figure and its printed form; where the report defines "
            "nothing, nothing is added."
        )
    )
    for row in hd.explanations().to_dict("records"):
        click.echo(f"\n## {row['name']}\n")
        for column, word in words.items():
            if isinstance(row[column], str) and row[column]:
                click.echo("- " + say("{word}: {text}", word=word, text=row[column]))


if __name__ == "__main__":
    main(prog_name="hanbin-data")

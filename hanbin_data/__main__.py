"""The command line: ``hanbin-data deck``, ``charts``, ``export`` and ``verify``."""

import io
import sys
from pathlib import Path
from typing import Any

try:
    import click
except ModuleNotFoundError:
    sys.exit("hanbin-data needs its slides extra: pip install 'hanbin-data[slides]'")

from hanbin_data import __version__

# What a command needs beyond this is imported inside it: help must not wait for plotly.

_LANGUAGES = click.Choice(["en", "zh"])
_FORMATS = ["png", "svg", "pdf", "html", "pptx", "xlsx", "csv"]
_NOTEBOOK = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILE = click.Path()  # a Path would take an empty text for the current folder


class _SeveralFormats(click.Command):
    """Lets ``--format`` take several words: ``--format png svg``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        listing = False
        for arg in args:
            if listing and arg in _FORMATS and spread[-1] != "--format":
                spread.append("--format")
            listing = arg == "--format" or (listing and arg in _FORMATS)
            spread.append(arg)
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
        except (click.exceptions.Exit, click.Abort):  # these are RuntimeErrors, too
            raise
        except ModuleNotFoundError as error:
            raise click.ClickException(
                f"{error.name} is missing: pip install 'hanbin-data[slides]'"
            ) from error
        except (ValueError, TypeError, OSError, RuntimeError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hanbin-data")
def main() -> None:
    """Figures of a 2021 Hanbin District report: charts to slides, tables to files.

    \b
    Examples:
      hanbin-data deck notebooks/*.ipynb -o deck.pptx --lang zh
      hanbin-data charts notebooks/*.ipynb -o folder --format png svg
      hanbin-data export -o hanbin.xlsx
      hanbin-data verify article.txt
    """


@main.command()
@click.argument("notebooks", nargs=-1, required=True, type=_NOTEBOOK)
@click.option("-o", "--output", required=True, type=_FILE, help="The .pptx file to write.")
@click.option("--lang", type=_LANGUAGES, help="Language; by default the notebooks' own.")
@click.option("--title", help="Title of the first slide; by default the report's.")
@click.option("--template", type=_FILE, help="A .pptx whose fonts, colours and layouts apply.")
def deck(
    notebooks: tuple[Path, ...],
    output: str,
    lang: str | None,
    title: str | None,
    template: str | None,
) -> None:
    """Make a deck of the charts in NOTEBOOKS, one a slide.

    Notebooks that are stored in another language are executed first.

    \b
    Examples:
      hanbin-data deck notebooks/*.ipynb -o deck.pptx
      hanbin-data deck notebooks/*.ipynb -o deck.pptx --lang zh
      hanbin-data deck notebooks/01-political.ipynb -o ours.pptx --template house.pptx
    """
    from hanbin_data import slides

    slides.deck_file(output, template)  # before notebooks are executed for minutes
    figures = _figures(notebooks, lang)
    result = slides.deck(figures, output, title=title, lang=lang, template=template)
    for row in result.to_dict("records"):
        why = f": {row['why']}" if row["why"] else ""
        click.echo(f"slide {row['slide']:>2}  {row['form']:<8}{row['name']}{why}")
    count = result["form"].value_counts()
    parts = ", ".join(f"{number} {form}" for form, number in count.items())
    click.echo(f"{output}: {len(result)} charts ({parts})")


@main.command(cls=_SeveralFormats)
@click.argument("notebooks", nargs=-1, required=True, type=_NOTEBOOK)
@click.option("-o", "--output", required=True, type=_FILE, help="The folder to write to.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    default=["png"],
    type=click.Choice(_FORMATS),
    help="One or more forms; png by default.",
)
@click.option("--lang", type=_LANGUAGES, help="Language; by default the notebooks' own.")
def charts(
    notebooks: tuple[Path, ...], output: str, formats: tuple[str, ...], lang: str | None
) -> None:
    """Save each chart in NOTEBOOKS to files of its own.

    \b
    Examples:
      hanbin-data charts notebooks/*.ipynb -o folder --format png svg
      hanbin-data charts notebooks/02-grassroots.ipynb -o folder --format xlsx --lang zh
    """
    from hanbin_data import saving, slides

    saving.folder(output)  # before notebooks are executed for minutes
    figures = _figures(notebooks, lang)
    saved = slides.save_charts(figures, output, list(dict.fromkeys(formats)), lang=lang)
    for file in saved["file"]:
        click.echo(file)


@main.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=_FILE,
    help="An .xlsx or .json file, or a folder for CSV files.",
)
def export(output: str) -> None:
    """Write all tables with codebook and source.

    \b
    Examples:
      hanbin-data export -o hanbin.xlsx
      hanbin-data export -o hanbin.json
      hanbin-data export -o hanbin.csv     (a folder of CSV files)
    """
    from hanbin_data import exports

    for file in exports.export(output):
        click.echo(str(file))


@main.command()
@click.argument("article", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(article: Path) -> None:
    """Hold a copy of the ARTICLE against the figures.

    The exit code is 0 if every figure stands in its place and every numeral is accounted
    for, else 1.

    \b
    Examples:
      hanbin-data verify article.txt
      hanbin-data verify saved-page.html
    """
    from hanbin_data.verify import verify as verified

    result = verified(article)
    click.echo(str(result))
    sys.exit(0 if result.ok else 1)


def _figures(paths: tuple[Path, ...], lang: str | None) -> list[Any]:
    """The charts of notebooks, which are executed where they are in the other language."""
    from hanbin_data import notebooks, slides

    def charts(path: Path) -> list[Any]:
        try:
            return list(slides.charts(found[path]))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    found = {path: notebooks.read(path) for path in paths}
    other = [path for path in paths if lang and _language(charts(path)) != lang]
    if other:
        with click.progressbar(
            other, label=f"executing notebooks in {lang!r}", file=sys.stderr
        ) as bar:
            for path in bar:
                found[path] = notebooks.execute(path, LANG=lang or "en")
    figures = [figure for path in paths for figure in charts(path)]
    if not figures:
        raise ValueError("the notebooks hold no charts; run them first: make notebooks")
    return figures


def _language(figures: list[Any]) -> str | None:
    """The one language of charts, or None where there is none."""
    metas = [figure.layout.meta for figure in figures]
    langs = {meta.get("lang") for meta in metas if isinstance(meta, dict)}
    return langs.pop() if len(langs) == 1 else None


if __name__ == "__main__":
    main()

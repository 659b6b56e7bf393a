"""The stand-in article: tests of the text need no copy of the article itself."""

from importlib import import_module

import pytest

import hanbin_data as hd

verification = import_module("hanbin_data.verify")  # the package's attribute is the function

FILLER = "山水云林石竹松梅江河湖海春秋冬夏"


def made_up() -> str:
    """A text with every numeral, printed token, counted noun and name of the data in its place.

    Where the data say nothing stands filler, cut into sentences as the article is.
    """
    known = verification.known_sentences()
    length = known[-1].offset + known[-1].length
    text = [FILLER[(at * at + at // 7) % len(FILLER)] for at in range(length)]
    free = [True] * length

    def put(at: int, words: str) -> None:
        text[at : at + len(words)] = words
        free[at : at + len(words)] = [False] * len(words)

    for sentence in known:
        put(sentence.offset + sentence.length - 1, "。")
    for name in hd.programmes().itertuples():
        put(name.offset, name.printed)
    for numeral in hd.numerals().itertuples():
        put(numeral.offset, numeral.printed)
    for figure in hd.figures().itertuples():
        put(figure.offset, figure.printed)
    for figure in hd.figures().itertuples():
        sentence = max(s for s in known if s.offset <= figure.offset)
        wide = len(figure.counted)
        places = range(sentence.offset, sentence.offset + sentence.length - wide)
        room = [at for at in places if all(free[at : at + wide])]
        if room and figure.counted not in "".join(text[places.start : places.stop]):
            put(min(room, key=lambda at: abs(at + wide - figure.offset)), figure.counted)
    return "".join(text)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> str:
    """The stand-in, whose sentences the package holds for those of the article."""
    text = made_up()
    monkeypatch.setattr(verification, "known_sentences", lambda: verification.sentences(text))
    return text


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    """The normalised text of the article; where there is no copy, that of the stand-in."""
    try:
        return hd.normalise(request.getfixturevalue("report"))
    except pytest.skip.Exception:
        return request.getfixturevalue("stand_in")

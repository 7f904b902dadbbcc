"""Measure how well boilerplate is removed: a page's article should be kept, but no menu, teaser or comment.

Pages are those of the seeds, of which the first and the last line of the article are labelled, and made-up ones in the
layouts of `layouts/`. Precision, recall and F1 are over words, each as often as it occurs, as in CleanEval (Baroni et
al., LREC 2008). If trafilatura is installed, it reads the HTML pages too.
"""

from __future__ import annotations

import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path
from string import Template

import qa
from eval.errors import EmptySetError
from eval.files import FileMaker
from eval.formats import json_lines
from eval.output import Table
from eval.spans import normalised

PAGES = Path(__file__).parent / "pages.jsonl"
_OF_EACH_LAYOUT = 2
_MENU = ("Trang chủ", "Thời sự", "Kinh tế", "Văn hóa - Xã hội", "Quốc phòng", "Liên hệ", "RSS")
_LAYOUTS = Path(__file__).parent / "layouts"


@dataclass(frozen=True)
class LabelledPage:
    """A page as a file, and the text of its article."""

    name: str
    content: bytes
    article: str
    title: str = ""


@dataclass(frozen=True)
class Kept:
    """The share of the kept words that are the article's, and the share of the article's words that are kept."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def read_labels(path: Path) -> Iterator[LabelledPage]:
    """Yield the labelled pages.

    A label has the page's `source`, the words that its article begins and ends with, and `doubled` lines: captions that
    another one repeats in nearly the same words, so that only one of the two should be kept.
    """
    for _, record in json_lines(path, ("source", "first", "last")):
        content = _content(Path(record["source"]))
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        start, end = text.find(record["first"]), text.rfind(record["last"])
        if start < 0 or end < start:
            raise EmptySetError(record["source"], "its article does not begin and end as labelled")
        lines = dict.fromkeys(map(str.strip, text[start : end + len(record["last"])].split("\n")))
        article = "\n".join(line for line in lines if line not in record.get("doubled", ()))
        yield LabelledPage(Path(record["source"]).name, content, article)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EmptySetError(str(path), error.strerror or "it cannot be read") from error


def made_pages(sources: Sequence[Path]) -> Iterator[LabelledPage]:
    """Yield two made-up pages in every layout, from the sentences of the sources; the same ones in every run."""
    maker = FileMaker(sources)
    for layout in sorted(_LAYOUTS.glob("*.html")):
        for number in range(_OF_EACH_LAYOUT):
            yield _made_page(f"{layout.stem}-{number + 1}.html", Template(layout.read_text(encoding="utf-8")), maker)


def _made_page(name: str, layout: Template, maker: FileMaker) -> LabelledPage:
    """Fill a layout, with the article in two halves: a layout may put something else between them."""
    first, *article = maker.paragraphs()
    title, half = " ".join(first.split()[:9]), len(article) // 2
    others = maker.paragraphs()
    page = layout.substitute(
        title=escape(title),
        menu=_listed(_MENU),
        article=_paragraphs(article[:half]),
        more=_paragraphs(article[half:]),
        related=_listed([" ".join(one.split()[:10]) for one in others[:4]]),
        comments=_paragraphs(others[4:6]),
    )
    return LabelledPage(name, page.encode(), "\n".join(article), title)


def _listed(items: Sequence[str]) -> str:
    return "".join(f"<li><a href='#'>{escape(one)}</a></li>" for one in items)


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(one)}</p>" for one in texts)


def kept(found: str, page: LabelledPage) -> Kept:
    """Compare the words of a text with those of the page's article; whether its title is kept makes no difference."""
    words, wanted = (Counter(normalised(text).split()) for text in (found.replace(page.title, " ", 1), page.article))
    shared = (words & wanted).total()
    return Kept(shared / max(words.total(), 1), shared / max(wanted.total(), 1))


def read(page: LabelledPage) -> str:
    """Return what `qa` keeps of a page; nothing if it refuses the page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, page.name)
        path.write_bytes(page.content)
        return "\n".join(document.text for document in qa.read_documents(path))


def read_by_trafilatura(page: LabelledPage) -> str:
    """Return what trafilatura keeps of a page without its comments; nothing if it finds no article."""
    import trafilatura

    return trafilatura.extract(page.content.decode("utf-8"), include_comments=False) or ""


def means(pages: Sequence[LabelledPage], read_page: Callable[[LabelledPage], str] = read) -> dict[str, float]:
    """Return the mean precision, recall and F1 of what is kept of pages."""
    found = [kept(read_page(page), page) for page in pages]
    return {name: statistics.fmean(getattr(one, name) for one in found) for name in ("precision", "recall", "f1")}


def figures(sets: Mapping[str, Sequence[LabelledPage]]) -> dict[str, float]:
    """Return the figures that have floors."""
    return {
        f"words kept of {name}, {measure}": value
        for name, pages in sets.items()
        for measure, value in means(pages).items()
        if measure != "f1"
    }


def boilerplate_table(sets: Mapping[str, Sequence[LabelledPage]]) -> Table:
    """Return a row for each set of pages and each reader, with the means over its pages."""
    rows = []
    for name, pages in sets.items():
        for reader, read_page in _readers(pages).items():
            figures = (f"{value:.3f}" for value in means(pages, read_page).values())
            rows.append([name, reader, f"{len(pages)}", *figures])
    return Table(["words kept", "by", "pages", "precision", "recall", "F1"], rows)


def _readers(pages: Sequence[LabelledPage]) -> dict[str, Callable[[LabelledPage], str]]:
    """Return the readers that can read these pages, by name."""
    readers: dict[str, Callable[[LabelledPage], str]] = {"qa": read}
    if find_spec("trafilatura") and all(page.name.endswith(".html") for page in pages):
        readers["trafilatura"] = read_by_trafilatura
    return readers

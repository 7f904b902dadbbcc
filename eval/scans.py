"""How well scans are read: pages of made-up news as pictures, beside trueocr where that is installed.

The character error is the Levenshtein distance to the text of the page, by its length; white space counts as one space.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

import qa
from eval.errors import EmptySetError
from eval.files import FileMaker
from eval.output import Table, progress

DOTS_AN_INCH = 300
PARAGRAPHS = 6
TURNED, BLURRED, SPECKLED = 1.0, 1.2, 0.002
"""Degrees, pixels and the share of dots in a picture that is worn; chosen by hand to look like an office's copies."""


class Scan(NamedTuple):
    """The picture of a page, in a PDF without any text, and the text in it."""

    path: Path
    picture: Image.Image
    text: str
    worn: bool


def measure_scans(sources: Sequence[Path], count: int) -> Table:
    """Return the character error and seconds a page, of `count` clean and as many worn pages, for a reader."""
    with tempfile.TemporaryDirectory(prefix="qa-scans-") as folder:
        scans = list(make_scans(Path(folder), sources, 2 * count))
        rows = []
        for name, read in _readers().items():
            found = [_measured(read, scan) for scan in progress(scans, name)]
            for worn in (False, True):
                of_kind = [one for one, scan in zip(found, scans, strict=True) if scan.worn == worn]
                errors, seconds = zip(*of_kind, strict=True)
                figures = f"{statistics.fmean(errors):.4f}", f"{statistics.median(seconds):.1f}"
                rows.append([name, "worn" if worn else "clean", f"{count}", *figures])
    return Table(["scans", "pictures", "pages", "character error", "seconds a page"], rows)


def make_scans(folder: Path, sources: Sequence[Path], count: int) -> Iterator[Scan]:
    """Yield `count` pages as pictures, every second one worn: turned, blurred and speckled."""
    import pypdfium2

    data = FileMaker(sources, pages=count, paragraphs=PARAGRAPHS).make(".pdf")
    chance = random.Random(3)
    with pypdfium2.PdfDocument(data) as document:
        for number in range(count):
            page = document[number]
            picture = page.render(scale=DOTS_AN_INCH / 72).to_pil().convert("L")
            picture = _worn(picture, chance) if number % 2 else picture
            path = folder / f"{number:03}.pdf"
            picture.save(path, "PDF", resolution=DOTS_AN_INCH)
            yield Scan(path, picture, page.get_textpage().get_text_range(), bool(number % 2))


def _worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    turned = picture.rotate(chance.choice((-1, 1)) * TURNED, Image.Resampling.BICUBIC, fillcolor=255)
    dots = Image.new("L", picture.size, 255)
    for _ in range(int(SPECKLED * picture.width * picture.height)):
        dots.putpixel((chance.randrange(picture.width), chance.randrange(picture.height)), 0)
    return ImageChops.multiply(turned.filter(ImageFilter.GaussianBlur(BLURRED)), dots)


def character_error(found: str, text: str) -> float:
    """Return how many characters must be replaced, inserted or deleted to get the text, divided by its length."""
    from rapidfuzz.distance import Levenshtein

    found, text = (" ".join(one.split()) for one in (found, text))
    return Levenshtein.distance(found, text) / max(len(text), 1)


def _measured(read: Callable[[Scan], str], scan: Scan) -> tuple[float, float]:
    start = time.perf_counter()
    found = read(scan)
    return character_error(found, scan.text), time.perf_counter() - start


def _readers() -> dict[str, Callable[[Scan], str]]:
    readers: dict[str, Callable[[Scan], str]] = {"qa, by Tesseract": _read}
    if find_spec("trueocr"):
        import trueocr

        model = trueocr.load_model()
        readers["trueocr"] = lambda scan: str(model.predict(scan.picture.convert("RGB")).text)
    return readers


def _read(scan: Scan) -> str:
    """Return what `qa` reads on a page; raises EmptySetError with the reason where it reads no scan."""
    reading = qa.read_documents(scan.path)
    documents = list(reading)
    if not documents:
        raise EmptySetError(str(scan.path), f"no text was read: {reading.skipped[0].reason}")
    return documents[0].text

"""Tables as Markdown, CSV or LaTeX on stdout, notes and progress bars on stderr. Knows nothing of what is in them."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from rich.console import Console
from rich.progress import Progress, track

Format = Literal["markdown", "csv", "latex"]
FORMATS: tuple[Format, ...] = get_args(Format)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_LATEX = str.maketrans(
    {c: rf"\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


@dataclass(frozen=True)
class Table:
    """A header, and rows with as many cells; the first column is text, the others are numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.header, ["---"] + ["---:"] * (len(self.header) - 1), *self.rows]
        return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"

    def csv(self) -> str:
        """Return comma-separated values, with numbers as plain digits."""
        lines = io.StringIO()
        plain = ([c.replace(",", "") if _GROUPED.fullmatch(c) else c for c in line] for line in self.rows)
        csv.writer(lines, lineterminator="\n").writerows([self.header, *plain])
        return lines.getvalue()

    def latex(self) -> str:
        """Return a LaTeX tabular with the rules of the package booktabs."""
        header, *rows = (
            " & ".join(cell.translate(_LATEX) for cell in line) + r" \\" for line in (self.header, *self.rows)
        )
        columns = "l" + "r" * (len(self.header) - 1)
        begin = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", header, r"\midrule"]
        return "\n".join([*begin, *rows, r"\bottomrule", r"\end{tabular}"]) + "\n"


def show(form: Format, *parts: Table | str) -> None:
    """Print the parts that are not empty, with blank lines between them; notes go to stdout in Markdown only."""
    if form == "markdown":
        print("\n".join(str(part).rstrip("\n") + "\n" for part in parts if str(part)), end="")
        return
    for note in parts:
        if isinstance(note, str) and note:
            print(note, file=sys.stderr)
    found = [part for part in parts if isinstance(part, Table)]
    print("\n".join(one.csv() if form == "csv" else one.latex() for one in found), end="")


Item = TypeVar("Item")


def progress(items: Sequence[Item], words: str) -> Iterable[Item]:
    """Yield the items while a progress bar labelled `words` is shown."""
    return track(items, description=words, console=Console(stderr=True), disable=not sys.stderr.isatty())


@contextmanager
def counted(total: int, words: str) -> Iterator[Callable[[int], None]]:
    """Show a progress bar, which the given function sets to the number done so far."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)

"""Repeat commands of reproduce.md and look for their figures: `python -m docs.reproduce NAME... [--data DATA]`.

Exits with 1 when a command no longer prints a figure that the page says it prints. Times differ from machine to
machine, so `speed`, `scale` and `load` are only worth repeating where they were measured.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reproduce.md"
NUMBER = re.compile(r"\d*[.,]?\d[\d.,]*\d|\d")


def commands(page: str) -> dict[str, str]:
    """Return the commands of the page by their names."""
    found = re.search(r"<!-- reproduction -->\n```\n(.*?)```", page, re.DOTALL)
    assert found
    return {name: command.strip() for name, _, command in (line.partition(":") for line in found[1].splitlines())}


def promised(page: str) -> dict[str, list[str]]:
    """Return, by the name of a command, the figures that the page says it prints."""
    figures: dict[str, list[str]] = {}
    for names, cell in re.findall(r"^\| [^|]+ \| ([a-z, -]+) \| ([^|]*\d[^|]*) \|$", page, re.MULTILINE):
        for name in names.split(", "):
            # A row of two commands has figures of both, so neither can be asked for all of them.
            figures.setdefault(name, []).extend(NUMBER.findall(cell) if ", " not in names else [])
    return figures


def missing(figures: Sequence[str], printed: str) -> list[str]:
    """Return the figures that a command did not print; .5 and 0.5 are one figure, and so are .5 and .50."""
    there = {_plain(one) for one in NUMBER.findall(printed)}
    return [one for one in figures if _plain(one) not in there]


def _plain(figure: str) -> str:
    plain = figure.replace(",", "").lstrip("0")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named commands one after the other; 1 when a figure is missing, 2 for wrong usage."""
    page = PAGE.read_text(encoding="utf-8")
    known = commands(page)
    parser = argparse.ArgumentParser(prog="python -m docs.reproduce", description="Repeat commands of reproduce.md.")
    parser.add_argument("names", nargs="+", choices=known, metavar="NAME", help=", ".join(known))
    parser.add_argument("--data", default="DATA", help="the folder with train/ and eval/")
    given = parser.parse_args(arguments)
    return max(_repeat(name, known, promised(page).get(name, []), given.data) for name in given.names)


def _repeat(name: str, known: Mapping[str, str], figures: Sequence[str], data: str) -> int:
    words = shlex.split(re.sub(r"\bDATA\b", data, known[name]))
    ours = {"python": [sys.executable], "qa": [sys.executable, "-m", "qa"]}
    command = [*ours.get(words[0], words[:1]), *words[1:]]
    print(shlex.join(words), file=sys.stderr)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    lost = missing(figures, done.stdout)
    print(done.stdout, end="")
    print(f"{name}: {len(figures) - len(lost)} of {len(figures)} figures were printed", *lost, sep="\n  missing: ")
    return 1 if lost or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())

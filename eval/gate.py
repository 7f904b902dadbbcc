"""Floors under measured figures and digests of the data: a figure below its floor fails, and floors only rise.

Floors belong to one state of the data and one model, identified by digests. It knows figures by name only. A manifest
has the digest of each file that training and measuring read, with its source.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from eval.errors import BaselineError, EmptySetError, SetFormatError
from eval.output import Table

BASELINE = Path(__file__).parent / "baseline.json"
MANIFEST = Path(__file__).parent / "data.toml"
_DECIMALS = 3


@dataclass(frozen=True)
class Baseline:
    """Floors by the name of their figure, and what they were measured on."""

    data: str
    model: str
    floors: Mapping[str, float]


def data_digest(paths: Sequence[Path]) -> str:
    """Return a digest of the files' names and bytes, in any order."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        digest.update(path.name.encode("utf-8") + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class DataFile(NamedTuple):
    """A file of a manifest; `path` is relative to the data folder."""

    path: str
    sha256: str
    records: str
    source: str
    licence: str
    read_by: list[str]

    def state(self, folder: Path) -> str:
        """Return "whole", "missing", or "other bytes" if the digest differs."""
        path = folder / self.path
        if not path.is_file():
            return "missing"
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        return "whole" if found == self.sha256 else "other bytes"


def read_manifest(path: Path) -> list[DataFile]:
    """Read a manifest in TOML; raises SetFormatError where it is malformed, EmptySetError without a file."""
    try:
        return [DataFile(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["file"]]
    except OSError as error:
        raise EmptySetError(str(path), error.strerror or "it cannot be read") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SetFormatError(path, 1, f"is no manifest ({error})") from error


def manifest_table(files: Sequence[DataFile], states: Sequence[str]) -> Table:
    """Return one row a file."""
    rows = [
        [one.path, state, one.records, one.source, one.licence, ", ".join(one.read_by)]
        for one, state in zip(files, states, strict=True)
    ]
    return Table(["file", "state", "records", "source", "licence", "read by"], rows)


def read_baseline(path: Path) -> Baseline:
    """Read floors; raises BaselineError where there are none, SetFormatError where the file is malformed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        floors = {str(name): float(floor) for name, floor in found["floors"].items()}
        return Baseline(str(found["data"]), str(found["model"]), floors)
    except FileNotFoundError as error:
        raise BaselineError(f"There are no floors at {path}.", "Set them: qa eval gate --raise") from error
    except json.JSONDecodeError as error:
        raise SetFormatError(path, error.lineno, f"is not JSON ({error.msg})") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SetFormatError(path, 1, f"lacks data, model or floors ({error})") from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write floors as JSON, one a line."""
    path.write_text(json.dumps(asdict(baseline), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def missed(baseline: Baseline, figures: Mapping[str, float]) -> list[str]:
    """Return in words the floors that are not reached; a figure that was not measured does not reach its floor."""
    lines = []
    for name, floor in baseline.floors.items():
        if name not in figures:
            lines.append(f"{name} was not measured; its floor is {floor:.3f}")
        elif figures[name] < floor:
            lines.append(f"{name} is {figures[name]:.4f}, below its floor of {floor:.3f}")
    return lines


def check(baseline: Baseline, now: Baseline) -> list[str]:
    """Return the missed floors; `now` has the present digests and figures.

    Raises BaselineError when data or model changed: their floors say nothing about these figures.
    """
    changed = [name for name in ("data", "model") if getattr(baseline, name) != getattr(now, name)]
    if changed:
        raise BaselineError(
            f"The floors were measured with other {' and other '.join(changed)}.",
            "Measure again and keep them at least as high: qa eval gate --raise",
        )
    return missed(baseline, now.floors)


def raised(baseline: Baseline | None, now: Baseline) -> Baseline:
    """Return the floors lifted to the present figures, rounded down; raises BaselineError if any would fall."""
    old = dict(baseline.floors) if baseline else {}
    falling = missed(baseline, now.floors) if baseline else []
    if falling:
        raise BaselineError(
            f"Floors only rise: {'; '.join(falling)}.",
            "Find what got worse; a floor that has to fall is changed by hand, with its reason in the commit.",
        )
    lifted = {name: max(old.get(name, 0.0), _down(figure)) for name, figure in now.floors.items()}
    return Baseline(now.data, now.model, lifted)


def _down(figure: float) -> float:
    scale: int = 10**_DECIMALS
    return math.floor(figure * scale + 1e-9) / scale

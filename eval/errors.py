"""Every way the evaluation can fail, below `qa.QAError`. Knows nothing of the rest.

QAError
└── EvaluationError
    ├── SetFormatError     a file of a set, a run or a baseline is not in its format
    ├── EmptySetError      there is nothing to measure
    ├── CutShortError      a run that does not cover its questions
    ├── BaselineError      floors that belong to other data or another model, or would fall
    ├── SpeedError         a timed command failed
    │   └── PageBusyError  the page had too many questions to answer
    └── ExtraMissingError  the packages that measuring needs are not installed
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from qa import QAError


class EvaluationError(QAError):
    """Something cannot be measured."""


class SetFormatError(EvaluationError):
    """A line that its format does not allow; `line` counts from 1."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}.", "Correct the file; nothing was measured.")
        self.path = path
        self.line = line


class EmptySetError(EvaluationError):
    """A set without documents, without questions or without judgements."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"There is nothing to measure in {name}: {reason}.", "Check that its files belong together.")
        self.name = name


class CutShortError(EvaluationError):
    """A run in which questions of the set were never asked."""

    def __init__(self, name: str, missing: int, expected: int) -> None:
        super().__init__(
            f"The run {name} lacks {missing:,} of {expected:,} questions, so it may have been cut short.",
            "Complete it, or give --missing-is-zero if those questions found nothing; it was not scored.",
        )
        self.name = name
        self.missing = missing


class BaselineError(EvaluationError):
    """Floors that cannot be compared with what was measured, or that would be lowered."""


class SpeedError(EvaluationError):
    """A command that was to be timed failed."""

    def __init__(self, command: str, output: str) -> None:
        super().__init__(f"The command `{command}` failed: {output.strip()[-300:]}.", "Run it by itself to see why.")
        self.command = command


class PageBusyError(SpeedError):
    """The page answered that too many others are asking."""

    def __init__(self) -> None:
        super().__init__("ask", "the page is too busy")


_EXTRA = ("ir_measures", "sklearn", "scipy", "bm25s", "matplotlib", "openpyxl", "xlwt", "fpdf", "rapidfuzz")


class ExtraMissingError(EvaluationError):
    """Packages of the extra `eval` that are not installed."""

    def __init__(self, packages: list[str]) -> None:
        super().__init__(
            f"Measuring needs packages that are not installed: {', '.join(packages)}.",
            "Install them: pip install 'qa[eval]'.",
        )
        self.packages = packages


def refuse_without_extra() -> None:
    """Raise ExtraMissingError unless all packages of the extra `eval` are installed."""
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise ExtraMissingError(missing)

"""What a value is: a stretch of text and a key that is equal for equal values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["date", "clock", "duration", "ordinal", "code", "number", "range", "score"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `start` to `end` of a text; `key` begins with the kind and is the same in every spelling.

    Keys: ("number", "5248607"), ("number", "35%"), ("range", "2", "3"), ("score", "2", "0"), ("clock", "07:30"),
    ("duration", "150 min"), ("date", "2021-06-05"), where what is not told is left out ("2021-06", "2021", "2021-Q3")
    or a dash ("--06-05", "--06", "---05"), ("ordinal", "21"), ("code", "27-2023-qd-ubnd").
    """

    kind: Kind
    start: int
    end: int
    key: tuple[str, ...]

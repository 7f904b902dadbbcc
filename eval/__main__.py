"""`qa eval` and `python -m eval`: measure any set, the seeds, the floors, or speed; results go to stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from eval.arguments import make_parser
from eval.errors import refuse_without_extra
from qa import QAError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 after an error or a missed floor, 2 for wrong usage, 130 when stopped."""
    given = make_parser().parse_args(arguments)
    try:
        refuse_without_extra()
        code: int = given.command(given)
    except QAError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("eval: stopped; nothing was scored.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"eval: The system refused ({error}). Check the disk space and the permissions.", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())

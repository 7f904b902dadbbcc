"""The words of a question that ask, and say nothing of what is asked about.

Knows canonical Vietnamese and English; does not know weights.
"""

from __future__ import annotations

import re

_ASKING = (
    r"(?:là |được |có )?bao nhiêu|(?:từ |đến |vào )?(?:khi|lúc|hồi) nào|bao giờ|bao lâu|bao xa|mấy"
    r"|(?:là |của |do |bởi )?(?:những )?ai|(?:là |cái |điều |việc )?gì|(?:ở |từ |đến |tại )?đâu|tại sao|vì sao"
    r"|(?:như )?thế nào|ra sao|làm sao|nào|phải không|hay không|có phải|cho biết|hãy"
    r"|what|which|who|whom|whose|when|where|why|how (?:many|much|long|far|often|old)|how|is|are|was|were|do|does|did"
    r"|the|a|an|of|in|on|at|to|for|by|from|and"
)
_WORDS = re.compile(rf"(?<!\w)(?:{_ASKING})(?!\w)")


def without_question_words(form: str) -> str:
    """A canonical question with a comma for each word that asks; as it is when nothing else would be left."""
    rest = _WORDS.sub(",", form)
    return rest if any(character.isalnum() for character in rest) else form

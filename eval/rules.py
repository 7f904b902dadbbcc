"""What each rule of hybrid search is worth: the same search with all rules beside it without one.

It knows rules by their names only.
"""

from __future__ import annotations

import qa
from eval.compare import Comparison
from eval.evaluation import Evaluation
from eval.measures import mean
from eval.systems import System
from eval.tables import table

WHOLE = System("hybrid")
RULE_SYSTEMS = (WHOLE, *(System("hybrid", without=(rule,)) for rule in qa.RULES))


def rules_table(evaluation: Evaluation) -> str:
    """Return one row a version and rule; the family for Holm's correction is the whole table."""
    header = ["with all rules", "without it", "difference", "p after Holm", "the rule"]
    rows = [_row(evaluation, comparison) for comparison in evaluation.comparisons]
    return table([f"{evaluation.primary}, version and rule", *header], rows)


def _row(evaluation: Evaluation, comparison: Comparison) -> list[str]:
    means = {result.run.name: mean(result.scores[evaluation.primary]) for result in evaluation.of(comparison.version)}
    rule = comparison.second.removeprefix(f"{WHOLE.name}~")
    effect = "" if not comparison.established else "helps: " if comparison.difference > 0 else "harms: "
    shown = [f"{means[comparison.first]:.4f}", f"{means[comparison.second]:.4f}", f"{comparison.difference:+.4f}"]
    return [f"{comparison.version}: {rule}", *shown, comparison.shown_p, effect + comparison.verdict]

"""How the health of an index looks: the problems first, each with its next step, then what is worth knowing."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from qa.index import Finding, Health

WIDTH = 100
MOST_ITEMS = 5


def show_health(folder: str, health: Health, *, as_json: bool) -> None:
    """One JSON object with everything, or lines with the first few of what each finding is about."""
    if as_json:
        print(json.dumps(_to_json(folder, health), ensure_ascii=False, indent=2))
        return
    count = len(health.problems)
    verdict = "healthy" if health.is_healthy else f"not healthy, {count} problem{'s' if count > 1 else ''}"
    print(f"{folder}: {verdict}.")
    if health.passages:
        languages = ", ".join(f"{name or 'unknown'} {count}" for name, count in health.languages.items())
        print(f"{health.documents} documents ({languages}), {health.passages} passages.")
    for finding in sorted(health.findings, key=lambda one: not one.is_problem):
        print("\n".join(_lines(finding)))


def _to_json(folder: str, health: Health) -> dict[str, object]:
    findings = [
        {
            "kind": one.kind,
            "problem": one.is_problem,
            "told": one.told,
            "next_step": one.next_step,
            "items": list(one.items),
        }
        for one in health.findings
    ]
    return {
        "index": folder,
        "healthy": health.is_healthy,
        "documents": health.documents,
        "passages": health.passages,
        "languages": {name or "unknown": count for name, count in health.languages.items()},
        "findings": findings,
    }


def _lines(finding: Finding) -> Iterator[str]:
    label = "problem  " if finding.is_problem else "note     "
    told = f"{finding.told} {finding.next_step}".strip()
    yield textwrap.fill(told, WIDTH, initial_indent=label, subsequent_indent=" " * len(label), break_on_hyphens=False)
    for item in finding.items[:MOST_ITEMS]:
        yield textwrap.fill(item, WIDTH, initial_indent="         - ", subsequent_indent="           ")
    if len(finding.items) > MOST_ITEMS:
        yield f"         and {len(finding.items) - MOST_ITEMS} more; --json has them all"

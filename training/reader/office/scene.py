"""Turn texts with marked values, and questions about them, into rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from qa.text.canonical import fold
from training.reader.rows import Row

MARK = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")
FOLDED, LOWER, WRAPPED = 0.08, 0.2, 0.12
"""How often a question has no diacritics or no capitals, and how often a text is wrapped; chosen by hand."""
ENDS = re.compile(r"(?<=[.;])\s|\n")


@dataclass(frozen=True)
class Scene:
    """A text whose values are marked `⟦key|value⟧`, and (question, key) pairs; the key is None without an answer."""

    text: str
    questions: list[tuple[str, str | None]]
    title: str = ""


def rows(scene: Scene, random: Random) -> list[Row]:
    """Return the scene's questions as rows over its plain text, in the spellings that people type."""
    context, spans = unmarked(scene.text.strip())
    if random.random() < WRAPPED and "\n" not in context:
        context = wrapped(context, random)
    found = []
    for question, key in scene.questions:
        start, end = spans[key] if key is not None else (-1, -1)
        typed = spelled(question, random)
        found.append(Row(typed, scene.title, context, start, end, int(key is not None), 1))
    return found


def unmarked(text: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """Return the text without its marks, and the place of each key's value in it; the first of equal keys counts."""
    plain, spans, last = "", dict[str, tuple[int, int]](), 0
    for mark in MARK.finditer(text):
        plain += text[last : mark.start()]
        spans.setdefault(mark.group(1), (len(plain), len(plain) + len(mark.group(2))))
        plain += mark.group(2)
        last = mark.end()
    return plain + text[last:], spans


def wrapped(text: str, random: Random) -> str:
    """Return the text with line breaks for spaces at a fixed width, so that no offset changes."""
    width, column, characters = random.randint(45, 90), 0, []
    for character in text:
        column += 1
        if character == " " and column > width - random.randint(0, 9):
            character, column = "\n", 0
        characters.append(character)
    return "".join(characters)


def spelled(question: str, random: Random) -> str:
    """Return the question as written, in lower case, without its question mark or, seldom, without diacritics."""
    typed = question[0].upper() + question[1:]
    chance = random.random()
    if chance < LOWER:
        typed = typed.lower()
    if not typed.isascii() and random.random() < FOLDED:
        typed = fold(typed)
    return typed if random.random() < 0.65 else typed.rstrip("?")


def marked(key: str, value: str) -> str:
    """Return a value with its mark."""
    return f"⟦{key}|{value}⟧"

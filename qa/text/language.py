"""Detect the language of a question or a text: rules for Vietnamese and English, langdetect for the rest.

Knows nothing of meaning: a few names or numbers have no language here. Undiacritised Vietnamese is recognised by the
shape of its syllables, so no list of Vietnamese words is needed.
"""

from __future__ import annotations

import re

from qa.text.canonical import WordCache, canonical, fold

_BEGINNING = 4000
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]")

# Letters of Vietnamese that hardly any other language has; à, é, ô alone prove nothing.
_VIETNAMESE = re.compile("[ăđơưảạẳẵặằắấầẩẫậẻẹẽếềểễệỉịĩỏọốồổỗộớờởỡợủụũứừửữựỷỵỹỳ]")
_NOT_VIETNAMESE = re.compile("[äåæçëïñöøüßčćęłńřśšşșťţțžźżœ]")

_ENGLISH = re.compile(
    "the|about|after|and|any|are|been|before|between|by|did|does|during|first|from|had|have|his|how|into|its|many"
    "|much|name|other|should|some|their|there|these|they|this|what|when|where|which|while|who|whom|whose|why|with"
    "|would|you|your"
)
# Common in English, but words of Dutch, German or Danish as well.
_GERMANIC = re.compile("also|for|has|her|if|is|most|of|or|she|was|we|were|will")
_OTHER = re.compile(f"{_ENGLISH.pattern}|{_GERMANIC.pattern}")
# English words that are also undiacritised Vietnamese syllables, and so count for neither.
_ENGLISH_OR_SYLLABLE = re.compile(
    "a|am|an|at|be|but|can|do|go|he|him|i|in|it|let|long|may|me|my|no|not|on|say|so|than|that|them|then|to|up"
)

# Undiacritised Vietnamese syllables: the finals that a vowel takes, then the vowels that an initial takes.
_A = r"a(?:ch?|ng?|nh|[imoptuy])?"
_BACK = (
    rf"{_A}|o(?:{_A}|e[nto]?|ng?|[cimpt])?|u(?:ng?|[acimptu])?|uo(?:ng?|[cimptu])?"
    r"|ua(?:ng?|[ty])|ue(?:ch|nh)?|uy(?:ch|nh?|[aptu]|e[nt])?"
)
_FRONT = r"e(?:ch?|ng?|nh|[mioptu])?|i(?:ch|nh?|[amptu])?|ie(?:ng?|[cmptu])|y"
_AFTER_QU = rf"{_A}|e(?:ch|n|nh|[ot])?|oc?|it|y(?:ch|nh|e[nt]|t)?"
_SYLLABLE = re.compile(
    rf"(?:ch|kh|nh|ph|th|tr|[bdhlmnrstvx])?(?:{_BACK}|{_FRONT})|(?:c|g|ng|gi)(?:{_BACK})|(?:k|gh|ngh)(?:{_FRONT})"
    rf"|gi(?:[mn]|e(?:ng|[mopt]))?|qu(?:{_AFTER_QU})|ye(?:ng?|[mtu])"
)
# Syllables that are seldom a word of another language.
_SELDOM_FOREIGN = re.compile(r"(?:ng|nh|tr|kh|gi|qu).+|.+(?:nh|uo.*|ie.*|uye.)")


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code such as "vi" or "en", or None if the text does not show one; never raises.

    Only the beginning of a long text is looked at.
    """
    beginning = text[:_BEGINNING]
    parts = beginning.split()
    proofs, against = divmod(sum(map(_evidence.__getitem__, parts)), _PROOF)
    # A few words of Vietnamese in an English text are names.
    is_vietnamese = proofs > 2 * against if proofs else _sounds_vietnamese(_WORD.findall(fold(beginning)))
    if is_vietnamese:
        return "vi"
    words = _WORD.findall(canonical(beginning))
    if _is_english(words):
        return "en"
    return _guess(beginning, words)


def is_vietnamese_syllable(folded: str) -> bool:
    """Return whether a folded syllable has the shape of a Vietnamese one, whether or not it is a word."""
    return _SYLLABLE.fullmatch(folded) is not None


_PROOF = _BEGINNING + 1  # more than there can be words


def _evidence_of(part: str) -> int:
    """Return how many words between white space are Vietnamese, times `_PROOF`, and how many are of other languages.

    One number, since adding up two takes twice as long.
    """
    words = _WORD.findall(canonical(part))
    proofs = sum(_VIETNAMESE.search(word) is not None for word in words)
    return proofs * _PROOF + sum(map(_is_foreign, words))


_evidence = WordCache(_evidence_of)


def _is_foreign(word: str) -> bool:
    return bool(_OTHER.fullmatch(word) or _NOT_VIETNAMESE.search(word))


def _sounds_vietnamese(folded_words: list[str]) -> bool:
    return len(folded_words) > 1 and sum(map(_vote, folded_words)) > 0.1 * len(folded_words)


def _vote(folded_word: str) -> int:
    if _ENGLISH_OR_SYLLABLE.fullmatch(folded_word):
        return 0
    if folded_word == "the":  # certainly English elsewhere, but here possibly thế or thể
        return -1
    if _ENGLISH.fullmatch(folded_word):
        return -2
    if _GERMANIC.fullmatch(folded_word) or not _SYLLABLE.fullmatch(folded_word):
        return -1
    return 2 if _SELDOM_FOREIGN.fullmatch(folded_word) else 1


def _is_english(words: list[str]) -> bool:
    """Return whether there is an exclusively English word, first or with another, and one English word in five."""
    own = [word for word in words if _ENGLISH.fullmatch(word)]
    shared = [word for word in words if _GERMANIC.fullmatch(word) or _ENGLISH_OR_SYLLABLE.fullmatch(word)]
    found = len(own) + len(shared)
    if not own or 5 * found < len(words):
        return False
    return found > 1 or _ENGLISH.fullmatch(words[0]) is not None


def _guess(text: str, words: list[str]) -> str | None:
    """Return langdetect's verdict if it is certain; one or two words in Latin letters are a name or an acronym."""
    if not words or (len(words) < 3 and all(_LATIN.match(word) for word in words)):
        return None
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0
    try:
        best = detect_langs(text)[0]
    except LangDetectException:
        return None
    return str(best.lang) if best.prob > 0.7 else None

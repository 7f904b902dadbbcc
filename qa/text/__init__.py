"""Vietnamese text rules: one canonical form, folding, syllables and terms, sentences, language.

Knows nothing of files, passages or models; every offset refers to the text as it was given.
"""

from qa.text.canonical import (
    TEXT_RULES,
    Canonical,
    WordCache,
    canonical,
    canonical_with_offsets,
    fold,
    nfc,
    nfd,
    storable,
)
from qa.text.language import detect_language
from qa.text.restoration import Restorer, SyllableTable, is_known, read_keys, syllable_table
from qa.text.sentences import sentences
from qa.text.terms import (
    Syllable,
    common_spelling,
    count_syllables,
    folded_terms,
    one_folded_spelling,
    one_spelling,
    syllables,
    term_forms,
    terms,
)
from qa.text.values import Value, values
from qa.text.values.codes import Address, address_of
from qa.text.values.terms import document_numbers
from qa.text.values.value import plain_number
from qa.text.whole import whole_span

__all__ = [
    "TEXT_RULES",
    "Address",
    "Canonical",
    "Restorer",
    "Syllable",
    "SyllableTable",
    "Value",
    "WordCache",
    "address_of",
    "canonical",
    "canonical_with_offsets",
    "common_spelling",
    "count_syllables",
    "detect_language",
    "document_numbers",
    "fold",
    "folded_terms",
    "is_known",
    "nfc",
    "nfd",
    "one_folded_spelling",
    "one_spelling",
    "plain_number",
    "read_keys",
    "sentences",
    "storable",
    "syllable_table",
    "syllables",
    "term_forms",
    "terms",
    "values",
    "whole_span",
]

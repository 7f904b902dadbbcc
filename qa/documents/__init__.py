"""Documents: the values, and reading them from files and saved pages. Knows no passages, no models."""

from qa.documents.document import (
    GIVEN_TAGS,
    OWN_TAGS,
    Damaged,
    Document,
    Skipped,
    tags_in,
    tags_of,
    with_free_ids,
    with_given_tags,
)
from qa.documents.files import Reading, read_documents
from qa.documents.formats.choosing import SUFFIXES, is_hidden
from qa.documents.formats.decoding import MAX_FILE_BYTES
from qa.documents.offices import office_key, signer_at
from qa.documents.official import named_document, number_key
from qa.documents.page import Page, read_page
from qa.documents.page_image import height_of_quote, page_image
from qa.documents.places import HEAD, Place, articles, legal_places, page_of, pages_of, place_of
from qa.documents.relations import (
    RelationKind,
    Statement,
    is_of_relations,
    statements,
    title_statements,
)

__all__ = [
    "GIVEN_TAGS",
    "HEAD",
    "MAX_FILE_BYTES",
    "OWN_TAGS",
    "SUFFIXES",
    "Damaged",
    "Document",
    "Page",
    "Place",
    "Reading",
    "RelationKind",
    "Skipped",
    "Statement",
    "articles",
    "height_of_quote",
    "is_hidden",
    "is_of_relations",
    "legal_places",
    "named_document",
    "number_key",
    "office_key",
    "page_image",
    "page_of",
    "pages_of",
    "place_of",
    "read_documents",
    "read_page",
    "signer_at",
    "statements",
    "tags_in",
    "tags_of",
    "title_statements",
    "with_free_ids",
    "with_given_tags",
]

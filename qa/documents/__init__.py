"""Documents: the values, and reading them from files and saved pages. Knows no passages, no models."""

from qa.documents.decoding import MAX_FILE_BYTES
from qa.documents.document import Damaged, Document, Skipped
from qa.documents.files import Reading, read_documents
from qa.documents.page import Page, read_page

__all__ = ["MAX_FILE_BYTES", "Damaged", "Document", "Page", "Reading", "Skipped", "read_documents", "read_page"]

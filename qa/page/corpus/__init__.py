"""The tab of documents: adding, finding and deleting them, and the state of the index."""

"""One reader for each format of file behind one protocol: bytes to text, and what its parts are called."""

"""Read each format of file behind one protocol: bytes to text, and names of its parts."""

"""What programs are offered: the endpoints of the API, and the same as tools of an MCP server."""

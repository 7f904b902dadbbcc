"""Citations that can be copied, and whether their quotes still stand."""

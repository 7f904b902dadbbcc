"""Mend damage from copying and conversion, if the result is certainly Vietnamese."""

"""Damage that copying and converting does to a text, undone where what comes out is surely Vietnamese."""

"""Turns what a curator has of research papers into a static, searchable catalogue."""

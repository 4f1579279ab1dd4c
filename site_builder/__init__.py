"""Turns what a curator has of research papers into a static, searchable catalogue."""

__version__ = "0.1.0"

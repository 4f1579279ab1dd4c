"""Measures, never tests: what a build or a search costs here and now."""

"""Pure functions on strings: slugs, terms, parsed queries, Markdown."""

"""The catalogue as an index of small JSON files that a reader's browser can search, and the curator's own search."""

from site_builder.search.index import files
from site_builder.search.shards import Shards

__all__ = ["Shards", "files"]

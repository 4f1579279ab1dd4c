"""From what a curator has to pages in content/papers/: read, repair, merge, write; repeatable."""

from site_builder.ingest.run import Outcome, abstracts, ingest

__all__ = ["Outcome", "abstracts", "ingest"]

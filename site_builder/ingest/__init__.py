"""From what a curator has to pages in content/papers/: read, repair, merge, write; repeatable, and hands are respected."""

from site_builder.ingest.run import Outcome, ingest

__all__ = ["Outcome", "ingest"]

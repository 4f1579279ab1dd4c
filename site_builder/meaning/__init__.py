"""What follows from the text alone, always with its evidence: topics, tags, related papers."""

"""Files of content/ to records and back: papers, topics, collections, the ledger, site.yaml. The only door to YAML."""

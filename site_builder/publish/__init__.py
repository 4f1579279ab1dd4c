"""Making a folder equal to a stream of files, and the memory that spares most of the work."""

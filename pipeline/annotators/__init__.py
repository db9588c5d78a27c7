"""Documents in, layers out; no files, no network."""

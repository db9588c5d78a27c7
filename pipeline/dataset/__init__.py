"""What a release consists of: typed features, rows, the dataset card and the ledger."""

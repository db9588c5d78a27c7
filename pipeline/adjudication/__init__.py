"""From several people's records of a document to one; pure functions over records."""

"""Arabic characters and words: tables as data, and the functions that read them."""

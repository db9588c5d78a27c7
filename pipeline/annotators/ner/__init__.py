"""Named entities: a Transformers token classifier over words, its training, and its spans."""

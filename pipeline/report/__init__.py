"""The corpus as one page: figures that hold the spans they count, and their rendering."""

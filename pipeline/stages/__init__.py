"""One file a verb; a stage never imports another stage."""

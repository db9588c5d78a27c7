"""The annotation server: launching it, talking to it, converting what goes in and out."""

"""Arabic stance: clauses in which a named holder takes a position on a declared target."""

from pipeline.annotators.stance.annotate import annotate_stance, find_clauses

__all__ = ["annotate_stance", "find_clauses"]

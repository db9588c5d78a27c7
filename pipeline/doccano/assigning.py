"""Who annotates which document; pure.

Nobody's documents are ever taken away. A document that has too few people is given, in the
corpus's order, to those who have the fewest documents so far; among equals a digest of document
and pseudonym decides, so that every two people come to share documents, and the same corpus and
team give the same assignment everywhere.

From this follows: where nothing but this rule assigned, and the team stayed the same, nobody has
more than one document more than another. Who joins later gets new documents until they have as
many as the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from pipeline.errors import RequestError


def assign(
    documents: Sequence[str],
    people: Sequence[str],
    held: Mapping[str, Collection[str]],
    overlap: int | None,
) -> dict[str, tuple[str, ...]]:
    """Return the documents of each of `people`, those held among them, in the corpus's order.

    `held` names what each person has, or did before they left; `overlap` how many people a
    document is given to, None for all. Raises RequestError when they are fewer.
    """
    if overlap is not None and overlap > len(people):
        cause = f"a document is to go to {overlap} people, and {len(people)} annotate"
        raise RequestError("overlap", cause, "Name more people, or a smaller OVERLAP.")
    having: dict[str, set[str]] = {person: set(held.get(person, ())) for person in people}
    left = [set(theirs) for person, theirs in held.items() if person not in having]
    for document in documents:
        count = sum(document in theirs for theirs in (*having.values(), *left))
        missing = len(people) if overlap is None else max(0, overlap - count)
        free = [person for person in people if document not in having[person]]
        free.sort(key=lambda person: (len(having[person]), _lot(document, person)))
        for person in free[:missing]:
            having[person].add(document)
    return {
        person: tuple(document for document in documents if document in theirs)
        for person, theirs in having.items()
    }


def _lot(document: str, person: str) -> bytes:
    return hashlib.sha256(f"{document}\0{person}".encode()).digest()

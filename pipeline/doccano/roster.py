"""Who annotates, and under which pseudonym: `.tawsim/annotators.toml`.

The names stay in that file; records, and so git, know pseudonyms alone. A pseudonym that was given
is never given to anybody else.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.doccano.private import write_private
from pipeline.doccano.wire import Annotator
from pipeline.errors import RequestError
from pipeline.kept import PSEUDONYM

# An account on the server: what Django takes, no longer than Doccano's form takes.
_NAME = re.compile(r"[\w@+-][\w.@+-]{0,29}")
_RESERVED = {"admin", "adjudicator"}
_HEAD = """# Who annotates. A name is an account on the server; it stays in this file.
# Records and git carry the pseudonym. With `left = true` somebody gets no new documents,
# and what they confirmed stays. `overlap` is how many people a document is given to; without it,
# all of them.
"""


@dataclass(frozen=True, slots=True)
class Person:
    """An annotator by name; one who left gets no new documents, and keeps what they did."""

    pseudonym: str
    name: str
    left: bool = False

    @property
    def annotator(self) -> Annotator:
        """The person as the server knows them."""
        return Annotator(self.pseudonym, self.name)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who ever annotated here, and how many a document is given to (None: all)."""

    people: tuple[Person, ...] = ()
    overlap: int | None = None

    @property
    def active(self) -> tuple[Person, ...]:
        """Those who get new documents."""
        return tuple(person for person in self.people if not person.left)

    def joined(self, names: Iterable[str], taken: Collection[str]) -> Roster:
        """Return the roster with everybody named in it; those `taken` are no new pseudonyms."""
        people = list(self.people)
        known = {person.name for person in people}
        for name in dict.fromkeys(unicodedata.normalize("NFKC", name) for name in names):
            if name not in known:
                pseudonym = _next({*taken, *(person.pseudonym for person in people)})
                people.append(Person(pseudonym, name))
        return _checked(replace(self, people=tuple(people)), "annotators")


def founded(taken: Collection[str]) -> Roster:
    """Return the roster of somebody who works alone: their pseudonym is their name."""
    pseudonym = _next(set(taken))
    return Roster((Person(pseudonym, pseudonym),))


def merged(kept: Roster, later: Roster) -> Roster:
    """Return what was kept, and from a later roster those it does not know."""
    known = {key for person in kept.people for key in (person.pseudonym, person.name)}
    joined = [p for p in later.people if not known & {p.pseudonym, p.name}]
    return replace(kept, people=(*kept.people, *joined))


def parse_roster(text: str, place: str) -> Roster:
    """Parse the file's text; raises RequestError for what it cannot mean."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(place, f"is no TOML ({error})", "Mend that line.") from error
    overlap = table.pop("overlap", None)
    people = []
    for pseudonym, row in table.items():
        if not isinstance(row, dict) or row.keys() - {"name", "left"} or "name" not in row:
            cause, cure = f"cannot read {pseudonym!r}", f'Write [{pseudonym}] and name = "…".'
            raise RequestError(place, cause, cure)
        name, left = row["name"], row.get("left", False)
        if not isinstance(name, str) or not isinstance(left, bool):
            cure = 'Write name = "…" and left = true or false.'
            raise RequestError(place, f"cannot read {pseudonym!r}", cure)
        people.append(Person(pseudonym, unicodedata.normalize("NFKC", name), left))
    people.sort(key=lambda person: (len(person.pseudonym), person.pseudonym))
    return _checked(Roster(tuple(people), overlap), place)


def render_roster(roster: Roster) -> str:
    """Render the file's text."""
    parts = [_HEAD]
    if roster.overlap is not None:
        parts.append(f"overlap = {roster.overlap}\n")
    for person in roster.people:
        left = "left = true\n" if person.left else ""
        parts.append(f'\n[{person.pseudonym}]\nname = "{person.name}"\n{left}')
    return "".join(parts)


def read_roster(state: Path) -> Roster | None:
    """Read the roster of a state folder, None where there is none yet."""
    path = state / "annotators.toml"
    if not path.exists():
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(str(path), f"is not UTF-8 ({error.reason})", "Save it so.") from error
    return parse_roster(text, str(path))


def write_roster(state: Path, roster: Roster) -> None:
    """Write the roster, for its owner alone."""
    write_private(state / "annotators.toml", render_roster(roster))


def _next(taken: Collection[str]) -> str:
    numbers = (int(name[1:]) for name in taken if PSEUDONYM.fullmatch(name))
    return f"a{max(numbers, default=0) + 1:02}"


def _checked(roster: Roster, place: str) -> Roster:
    """Return the roster; raises RequestError for a name, pseudonym or overlap that cannot be."""
    names = [person.name.casefold() for person in roster.people]
    for person in roster.people:
        cause = None
        if not PSEUDONYM.fullmatch(person.pseudonym):
            cause, cure = f"{person.pseudonym!r} is no pseudonym", "Write a01, a02 …"
        elif not _NAME.fullmatch(person.name):
            cause = f"{person.name!r} cannot be an account"
            cure = "Give 1 to 30 letters, digits or @ + - _ . without spaces."
        elif person.name.casefold() in _RESERVED:
            cause = f"{person.name!r} is an account of the server's own"
            cure = 'Name people by accounts of theirs: ANNOTATORS="salma omar"'
        elif PSEUDONYM.fullmatch(person.name) and person.name != person.pseudonym:
            cause, cure = f"the name {person.name!r} is a pseudonym", "Choose another name."
        elif names.count(person.name.casefold()) > 1:
            cause, cure = f"{person.name!r} is there twice", "Give each person a name of their own."
        if cause:
            raise RequestError(place, cause, cure)
    if roster.overlap is not None and (type(roster.overlap) is not int or roster.overlap < 1):
        cure = "Give how many people annotate a document: 1, 2 …"
        raise RequestError(place, f"overlap {roster.overlap!r} is no such number", cure)
    return roster

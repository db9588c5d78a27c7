"""Which documents' texts may be passed on, by the licence their metadata states."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from pipeline.scheme import read_schema

_VERSION = re.compile(r"\s\d+(\.\d+)*$")
_BETWEEN = re.compile(r"[\s_-]+")


def may_redistribute(licence: str | None) -> bool:
    """Tell whether a licence is one of `schemas/licences.toml`; no licence allows nothing."""
    return licence is not None and _plain(licence) in _redistributable()


@cache
def _redistributable() -> frozenset[str]:
    names = tomllib.loads(read_schema("licences.toml"))["redistributable"]
    return frozenset(map(_plain, names))


def _plain(licence: str) -> str:
    return _VERSION.sub("", _BETWEEN.sub(" ", licence.strip().casefold()))

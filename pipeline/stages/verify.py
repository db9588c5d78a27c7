"""`tawsim verify`: whether an archive is what was sealed, and says the same throughout."""

from __future__ import annotations

from pathlib import Path

from pipeline.archive.bag import DATA, check_bag
from pipeline.archive.check import check_contents
from pipeline.errors import Fault


def verify(folder: Path) -> list[Fault]:
    """Return a fault for every file of an archive that is damaged, missing or one too many.

    Where every byte is as sealed, what its parts say is compared. Raises RequestError for a folder
    that is no archive.
    """
    return check_bag(folder) or check_contents(folder / DATA)

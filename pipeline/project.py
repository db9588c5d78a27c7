"""Where things are in a project folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `annotations/` (kept), `build/` (made, safe to delete), `.tawsim/` (state)."""

    root: Path

    @property
    def build(self) -> Path:
        """Everything that can be made again."""
        return self.root / "build"

    @property
    def ingested(self) -> Path:
        """The folder that holds `documents.jsonl`."""
        return self.build / "ingested"

    @property
    def tokenised(self) -> Path:
        """Tokens and sentences, a file a document."""
        return self.build / "tokenised"

    @property
    def preannotated(self) -> Path:
        """The machine's records, fresh, a file a document."""
        return self.build / "preannotated"

    @property
    def stance(self) -> Path:
        """The clause classifier `train stance` made, with its figures."""
        return self.build / "stance"

    @property
    def releases(self) -> Path:
        """A folder a version."""
        return self.build / "release"

    @property
    def published(self) -> Path:
        """Copies made ready for the Hub, a folder a version."""
        return self.build / "publish"

    @property
    def report(self) -> Path:
        """Pages to look at: `index.html` of the project, one a version."""
        return self.build / "report"

    @property
    def archives(self) -> Path:
        """Bags for an archive, a folder a version."""
        return self.build / "archive"

    @property
    def annotations(self) -> Path:
        """Records of every agent, what people started from, ledgers."""
        return self.root / "annotations"

    @property
    def state(self) -> Path:
        """The annotation server's state: work not yet collected. Never deleted by us."""
        return self.root / ".tawsim"

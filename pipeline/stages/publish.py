"""`tawsim publish`: a release to the Hub, with a tag; texts whose licence forbids it stay home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset.card import TEXTS_WHOLE
from pipeline.dataset.copies import copy_with_texts, read_documents, read_release
from pipeline.dataset.ledger import read_ledger
from pipeline.dataset.licences import may_redistribute
from pipeline.dataset.standoff import render_allowed, render_withheld
from pipeline.errors import RequestError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_REPO_TYPE = "dataset"


@dataclass(frozen=True, slots=True)
class Publication:
    """A copy made ready to go: where it is, what names it, which documents go without text."""

    folder: Path
    version: str
    content_sha256: str
    withheld: tuple[str, ...]
    files: dict[str, int]
    """Size in bytes by name."""


def stage_copy(release: Path, ledger: Path, folder: Path, with_text_by: str | None) -> Publication:
    """Make the copy of a release that may be passed on, in `folder`.

    Documents whose licence is not in `schemas/licences.toml` go without their text, unless
    `with_text_by` names who decided otherwise. Raises RequestError where the release is not the
    one its ledger in `annotations/releases/` names, and InputRefused where a file is damaged.
    """
    released, kept = read_release(release), read_ledger(ledger)
    if kept != released:
        cause = "is not the release of this folder"
        cure = "Restore the ledger from git, or make the release again."
        raise RequestError(str(ledger), cause, cure)
    rows = [(row["id"], row["licence"]) for row in read_documents(release)]
    closed = sorted(name for name, licence in rows if not may_redistribute(licence))
    withheld = [] if with_text_by else closed
    said = TEXTS_WHOLE
    if closed and with_text_by:
        said = render_allowed(len(closed), len(rows), with_text_by)
    elif closed:
        said = render_withheld(len(closed), len(rows))
    copy_with_texts(release, folder, dict.fromkeys(withheld), said)
    files = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return Publication(
        folder, released["version"], released["content_sha256"], tuple(withheld), files
    )


def check_repo(repo: str) -> None:
    """Raise RequestError for what cannot be the name of a repository."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise RequestError(repo, str(error), "Give REPO=organisation/name.") from error


def push(publication: Publication, repo: str) -> str:
    """Upload a copy as one commit of a dataset repository, tag it, and return the commit's URL.

    The token is the one `huggingface_hub` finds in its usual places. Raises RequestError where
    the version is there already, or the Hub says no.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

    try:
        return _push(HfApi(), publication, repo)
    except LocalTokenNotFoundError as error:
        cure = "Log in with `hf auth login`, or set HF_TOKEN."
        raise RequestError(repo, "no token for the Hub was found", cure) from error
    except (HfHubHTTPError, OSError) as error:
        cure = "Check the network and the token's rights, and run it again: it goes on."
        raise RequestError(repo, f"the Hub refused or was not reached ({error})", cure) from error


def _push(api: HfApi, publication: Publication, repo: str) -> str:
    version = publication.version
    api.create_repo(repo, repo_type=_REPO_TYPE, private=True, exist_ok=True, token=True)
    tags = api.list_repo_refs(repo, repo_type=_REPO_TYPE, token=True).tags
    if any(tag.name == version for tag in tags):
        cause = f"version {version} is published there already"
        raise RequestError(repo, cause, "Publish a new version; a published one stays.")
    commit = api.upload_folder(
        repo_id=repo,
        repo_type=_REPO_TYPE,
        folder_path=publication.folder,
        commit_message=f"Version {version}",
        commit_description=f"Content {publication.content_sha256}",
        delete_patterns="*",
        token=True,
    )
    api.create_tag(
        repo,
        repo_type=_REPO_TYPE,
        tag=version,
        tag_message=f"Content {publication.content_sha256}",
        revision=commit.oid,
        token=True,
    )
    return commit.commit_url

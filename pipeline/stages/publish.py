"""`tawsim publish`: a release to the Hub, with a tag; texts whose licence forbids it stay home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.dataset.copies import Publication
from pipeline.errors import RequestError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_REPO_TYPE = "dataset"


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

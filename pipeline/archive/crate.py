"""The RO-Crate description of an archive's contents, written by the library `rocrate`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.archive import DOCUMENTS, RECORDS
from pipeline.dataset.card import NAME
from pipeline.dataset.ledger import Ledger

_VERSION = "1.1"
_CC_BY = "https://creativecommons.org/licenses/by/4.0/"
_FORMATS = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".toml": "application/toml",
}
_FOLDERS = {
    DOCUMENTS: "The texts, byte for byte as received, with what is known of each.",
    RECORDS: "The annotation records, a folder an agent, stand-off over the texts.",
}
_TERMS = "Annotations under CC BY 4.0; the texts document by document, as the column licence says."


def write_crate(folder: Path, ledger: Ledger, day: str | None) -> None:
    """Describe a folder's files in its `ro-crate-metadata.json`.

    The texts and the records are described as folders. RO-Crate asks for a day of publication,
    which must follow from the contents as all else does: `day` is that of the newest of them.
    """
    from rocrate.model import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=_VERSION)
    crate.add(
        ContextEntity(crate, _CC_BY, properties={"@type": "CreativeWork", "name": "CC BY 4.0"})
    )
    root = crate.root_dataset
    for key, value in _root_properties(ledger, day).items():
        root[key] = value
    if day is None:
        del root["datePublished"]
    for name, said in _FOLDERS.items():
        if (folder / name).is_dir():
            count = sum(path.is_file() for path in (folder / name).rglob("*"))
            properties = {"name": name, "description": f"{said} {count} files."}
            crate.add_dataset(dest_path=f"{name}/", properties=properties)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] not in _FOLDERS:
            crate.add_file(dest_path=name, properties=_file_properties(path, name))
    crate.metadata.write(folder)


def _root_properties(ledger: Ledger, day: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "name": f"{NAME} {ledger['version']}",
        "description": (
            "Arabic news annotated with named entities, dates with normal forms (TIMEX3) and "
            "stance, as stand-off spans in Unicode code points."
        ),
        "version": ledger["version"],
        "identifier": f"sha256:{ledger['content_sha256']}",
        "inLanguage": "ar",
        "license": {"@id": _CC_BY},
        "usageInfo": _TERMS,
    }
    return properties | ({"datePublished": day} if day else {})


def _file_properties(path: Path, name: str) -> Mapping[str, Any]:
    form = _FORMATS.get(path.suffix, "text/plain")
    return {"name": name, "encodingFormat": form, "contentSize": str(path.stat().st_size)}

"""Small corpora written for a test, and what is wrong with them."""

import json

from pipeline.corpus import survey_corpus

TEXT = "غادر الوفد بغداد."


def write_folder(folder, metadata=None, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    if metadata is not None:
        (folder / "metadata.toml").write_text(metadata, encoding="utf-8")
    return folder


def write_jsonl(path, *rows):
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def write_parquet(path, columns):
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path)
    return path


def faults(path):
    """The faults of a corpus; each must say how to mend it."""
    found = survey_corpus(path).faults
    assert all(fault.cure.endswith(".") for fault in found)
    return [(fault.place, fault.cause) for fault in found]


def only_fault(path):
    (fault,) = faults(path)
    return fault


def notes(path):
    return [str(note) for note in survey_corpus(path).notes]

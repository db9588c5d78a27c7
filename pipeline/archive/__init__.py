"""A version of the dataset as a BagIt bag for an archive, and the proof that one is whole.

What lies in `data/` of a bag:

release/                the release as `tawsim publish` would pass it on
json/                   the same rows as JSON Lines, a file a Parquet file, labels by name
documents/              the texts as received, with `metadata.toml`: a corpus to read again
annotations/            every released record, what people started from, how it was adjudicated
schemas/                what the records follow: JSON Schemas, labels, targets, guidelines
software.cdx.json       the software and models that made the bag: a CycloneDX bill of materials
croissant.json          a description for machine learning tools
ro-crate-metadata.json  a description for archives
README.md               all of this, for a person
"""

RELEASE = "release"
ROWS = "json"
DOCUMENTS = "documents"
RECORDS = "annotations"
SCHEMAS = "schemas"
CROISSANT = "croissant.json"
README = "README.md"

"""The schemas and the scheme, shipped as the package data of `pipeline.schemas`."""

"""The dataset card: the sections of the Hub's guide, with computed figures."""

import re
from importlib.resources import files

import pytest
import yaml

from tests.releases import MadeProject, made_document, made_record


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    project = MadeProject(tmp_path_factory.mktemp("card"))
    documents = [made_document(name, source="وكالة", licence="CC0") for name in ("a", "b", "c")]
    project.write(made_record(documents[0], "a01"))
    project.write(made_record(documents[0], "a02", entities=()))
    project.decide(made_record(documents[0], "adjudicated"))
    project.write(made_record(documents[1], "a01"))
    return (project.release("0.1.0", documents).folder / "README.md").read_text("utf-8")


def test_it_has_every_section_of_the_hubs_template(card):
    template = files("huggingface_hub").joinpath("templates/datasetcard_template.md")
    wanted = re.findall(r"^(#{2,4} .*?)(?: \[optional\])?$", template.read_text("utf-8"), re.M)
    headings = [line for line in card.split("\n") if line.startswith("#")]
    assert [h for h in headings if h in wanted] == wanted
    assert len(wanted) > 15
    for heading in wanted:
        section = card.split(f"\n{heading}\n", 1)[1]
        assert section.strip(), heading


def test_its_figures_are_computed(card):
    assert "$" not in card
    for row in (
        "| وكالة | 3 |",
        "| CC0 | 3 |",
        "| adjudicated | 1 |",
        "| human | 1 |",
        "| machine | 1 |",
        "| a01 | 2 |",
        "| a02 | 1 |",
        "| entities | PER | 3 |",
        "| layer | F1 exact | F1 overlapping | uα | label κ | value | people's value | holder |",
        "| entities | 0.00 | 0.00 |",
        "| dates | 1.00 | 1.00 | 1.00 | undefined | 1.00 | no data |  |",
        "| stance | 1.00 | 1.00 | 1.00 | undefined |  |  | 1.00 |",
        "| train | 3 | 9 | 3 | 6 |",
        "| spans | 3 | – | – |",
        "| stance | 6 | – | – |",
    ):
        assert row in card, row
    assert "2 of 3 documents were corrected by people." in card
    assert "1 of 3 documents were annotated by two people or more" in card
    assert "(3 spans, 1 different spellings labelled PER)" in card
    assert "Left out, because they would be empty: `validation` of `spans`" in card
    assert "0 of 3 are under a licence that is not known to allow redistribution" in card


def test_its_yaml_declares_configs_features_and_counts(card):
    front = yaml.safe_load(card.split("---\n")[1])
    assert [c["config_name"] for c in front["configs"]] == [
        "spans",
        "ner",
        "dates",
        "stance",
        "annotators",
        "history",
    ]
    assert [c["config_name"] for c in front["configs"] if c.get("default")] == ["spans"]
    info = {entry["config_name"]: entry for entry in front["dataset_info"]}
    assert info["stance"]["splits"][0]["num_examples"] == 6
    assert info["dates"]["dataset_size"] == info["dates"]["splits"][0]["num_bytes"]
    assert front["size_categories"] == ["n<1K"]

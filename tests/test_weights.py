import pytest
import torch
from safetensors.torch import load_file, save_file

from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.errors import RequestError
from pipeline.weights import (
    PACKED_WEIGHTS,
    load_token_classifier,
    pack_weights,
    save_packed,
    unpack_weights,
)


def test_packing_keeps_vectors_exactly_and_matrices_within_half_a_step():
    torch.manual_seed(0)
    state = {"matrix": torch.randn(50, 30), "zero": torch.zeros(2, 3), "vector": torch.randn(30)}
    packed = pack_weights(state)
    assert packed["matrix"].dtype == torch.int8
    back = unpack_weights(packed)
    assert back.keys() == state.keys()
    assert torch.equal(back["vector"], state["vector"])
    assert torch.equal(back["zero"], state["zero"])
    step = state["matrix"].abs().amax(dim=1, keepdim=True) / 127
    assert ((back["matrix"] - state["matrix"]).abs() <= step / 2 + 1e-6).all()


def test_a_large_weight_coarsens_its_neighbours_alone():
    torch.manual_seed(0)
    matrix = torch.randn(4, 130) * 0.02
    matrix[0, 100] = 6.6
    back = unpack_weights(pack_weights({"matrix": matrix}))["matrix"]
    error = (back - matrix).abs()
    assert error[0, :64].max() < 0.001
    assert error[0, 128:].max() < 0.001
    assert error[0, 64:128].max() < 0.03


def test_a_packed_folder_loads_as_the_model_it_was_made_of(tiny_model, tmp_path):
    plain = load_token_classifier(str(tiny_model))
    save_packed(plain.model, plain.tokenizer, tmp_path / "packed")
    packed = load_token_classifier(str(tmp_path / "packed"))
    words = [["زار", "محمد", "السوداني", "بغداد", "يوم", "الجمعة"]]
    for one, other in zip(
        TransformersTagger(plain).tag(words)[0],
        TransformersTagger(packed).tag(words)[0],
        strict=True,
    ):
        assert one.probability == pytest.approx(other.probability, abs=0.01)


def test_a_folder_packed_with_one_scale_a_row_is_refused(tiny_model, tmp_path):
    plain = load_token_classifier(str(tiny_model))
    save_packed(plain.model, plain.tokenizer, tmp_path)
    weights = load_file(tmp_path / PACKED_WEIGHTS)
    rows = {name: t[:, 0].clone() if name.endswith(".scale") else t for name, t in weights.items()}
    save_file(rows, tmp_path / PACKED_WEIGHTS)
    with pytest.raises(RequestError, match="holds no token-classification model"):
        load_token_classifier(str(tmp_path))

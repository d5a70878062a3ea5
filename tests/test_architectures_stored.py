"""What a live module or a safetensors file holds, read without its weights."""

import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp

LLAMA = {
    "model_type": "llama", "vocab_size": 32, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 1, "tie_word_embeddings": True,
    "architectures": ["LlamaForCausalLM"],
}  # fmt: skip
LAYER = {
    "self_attn.q_proj": (8, 8), "self_attn.k_proj": (4, 8), "self_attn.v_proj": (4, 8), "self_attn.o_proj": (8, 8),
    "mlp.gate_proj": (12, 8), "mlp.up_proj": (12, 8), "mlp.down_proj": (8, 12), "input_layernorm": (8,),
    "post_attention_layernorm": (8,),
}  # fmt: skip
SHAPES = {"model.embed_tokens.weight": (32, 8), "model.norm.weight": (8,)} | {
    f"model.layers.{place}.{name}.weight": shape for place in range(2) for name, shape in LAYER.items()
}
BITS = {"BF16": 16, "F32": 32, "F8_E4M3": 8, "F4": 4, "I32": 32}


def written(path, shapes, dtype="BF16", *, data=True):
    header, start = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        size = math.prod(shape) * BITS[dtype] // 8
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [start, start + size]}
        start += size
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + (bytes(start) if data else b""))
    return path


def test_a_file_agrees_with_its_configuration(tmp_path):
    file = written(tmp_path / "model.safetensors", SHAPES)
    found = bp.architectures.of(file, config=LLAMA)
    counted = bp.from_config(LLAMA)
    assert found.count == counted.count == found.parameters.value
    assert found.bytes == 2 * counted.count
    assert found.memory.to("byte").value == 2 * counted.count
    assert "agrees with the configuration" in str(found)
    untied = bp.architectures.of(file, config={**LLAMA, "tie_word_embeddings": False})
    assert "256 numbers fewer than the configuration says" in str(untied)


def test_only_the_header_is_read(tmp_path):
    full = bp.architectures.of(written(tmp_path / "a.safetensors", SHAPES))
    cut = bp.architectures.of(written(tmp_path / "b.safetensors", SHAPES, data=False))
    assert full.arrays == cut.arrays


def test_an_index_gathers_its_files(tmp_path):
    names = list(SHAPES)
    for place, part in enumerate((names[:9], names[9:])):
        written(tmp_path / f"model-{place}.safetensors", {name: SHAPES[name] for name in part})
    places = {name: f"model-{int(name in names[9:])}.safetensors" for name in names}
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}), encoding="utf-8")
    assert bp.architectures.of(index).count == bp.from_config(LLAMA).count
    (tmp_path / "model-1.safetensors").unlink()
    with pytest.raises(bp.FileError, match=r"model-1\.safetensors.*No such file"):
        bp.architectures.of(index)
    index.write_text(json.dumps({"weight_map": {"a": "../x.safetensors"}}), encoding="utf-8")
    with pytest.raises(bp.FileError, match="outside its folder"):
        bp.architectures.of(index)


def test_packed_weights_are_told(tmp_path):
    found = bp.architectures.of(written(tmp_path / "q.safetensors", {"model.qweight": (4, 8)}, "I32"))
    assert "packed weights count as they are stored" in " ".join(str(found).split())
    assert bp.architectures.of(written(tmp_path / "f.safetensors", {"w": (4, 8)}, "F4")).bytes == 16


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_a_damaged_file_is_refused(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("damaged") / "x.safetensors"
    file.write_bytes(content)
    with pytest.raises(bp.FileError, match=r"of\('x\.safetensors'\)"):
        bp.architectures.of(file)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"dtype": "BF16", "shape": [2], "data_offsets": [0, 3]}, "3 bytes for"),
        ({"dtype": "Q9", "shape": [2], "data_offsets": [0, 4]}, "numbers of kind 'Q9'"),
        ({"dtype": "BF16", "shape": [-2], "data_offsets": [0, 4]}, "no whole number"),
        ({"dtype": "BF16"}, "no 'dtype', 'shape' and 'data_offsets'"),
        (7, "no 'dtype'"),
        ({"dtype": {"a": 1}, "shape": [2], "data_offsets": [0, 4]}, "numbers of kind {'a': 1}"),
        ({"dtype": ["BF16"], "shape": [2], "data_offsets": [0, 4]}, "numbers of kind"),
    ],
)
def test_a_header_that_contradicts_itself_is_refused(tmp_path, entry, says):
    text = json.dumps({"w": entry}).encode()
    file = tmp_path / "x.safetensors"
    file.write_bytes(struct.pack("<Q", len(text)) + text)
    with pytest.raises(bp.FileError, match=says):
        bp.architectures.of(file)


class Parameter:
    """What of(…) asks of a parameter of torch."""

    def __init__(self, *shape, dtype="torch.float32", size=4):
        self.shape, self.dtype, self._size = shape, dtype, size

    def element_size(self):
        return self._size


class Module:
    def __init__(self, **named):
        self.named = named

    def named_parameters(self, remove_duplicate=True):
        return iter(self.named.items())

    def named_buffers(self):
        return iter([("mask", Parameter(3))])


def test_a_module_counts_shared_parameters_once():
    table = Parameter(32, 8, dtype="torch.bfloat16", size=2)
    found = bp.architectures.of(Module(embed=table, norm=Parameter(8), head=table))
    assert (found.count, found.bytes) == (32 * 8 + 8, 2 * 32 * 8 + 4 * 8)
    assert [row[0] for row in found.rows] == ["BF16", "F32"]
    assert "counted once: head is embed" in str(found)
    assert "3 numbers in buffers are not counted" in str(found)


def test_a_real_module():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Linear(4, 3)
    assert bp.architectures.of(layer).count == 15
    assert bp.architectures.of(torch.nn.Sequential(layer, layer)).count == 15


# --- the file that a record was made from ----------------------------------------------------------------------------


def config(folder):
    (folder / "config.json").write_text(json.dumps(LLAMA))
    return bp.from_config(folder / "config.json")


def index(folder):
    written(folder / "one.safetensors", {"a": (3, 4)})
    written(folder / "two.safetensors", {"b": (3, 4)})
    places = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (folder / "m.safetensors.index.json").write_text(json.dumps(places))
    return bp.architectures.of(folder / "m.safetensors.index.json")


def models(folder):
    rows = "".join(f"M{k},20{10 + k}-01-31,{10 ** (8 + k / 3):.6g},Confident\n" for k in range(8))
    (folder / "models.csv").write_text("Model,Publication date,Parameters,Confidence\n" + rows)
    return bp.read_notable_models(folder / "models.csv")


MADE = {
    "a configuration": (lambda folder: config(folder).parameters, ["config.json"]),
    "its active part": (lambda folder: config(folder).active(input_embedding=False), ["config.json"]),
    "a part of a whole": (
        lambda folder: bp.composed("x", {"a": config(folder), "b": bp.dense_layer(3, 4, bias=True)}).parameters,
        ["config.json"],
    ),
    "stored parts": (lambda folder: index(folder).memory, ["one.safetensors", "two.safetensors"]),
    "a notable model": (lambda folder: models(folder)[0].parameters, ["models.csv"]),
    "a trend": (lambda folder: models(folder).trend("parameters").growth, ["models.csv"]),
}


@pytest.mark.parametrize("made", MADE)
def test_a_record_names_the_files_that_its_numbers_were_read_from(tmp_path, made):
    make, names = MADE[made]
    record = make(tmp_path).save(tmp_path / "record.json")
    files = {each["file"]["name"] for each in json.loads(record.read_text())["nodes"] if each.get("file")}
    assert sorted(files) == names
    assert "not the one" not in str(bp.verify(record))
    path = tmp_path / names[0]
    content = path.read_bytes()
    path.write_bytes(content + b" " if path.suffix != ".safetensors" else content.replace(b'"a"', b'"c"'))
    assert f"{names[0]!r} beside the record is not the one" in str(bp.verify(record)).replace("\n    ", " ")


def test_only_the_header_of_a_stored_model_is_hashed(tmp_path):
    record = index(tmp_path).parameters.save(tmp_path / "record.json")
    with (tmp_path / "one.safetensors").open("ab") as file:
        file.write(b"weights of any size")
    assert "not the one" not in str(bp.verify(record))

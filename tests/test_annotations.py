"""Annotations as types: of arguments of estimators, and of fields of pydantic models."""

import json

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import PydanticSerializationError
from uncertainties import ufloat

import brainparams as bp

ANNOTATIONS = sorted(name for name in dir(bp.annotations) if hasattr(getattr(bp.annotations, name), "__metadata__"))


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_every_annotation_takes_its_own_example(name):
    model = create_model("Model", x=(getattr(bp.annotations, name), ...))
    schema = model.model_json_schema()["properties"]["x"]
    written = model(x=schema["examples"][0]).model_dump(mode="json")
    model.model_validate(written)
    jsonschema_of = {mode: model.model_json_schema(mode=mode) for mode in ("validation", "serialization")}
    jsonschema.validate(written, jsonschema_of["serialization"])
    jsonschema.validate(written, jsonschema_of["validation"])
    jsonschema.validate({"x": schema["examples"][0]}, jsonschema_of["validation"])


class Field(BaseModel):
    s: bp.annotations.SynapsesPerNeuron
    f: bp.annotations.Fraction = bp.exact("0.5 1")
    q: bp.Quantity | None = None


def test_a_field_is_written_as_its_schema_says():
    schema = Field.model_json_schema(mode="serialization")
    written = Field(s="1e3 to 1e4 synapse/neuron").model_dump(mode="json")
    assert schema["properties"]["s"]["type"] == "object"
    assert isinstance(written["s"], dict)
    jsonschema.validate(written, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"s": "7000 synapse/neuron"}, schema)


@pytest.mark.parametrize(
    ("value", "median"),
    [
        ("7000 synapse/neuron", 7000),
        ({"magnitude": 7000, "units": "synapse / neuron"}, 7000),
        ({"magnitude": 7.0, "units": "ksynapse/neuron"}, 7),
        ({"magnitude": "7000 +/- 10", "units": "synapse/neuron"}, 7000),
        (ufloat(7000, 10), 7000),
        (bp.exact("7000 synapse/neuron"), 7000),
    ],
)
def test_what_a_field_reads(value, median):
    assert Field(s=value).s.median() == median


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"magnitude": 7000, "units": "synapse"}, "needs"),
        ({"magnitude": -1, "units": "synapse/neuron"}, "counts are >= 0"),
        ({"magnitude": None, "units": "synapse/neuron"}, "no value"),
        ({"magnitude": 3}, "axis"),
        ({"magnitude": 3}, "one number has two keys"),
        ({"magnitude": 3, "unit": "synapse/neuron"}, "one number has two keys"),
        ({"magnitude": 3, "units": "synapse/neuron", "sd": 1}, "one number has two keys"),
        ({}, "axis"),
        (True, "not a count"),
        ([1, 2], "axis"),
        (7000, "has no unit"),
        (None, "no value"),
    ],
)
def test_a_field_names_what_it_refuses(value, words):
    with pytest.raises(ValidationError, match=words) as caught:
        Field(s=value)
    assert caught.value.errors()[0]["loc"] == ("s",)


def test_a_pure_number_needs_no_unit_in_a_field():
    assert Field(s="1 synapse/neuron", f=0.25).f.value == 0.25
    assert Field(s="1 synapse/neuron", f={"magnitude": 0.25, "units": "dimensionless"}).f.value == 0.25
    assert Field(s="1 synapse/neuron", f="0.25").f.value == 0.25
    with pytest.raises(ValidationError, match="must be in"):
        Field(s="1 synapse/neuron", f=1.25)


def test_an_estimator_takes_what_a_field_takes():
    found = bp.synapse_count({"magnitude": 302, "units": "neuron"}, "7000 synapse/neuron")
    assert found.value == 2_114_000


@pytest.mark.parametrize(
    ("value", "edit"),
    [
        (bp.evidence("human/brain/neurons"), ("86060000000.0", "186060000000.0")),
        (bp.assumed("1 to 2 neuron", because="a test", name="x"), ('"mu": 0.3', '"mu": 5.3')),
        (bp.assumed("1 to 2 neuron", because="a test", name="x"), ("1 to 2", "1 to 20")),
    ],
)
def test_a_document_that_was_edited_is_no_value_of_a_field(value, edit):
    model = create_model("Model", n=(bp.annotations.Neurons, ...))
    text = json.dumps(model(n=value).model_dump(mode="json"))
    assert model.model_validate_json(text).n == value
    with pytest.raises(ValidationError, match=r"is written .* and believed to be"):
        model.model_validate_json(text.replace(*edit))


def test_what_is_no_document_of_a_field_is_none_by_its_schema(tmp_path):
    model = create_model("Model", n=(bp.annotations.Neurons, ...))
    path = bp.assumed("1 to 2 neuron", because="a test").save(tmp_path / "x.json")
    record = {"n": json.loads(path.read_text("utf-8"))}
    with pytest.raises(ValidationError, match=r"a whole saved estimate came; give what bp\.load\(path\)"):
        model.model_validate(record)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, model.model_json_schema())


@pytest.mark.parametrize("value", [5, -0.1, {"format": 2, "citations": {}, "nodes": [{}]}])
def test_what_a_field_refuses_its_schema_refuses(value):
    with pytest.raises(ValidationError):
        Field(s="1 synapse/neuron", f=value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"s": "1 synapse/neuron", "f": value}, Field.model_json_schema())


def test_a_default_in_words_is_written_as_the_quantity_that_it_says():
    model = create_model("Model", n=(bp.annotations.Neurons, "302 neuron"), p=(bp.Quantity, "20 W"))
    for mode in ("validation", "serialization"):
        schema = model.model_json_schema(mode=mode)
        jsonschema.validate(model().model_dump(mode="json"), schema)
        jsonschema.validate(schema["properties"]["n"]["default"], schema["properties"]["n"])
    read = model.model_validate_json(model().model_dump_json())
    assert (read.n.value, read.p.unit) == (302, "W")
    with pytest.raises(PydanticSerializationError, match=r"needs \[neuron\]; got 5 m"):
        model.model_construct(n="5 m").model_dump()

"""Files: places in a JSON text, and documents that stand in for the texts that they were compiled from."""

from brainparams.files import compiled, strict_json


def test_what_stands_behind_an_empty_object_is_found():
    text = '[{}, {"a": {}, "b": [[], {}, "x"]}, "y"]'
    document = strict_json(text, "f()")
    for way, value in {(1, "b", 2): '"x"', (2,): '"y"', (1, "b", 1): "{}", (1, "a"): "{}"}.items():
        column = int(document.place(way).rpartition(" ")[2])
        assert text[column - 1 :].startswith(value)


def test_a_document_of_other_texts_is_not_used(tmp_path):
    file = tmp_path / "document.json"
    texts = {"a.toml": "x = 1"}
    assert compiled.records(file, texts) is None
    file.write_text(compiled.compiled(texts, [{"x": 1}]), encoding="utf-8")
    assert compiled.records(file, texts) == [{"x": 1}]
    for other in ({"a.toml": "x = 2"}, {"b.toml": "x = 1"}, {**texts, "b.toml": ""}, {}):
        assert compiled.records(file, other) is None
    for torn in ("", "{", "[]", "{}", '{"sha256": 5}', file.read_text(encoding="utf-8")[:-9]):
        file.write_text(torn, encoding="utf-8")
        assert compiled.records(file, texts) is None


def test_a_text_cannot_pass_for_two():
    assert compiled.digest({"a": "b", "c": "d"}) != compiled.digest({"a": "b" + "c" + "d"})
    assert compiled.digest({"a": "bc"}) != compiled.digest({"ab": "c"})

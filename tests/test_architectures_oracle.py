"""Configurations held against the published code itself: its counts, kept by ``tests/oracle/run.py --write``.

Every class was built without weights, for its dimensions by default in few layers and for every key changed alone. A
configuration is counted right or refused, never counted wrong.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.architectures.readers import READERS

ORACLE = json.loads((Path(__file__).parent / "data" / "oracle.json").read_text(encoding="utf-8"))
TYPES = {row["type"]: row for row in ORACLE["types"]}
# Later versions of the library tie the head of T5 always; the published checkpoints have one of their own, and so had
# the library before.
OTHERWISE = {(f"{name}ForConditionalGeneration", "tie_word_embeddings") for name in ("T5", "MT5", "UMT5")}


def changed(content, path, value):
    head, _, rest = path.partition(".")
    return {**content, head: changed(content[head], rest, value) if rest else value}


def counted(content, name):
    try:
        return bp.from_config({**content, "architectures": [name]}).count
    except bp.BrainparamsError:
        return None


@pytest.mark.parametrize("name", TYPES)
def test_a_class_has_the_count_of_the_published_code(name):
    row = TYPES[name]
    found = {each["class"]: counted(row["content"], each["class"]) for each in row["classes"]}
    assert found == {each["class"]: each["count"] for each in row["classes"]}


@pytest.mark.parametrize("name", TYPES)
def test_a_key_changed_alone_is_counted_right_or_refused(name):
    row, wrong = TYPES[name], []
    for each in row["classes"]:
        for path, value, count in each["changes"]:
            found = counted(changed(row["content"], path, value), each["class"])
            if found not in (None, count) and (each["class"], path) not in OTHERWISE:
                wrong.append((each["class"], path, value, found, count))
    assert wrong == []


def test_most_changes_are_counted():
    changes = [change for row in TYPES.values() for each in row["classes"] for change in each["changes"]]
    assert len(changes) > 5_000
    assert len(TYPES) > 160
    assert sum(len(row["classes"]) for row in TYPES.values()) > 500


STRANGE = [
    None,
    "",
    "auto",
    "x",
    -1,
    0,
    1,
    3,
    1.5,
    True,
    False,
    [],
    [1],
    ["x"],
    [[1]],
    {},
    {"a": 1},
    10**40,
    float("nan"),
]


@settings(max_examples=1_000, deadline=None)
@given(st.data())
def test_a_strange_value_gives_a_count_or_an_error_of_our_own(data):
    name = data.draw(st.sampled_from(sorted(TYPES)))
    content = TYPES[name]["content"]
    key = data.draw(st.sampled_from(sorted(content)))
    value = data.draw(st.sampled_from(STRANGE))
    inside = content[key]
    if isinstance(inside, dict) and inside and data.draw(st.booleans()):
        value = {**inside, data.draw(st.sampled_from(sorted(inside))): value}
    try:
        found = bp.from_config({**content, key: value})
    except bp.BrainparamsError as error:
        assert str(error)  # noqa: PT017 - an error of our own is as good as a count
    else:
        assert found.count > 0


@pytest.mark.parametrize("name", sorted(set(READERS) - set(TYPES)))
def test_what_the_oracle_has_not_is_another_types_layout(name):
    assert name in {"internlm3", "kimi_k2", "dbrx"} or name.endswith("_text")


@pytest.mark.parametrize("name", TYPES)
def test_a_misspelt_key_that_counts_is_refused(name):
    row = TYPES[name]
    content = {key: value for key, value in row["content"].items() if key != "num_hidden_layers"}
    if "num_hidden_layers" in row["content"]:
        with pytest.raises(bp.BrainparamsError, match=r"num_hidden_layer|layer_types|layers_block_type|num_blocks"):
            bp.from_config({**content, "num_hidden_layer": 2})


def test_the_table_of_the_docs_is_that_of_the_oracle():
    page = (Path(__file__).parent.parent / "docs" / "architectures.md").read_text(encoding="utf-8")
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:2] == "| "]
    shown = {row[0]: (row[1], row[3]) for row in rows if len(row) == 6}
    for name, row in TYPES.items():
        changes = sum(len(each["changes"]) for each in row["classes"])
        assert shown[name] == (str(len(row["classes"])), f"{changes:,}")
    assert all(version.split("+")[0] in page for version in ORACLE["versions"].values())

"""Each check of an argument: what it takes, what it refuses, and how it says so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pytest

import brainparams as bp
from brainparams.checks import (
    _fits,
    is_number,
    level_in,
    number,
    one_of,
    percent,
    stands_twice,
    strict,
    whole_number,
    words,
)


@pytest.mark.parametrize("value", [1, 1.5, Fraction(1, 3), np.int64(2), np.float32(0.5), float("nan")])
def test_a_number_is_a_number(value):
    assert is_number(value)
    assert isinstance(number(value, "f(): x"), float)


@pytest.mark.parametrize("value", [True, np.True_, "1", None, 1j, [1], np.array([1.0])])
def test_what_is_no_number_is_named(value):
    assert not is_number(value)
    with pytest.raises(bp.errors.KindError, match=r"^f\(\): x must be a number such as 0.90; got"):
        number(value, "f(): x")


@pytest.mark.parametrize(
    ("items", "twice"),
    [((), None), ("abc", None), ("abcb", "b"), ([0, 1, 1, 0], 0), ((None, 1, None), None), (iter("aa"), "a")],
)
def test_the_first_that_stands_twice_is_found(items, twice):
    assert stands_twice(items) == twice


@pytest.mark.parametrize(
    ("value", "least", "found"), [(1, 1, 1), (1e6, 1, 10**6), (np.uint8(3), 1, 3), (0, 0, 0), (10**30, 1, 10**30)]
)
def test_a_whole_number(value, least, found):
    assert whole_number(value, "f(): n", least=least) == found
    assert type(whole_number(value, "f(): n", least=least)) is int


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (True, "KindError"),
        ("3", "KindError"),
        (None, "KindError"),
        (1.5, "RangeError"),
        (0, "RangeError"),
        (-2, "RangeError"),
        (float("nan"), "RangeError"),
        (float("inf"), "RangeError"),
    ],
)
def test_what_is_no_whole_number_is_named(value, error):
    with pytest.raises(getattr(bp.errors, error), match=r"^f\(\): n must be a whole number >= 1, such as 7; got"):
        whole_number(value, "f(): n", example="7")


def test_words_have_single_blanks():
    assert words("  a  b ", "f(): because") == "a b"
    for value in ("", "  ", None, 3, b"x"):
        with pytest.raises(bp.errors.KindError, match=r"^f\(\): because needs words, such as 'why'; got"):
            words(value, "f(): because", "why")


def test_one_of_names_all_and_the_nearest():
    assert one_of("b", ("a", "b"), "f(): how") == "b"
    with pytest.raises(bp.errors.ArgumentError) as caught:
        one_of("mixtur", ("mixture", "envelope"), "f(): how")
    assert str(caught.value) == "f(): how must be one of mixture, envelope; got 'mixtur'. Did you mean 'mixture'?"
    for strange in ([1], {}, np.array(["a", "b"]), None, 5):
        with pytest.raises(bp.errors.ArgumentError, match="must be one of a, b"):
            one_of(strange, ("a", "b"), "f(): how")


@pytest.mark.parametrize("value", [0, 1, -0.5, 90, 100, float("nan"), float("inf")])
def test_a_level_lies_inside(value):
    with pytest.raises(bp.errors.RangeError, match=r"^f\(\): level must be in \(0, 1\)"):
        level_in(value, "f(): level")


def test_a_level_in_per_cent():
    assert percent(level_in(0.9, "f(): level")) == "90 %"
    assert percent(0.955) == "95.5 %"
    with pytest.raises(bp.errors.RangeError, match="did you mean 0"):
        level_in(95, "f(): level")


# --- whole classes ---------------------------------------------------------------------------------------------------


@strict
class Strict:
    def __init__(self, low, high=2):
        self.low = low

    def __call__(self, word):
        return word

    def asked(self, level: float):
        return 1 / level

    @classmethod
    def from_level(cls, level):
        return cls(level)

    def _inner(self, level):
        return level


class Choosy(type):
    def __call__(cls, *arguments, **words):
        try:
            return super().__call__(*arguments, **words)
        except TypeError:
            return "its own answer"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (Strict, r"^Strict\(\): missing low\. It takes low, high; other ways: Strict\.from_level\(…\)$"),
        (
            lambda: Strict(1, lw=3),
            r"^Strict\(\): unknown argument 'lw'\. Did you mean 'low'\? It takes low, high; other",
        ),
        (Strict(1), r"^strict\(\): missing word\. It takes word$"),
        (Strict(1).asked, r"^Strict\.asked\(\): missing level=0\.9\. It takes level$"),
        (Strict.from_level, r"^Strict\.from_level\(\): missing level=0\.9\. It takes level$"),
        (lambda: Strict(1).asked(1, 2), r"^Strict\.asked\(\): .*It takes level$"),
    ],
)
def test_a_strict_class_names_what_its_public_calls_take(call, told):
    with pytest.raises(bp.errors.ArgumentError, match=told):
        call()


def test_a_strict_class_leaves_good_calls_and_what_is_private():
    made = Strict.from_level(4)
    assert (type(made), made.low, made("word"), made.asked(4)) == (Strict, 4, "word", 0.25)
    with pytest.raises(TypeError) as caught:
        made._inner()
    assert not isinstance(caught.value, bp.BrainparamsError)
    with pytest.raises(ZeroDivisionError):
        made.asked(0)
    with pytest.raises(bp.errors.KindError, match=r"^Strict\.asked\(\): 'level' takes .*; got 'x'$"):
        made.asked("x")


def test_what_is_strict_already_is_wrapped_once_and_a_class_with_its_own_call_answers_itself():
    once = vars(Strict)["asked"], vars(Strict)["from_level"]
    strict(Strict)
    assert (vars(Strict)["asked"], vars(Strict)["from_level"]) == once
    assert strict(Choosy("Own", (), {"__init__": lambda self, low: None}))() == "its own answer"


# --- what an annotation takes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "hint", "fits"),
    [
        (1.5, float, True), (2, float, True), (True, float, False), (float("inf"), float, False), ("1", float, False),
        (float("-inf"), float, False), (float("nan"), float, False),
        (2, int, True), (np.int64(2), int, True), (True, int, False), (2.0, int, False),
        (None, None, True), (0, type(None), False), (None, int | None, True), ("x", int | None, False),
        ("a", Literal["a", 1], True), (1, Literal["a", 1], True), (True, Literal["a", 1], False),
        ("b", Literal["a"], False),
        (len, Callable, True), (3, Callable, False), (3, Any, True), (3, object, True), (3, "anything", True),
        ("ab", str, True), ("ab", Sequence, False), ("ab", Sequence[str], False), ("ab", list[str], False),
        (b"ab", Iterable, True), (["a"], Sequence[str], True), (["a", 1], Sequence[str], False), ([1], list, True),
        ({"a": 1}, Mapping[str, int], True), ({"a": "b"}, Mapping[str, int], False), ({1: 1}, Mapping[str, int], False),
        ({"a": 1}, Mapping, True), ([1], Mapping[str, int], False), ((1,), Sequence[int], True),
    ],
)  # fmt: skip
def test_a_value_fits_an_annotation_or_not(value, hint, fits):
    assert _fits(value, hint) is fits


def test_a_strict_function_is_named_by_itself():
    @strict
    def between(low, high=3):
        return low

    for call, told in {
        (lambda: between(1, 2, 3)): "between(): 3 arguments in a row, and it takes 2: low, high. It takes low, high",
        (lambda: between(1, low=2)): (
            "between(): argument 'low' is given twice: in position 1 and by name. It takes low, high"
        ),
        between: "between(): missing low. It takes low, high",
        (lambda: Strict(1).asked(1, 2)): "Strict.asked(): 2 arguments in a row, and it takes 1: level. It takes level",
    }.items():
        with pytest.raises(bp.errors.ArgumentError) as caught:
            call()
        assert str(caught.value) == told


def test_a_whole_number_has_at_most_1023_bits():
    assert whole_number(2**1023 - 1, "f(): n") == 2**1023 - 1
    with pytest.raises(bp.errors.RangeError, match="is beyond float range"):
        whole_number(2**1023, "f(): n")

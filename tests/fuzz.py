"""Feed random texts and files to whatever reads one: ``python tests/fuzz.py --n 10000000``, nine kinds in turn.

Only our own errors may come out, each within 50 ms of processor time for 256 characters; what was read is used too, a
part of it in full. Most inputs are as people write them, whole or cut up. Input number k is made
from k alone, so ``--first k --n 1`` repeats it. A line tells each kind at the end: how many, how many were read, the
slowest.
"""

import argparse
import contextlib
import io
import json
import os
import random
import resource
import struct
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # threads that wait for work take processor time too

import brainparams as bp
from brainparams import architectures
from brainparams.__main__ import main as command
from brainparams.errors import BrainparamsError
from brainparams.files import strict_json
from brainparams.graph.document import document, from_document
from brainparams.records import check
from golden_records import GOLDEN

SOON = 0.05  # s of processor time, for 256 characters
BUDGET = 3.0  # s of processor time for all that is done with one thing that was read
MOST_TOLD = 3000  # letters of a message
USED = 0.02  # share of what was read that is used in full
PIECES = [
    "1", "0", "-5", "86.06", "(8.12)", "e9", "e400", "1e-320", "+/-", "±", "×/÷", " to ", "@ 95%", "%", "neuron",
    "synapse", "/", "*", "**", "^", "2", "-1", "(", ")", " per ", "billion", "µm", "mm^3", "nan", "inf", ",", ".", " ",
    "\x00", "\x1b[31m", "\u202e", "９", "٣", "[", "]", "{", "}", "'", '"', "\\", "__import__('os')", "9**9**9",
    "lambda", ";", "\n", "é", "😀", "\ud800", ":", "null", "true", "1e999999999", "-" * 40, "(" * 40, "9" * 60,
    "per " * 20,
]  # fmt: skip
NUMBERS = [
    "302", "86.06", "1e3", "0.5", "1.5 × 10^11", "86 billion", "0", "7,000", "1e-300", "1.7e308", "9" * 20,
    "10^4", "3·10^9", "-5", "1e400", "0.000", ".5", "5.", "1 000",
]  # fmt: skip
SPREADS = [
    "({0})", " ± {0}", " +/- {0}", " +{0}/-{1}", " ×/÷ {0}", " to {0}", "–{0}", " to {0} @ 95%", " ± {0} @ 90%",
    " ± {0} (n = 4)", ", SEM {0}, n = 4", " (sd {0})", " +{0} -{1}",
]  # fmt: skip
UNITS = [
    "neuron", "neurons", "synapse", "parameter", "bit", "kB", "GiB", "spike", "mm^3", "um", "µm", "J", "fJ", "W", "s",
    "ms", "year", "Hz", "operation", "FLOP", "token", "cell", "ATP", "K", "degC", "%", "1", "L", "mol", "kb", "M",
]  # fmt: skip
NAMES = ["human/brain/neurons", "mouse/cortex", "neurons of a mouse", "hinton-2014", "gpt-3", "layers", "n / a", "*"]
MARKS = [
    r"\bpWeights", r"\bpWeightsInterval", r"\bpEach", r"\bpNumber", r"\bpnumber{weights}{3e9}", r"\bpnumber{each}{",
    "}", "[3200]{bp=each}", "[5]{bp=x}", "<!-- bp:each -->3200<!-- /bp -->", "<!-- bp:x -->", "<!-- /bp -->", "%", "\n",
    r"\input{numbers}", r"\input{/etc/passwd}", "<!-- bp numbers=../../x.json -->", "$", "{{< bp x >}}", " ",
    r"\bpnumber{each}{\num{3.2e3}~synapses}", "[1000 to 10,000]{bp=each}", "86 billion",
]  # fmt: skip
EDGES = "pre,post,n,type\nAVAL,VA1,3,chemical\nVA1,AVAR,2,electrical\nAVAR,AVAL,1,chemical\n"
GRAPHML = (
    '<graphml><key id="w" for="edge" attr.name="weight" attr.type="int"/><graph edgedefault="directed">'
    '<node id="a"/><node id="b"/><edge source="a" target="b"><data key="w">3</data></edge></graph></graphml>'
)
GML = 'graph [ directed 1 node [ id 1 label "a" ] node [ id 2 label "b" ] edge [ source 1 target 2 value 3 ] ]'
MATRIX = ",a,b,c\na,0,1,2\nb,3,0,0\nc,0,5,0\n"
CIRCUIT = '{"networks": {"edges": [{"edges_file": "$B/e.h5"}], "nodes": []}, "manifest": {"$B": "."}}'
WIRES = [(".csv", EDGES), (".tsv", EDGES.replace(",", "\t")), (".graphml", GRAPHML), (".gml", GML), (".csv", MATRIX),
         (".json", CIRCUIT)]  # fmt: skip
CONFIG = {
    "model_type": "llama", "vocab_size": 32000, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 16, "attention_bias": False, "mlp_bias": False,
    "tie_word_embeddings": False,
}  # fmt: skip
HEADER = {"w": {"dtype": "BF16", "shape": [3, 4], "data_offsets": [0, 24]}, "__metadata__": {"format": "pt"}}


# --- what is written -------------------------------------------------------------------------------------------------


def text(dice: random.Random) -> str:
    """Return a few pieces, or any letters at all."""
    if dice.random() < 0.8:
        return dice.choice(("", " ")).join(dice.choices(PIECES, k=dice.randrange(12)))[:256]
    return "".join(chr(dice.randrange(0xD800 if dice.random() < 0.9 else 0x110000)) for _ in range(dice.randrange(64)))


def number(dice: random.Random) -> str:
    """Return a number as people write it, half of the time a plain one."""
    return f"{dice.uniform(1, 99):.3g}" if dice.random() < 0.5 else dice.choice(NUMBERS)


def unit(dice: random.Random) -> str:
    """Return a unit as people write it."""
    parts = [
        dice.choice(UNITS) + dice.choice(("", "", "", "^2", "^-1", "**3")) for _ in range(dice.choice((1, 1, 2, 3)))
    ]
    return dice.choice(("/", "/", "*", " per ", " ")).join(parts)


def quantity(dice: random.Random) -> str:
    """Return a quantity as people write it."""
    spread = dice.choice(SPREADS).format(number(dice), number(dice)) if dice.random() < 0.7 else ""
    return f"{number(dice)}{spread} {unit(dice)}"


def cut(whole: str, dice: random.Random) -> str:
    """Return a text with some pieces put in the place of others."""
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(whole) + 1)
        whole = whole[:at] + text(dice) + whole[at + dice.choice((0, 1, 2, 30)) :]
    return whole


def some(make: Callable[[random.Random], str], dice: random.Random) -> str:
    """Return what is written as people do, the same cut up, or any text."""
    chance = dice.random()
    return make(dice) if chance < 0.4 else cut(make(dice), dice) if chance < 0.7 else text(dice)


def value(dice: random.Random, depth: int = 3) -> Any:
    """Return any JSON."""
    kind = dice.randrange(9 if depth else 7)
    plain = (
        None,
        True,
        dice.randrange(-(10**6), 10**20),
        dice.uniform(-1, 1),
        10 ** dice.randrange(400),
        -1,
        text(dice),
    )
    if kind < len(plain):
        return plain[kind]
    if kind == len(plain):
        return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {dice.choice((*CONFIG, "format", "nodes", "x")): value(dice, depth - 1) for _ in range(dice.randrange(5))}


def changed(content: Any, dice: random.Random) -> Any:
    """Return JSON with one value somewhere inside put in the place of another, left out, or under another key."""
    if not isinstance(content, dict | list) or not content or dice.random() < 0.1:
        return value(dice, 1)
    copy = content.copy()
    key = dice.choice(list(copy)) if isinstance(copy, dict) else dice.randrange(len(copy))
    chance = dice.random()
    if chance < 0.03:
        del copy[key]
    elif chance < 0.05 and isinstance(copy, dict):
        copy[text(dice)] = copy.pop(key)
    else:
        copy[key] = changed(copy[key], dice)
    return copy


class Input(NamedTuple):
    """One input: how many characters it has, what reads it, and what is done with that."""

    length: int
    read: Callable[[], Any]
    uses: tuple[Callable[[Any], Any], ...] = ()


def same_again(found: Any) -> None:
    """Write a quantity and read it again."""
    if from_document(document(found)).key != found.node.key:
        raise AssertionError("another one came back")


QUANTITY_USES = (
    same_again, repr, lambda each: each.interval(0.9), lambda each: each.explain(), lambda each: each.to_latex(),
    lambda each: each.bibliography(), lambda each: (each * each - each.median() * each).sd(), format,
    lambda each: bp.numbers({"x": each}).latex(), lambda each: each.drivers(), lambda each: each.total(),
)  # fmt: skip
MODEL_USES = (repr, lambda each: each.parameters, lambda each: each.explain(), lambda each: each.to_latex())
WIRE_USES = (repr, lambda each: each.counts(), lambda each: each.neurons.explain(), lambda each: each.synapses)


class Inputs:
    """The kinds of input; files are written to one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = [document(make()) for make in GOLDEN.values()]
        self.small = min(self.records, key=lambda each: len(json.dumps(each)))
        each = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
        bp.numbers({"weights": bp.exact("3e9 parameter"), "each": each}).write(folder / "numbers.tex")
        self.numbers = (folder / "numbers.json").read_text()
        each.save(folder / "saved.json")
        self.saved = json.loads((folder / "saved.json").read_text())

    def _file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        return path

    def texts(self, dice: random.Random) -> Input:
        """Text grammar."""
        written = some(quantity, dice)
        return Input(len(written), lambda: bp.given(written), QUANTITY_USES)

    def units(self, dice: random.Random) -> Input:
        """Units."""
        written = some(unit, dice)
        return Input(len(written), lambda: bp.given("1", written), QUANTITY_USES[:2])

    def names(self, dice: random.Random) -> Input:
        """Names of findings and of what is looked up."""
        written = some(lambda dice: dice.choice(NAMES), dice)
        ask = dice.choice((bp.evidence, bp.evidence.find, bp.published, bp.claims, bp.analogies))
        return Input(len(written), lambda: ask(written), (repr,))

    def json(self, dice: random.Random) -> Input:
        """Strict JSON, and documents of any kind."""
        written = json.dumps(value(dice))
        written = cut(written, dice) if dice.random() < 0.5 else written
        return Input(len(written), lambda: from_document(strict_json(written, "f()").content))

    def configurations(self, dice: random.Random) -> Input:
        """Configurations of models, and headers of stored ones."""
        if dice.random() < 0.2:
            header = cut(json.dumps(changed(HEADER, dice)), dice).encode("utf-8", "replace")
            path = self._file("model.safetensors", struct.pack("<Q", len(header)) + header)
            return Input(len(header), lambda: architectures.of(path), MODEL_USES)
        changes = {dice.choice([*CONFIG]): value(dice, 1) for _ in range(dice.randrange(3))}
        given = {**CONFIG, **changes} if dice.random() < 0.7 else cut(json.dumps(CONFIG), dice)
        return Input(len(json.dumps(given)), lambda: bp.from_config(given), MODEL_USES)

    def loader(self, dice: random.Random) -> Input:
        """Records that were cut up or in which one value is another."""
        whole = self.small if dice.random() < 0.8 else dice.choice(self.records)
        written = json.dumps(changed(whole, dice)) if dice.random() < 0.7 else cut(json.dumps(whole), dice)
        return Input(
            len(written), lambda: bp.Quantity(from_document(strict_json(written, "f()").content)), QUANTITY_USES
        )

    def files(self, dice: random.Random) -> Input:
        """Saved files in which one value is another, read, verified and shown from the command line."""
        written = json.dumps(changed(self.saved, dice)) if dice.random() < 0.8 else cut(json.dumps(self.saved), dice)
        path = self._file("record.json", written)
        return Input(
            len(written), lambda: bp.load(path, edited=dice.random() < 0.5),
            (*QUANTITY_USES, lambda each: bp.verify(path), lambda each: run_command("show", str(path))),
        )  # fmt: skip

    def connectomes(self, dice: random.Random) -> Input:
        """Connectomes that were cut up."""
        suffix, whole = dice.choice(WIRES)
        written = cut(whole, dice)
        path = self._file(f"connectome{suffix}", written)
        return Input(len(written), lambda: bp.connectome(path, weight="synapses"), WIRE_USES)

    def papers(self, dice: random.Random) -> Input:
        """Papers with marks of numbers, and files of numbers that were changed."""
        written = "".join(dice.choices(MARKS + PIECES[:30], k=dice.randrange(20)))
        numbers = self.numbers
        if dice.random() < 0.3:
            numbers = json.dumps(changed(json.loads(numbers), dice)) if dice.random() < 0.7 else cut(numbers, dice)
        self._file("numbers.json", numbers)
        path = self._file(dice.choice(("paper.tex", "paper.md", "paper.qmd")), written)
        return Input(len(written) + len(numbers), lambda: check(path), (repr, lambda each: each.to_json()))


def run_command(*arguments: str) -> None:
    """Run the command line, silently."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        command(list(arguments))


# --- what comes of it ------------------------------------------------------------------------------------------------

# how many of a thousand inputs are of each kind: files take longer
SHARES = {"texts": 430, "units": 238, "names": 2, "json": 200, "configurations": 50, "loader": 60, "files": 8,
          "papers": 8, "connectomes": 4}  # fmt: skip
WHEEL = [name for name, share in SHARES.items() for _ in range(share)]
REFUSED = object()


class Count:
    """What came of the inputs of one kind."""

    def __init__(self) -> None:
        self.asked = self.read = self.used = 0
        self.slowest = 0.0

    def __str__(self) -> str:
        told = f"{self.asked:,} asked, {self.read:,} read, {self.used:,} used in full"
        return f"{told}, at most {1000 * self.slowest:.1f} ms for 256 characters"


def answered(call: Callable[[], Any]) -> Any:
    """Return what a call gives, or `REFUSED` for one of our errors of a bearable length."""
    try:
        return call()
    except BrainparamsError as error:
        if len(str(error)) > MOST_TOLD:
            raise AssertionError(f"a message of {len(str(error))} letters") from None
        return REFUSED


def timed(call: Callable[[], Any], limit: float) -> tuple[float, Any]:
    """Return how long a call took, the least of a few where it seems slow, and what came of it."""
    least = float("inf")
    for _ in range(4):
        start = time.process_time()
        found = answered(call)
        least = min(least, time.process_time() - start)
        if least <= limit:
            break
    return least, found


def tried(given: Input, count: Count, is_used: bool) -> str | None:
    """Read one input and use it; return what went wrong."""
    parts = max(1.0, given.length / 256)
    seconds, found = timed(given.read, SOON * parts)
    count.asked += 1
    count.slowest = max(count.slowest, seconds / parts)
    if seconds > SOON * parts:
        return f"{seconds:.3f} s for {given.length} characters"
    if found is REFUSED:
        return None
    count.read += 1
    count.used += is_used
    for place, use in enumerate(given.uses if is_used else given.uses[:2]):
        seconds, _ = timed(lambda: use(found), BUDGET)  # noqa: B023
        if seconds > BUDGET:
            return f"use {place}: {seconds:.3f} s"
    return None


def run(numbers: Iterable[int], inputs: Inputs, counts: dict[str, Count]) -> list[str]:
    """Return what went wrong, after all inputs of these numbers."""
    faults = []
    for number in numbers:
        name = WHEEL[number * 617 % len(WHEEL)]
        dice = random.Random(number)
        try:
            fault = tried(getattr(inputs, name)(dice), counts[name], dice.random() < USED)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        if fault:
            faults.append(f"{number} ({name}): {fault}"[:300])
    return faults


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000_000, help="how many inputs (default: ten million)")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    asked = parser.parse_args()
    counts = {name: Count() for name in SHARES}
    start, faults, done, step = time.monotonic(), [], 0, 10_000
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", bp.BrainparamsWarning)
        inputs = Inputs(Path(folder))
        while done < asked.n and time.monotonic() - start < asked.seconds and len(faults) < 50:
            block = range(asked.first + done, asked.first + min(asked.n, done + step))
            found = run(block, inputs, counts)
            faults += found
            done += len(block)
            print(f"{done:,} inputs", *found, sep="\n", file=sys.stderr)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{done:,} inputs in {time.monotonic() - start:.0f} s, at most {memory} MB; by processor time")
    for name, count in counts.items():
        print(f"  {name}: {count}")
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Feed random texts and files to whatever reads one: ``python tests/fuzz.py --n 10000000``, seven kinds in turn.

Only our own errors may come out, each within 50 ms of processor time for 256 characters. Input number k is made from k
alone, so ``--first k --n 1`` repeats it. A line tells each kind at the end: how many, how many were read, the slowest.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brainparams as bp
from brainparams.errors import BrainparamsError
from brainparams.files import strict_json
from brainparams.graph.document import document, from_document
from brainparams.records import check
from golden_records import GOLDEN

SOON = 0.05  # s of processor time, for 256 characters
MOST_TOLD = 3000  # letters of a message
SOON_FILE = 0.5  # s, for a whole record, connectome or paper, which are longer
PIECES = [
    "1", "0", "-5", "86.06", "(8.12)", "e9", "e400", "1e-320", "+/-", "±", "×/÷", " to ", "@ 95%", "%", "neuron",
    "synapse", "/", "*", "**", "^", "2", "-1", "(", ")", " per ", "billion", "µm", "mm^3", "nan", "inf", ",", ".", " ",
    "\x00", "\x1b[31m", "\u202e", "９", "٣", "[", "]", "{", "}", "'", '"', "\\", "__import__('os')", "9**9**9",
    "lambda", ";", "\n", "é", "😀", "\ud800", ":", "null", "true", "1e999999999", "-" * 40, "(" * 40, "9" * 60,
    "per " * 20,
]  # fmt: skip
MARKS = [
    r"\bpNumber", r"\bpnumber{x}{", "}", "[5]{bp=x}", "<!-- bp:x -->", "<!-- /bp -->", "%", "\n", "86 billion",
    r"\input{numbers}", r"\input{/etc/passwd}", "<!-- bp numbers=../../x.json -->", "$", "{{< bp x >}}",
]  # fmt: skip
EDGES = "pre,post,n,type\nAVAL,VA1,3,chemical\nVA1,AVAR,2,electrical\nAVAR,AVAL,1,chemical\n"
GRAPHML = (
    '<graphml><key id="w" for="edge" attr.name="weight" attr.type="int"/><graph edgedefault="directed">'
    '<node id="a"/><node id="b"/><edge source="a" target="b"><data key="w">3</data></edge></graph></graphml>'
)
GML = 'graph [ directed 1 node [ id 1 label "a" ] node [ id 2 label "b" ] edge [ source 1 target 2 value 3 ] ]'
MATRIX = ",a,b,c\na,0,1,2\nb,3,0,0\nc,0,5,0\n"
CONFIG = {
    "model_type": "llama", "vocab_size": 32000, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 16, "attention_bias": False, "mlp_bias": False,
    "tie_word_embeddings": False,
}  # fmt: skip


def text(dice: random.Random) -> str:
    """Return a few pieces, or any letters at all."""
    if dice.random() < 0.8:
        return dice.choice(("", " ")).join(dice.choices(PIECES, k=dice.randrange(12)))[:256]
    return "".join(chr(dice.randrange(0xD800 if dice.random() < 0.9 else 0x110000)) for _ in range(dice.randrange(64)))


def cut(whole: str, dice: random.Random) -> str:
    """Return a text with some pieces put in the place of others."""
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(whole) + 1)
        whole = whole[:at] + text(dice) + whole[at + dice.choice((0, 1, 2, 30)) :]
    return whole


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
    if kind < 7:
        return plain[kind]
    if kind == 7:
        return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {dice.choice((*CONFIG, "format", "nodes", "x")): value(dice, depth - 1) for _ in range(dice.randrange(5))}


class Readers:
    """The kinds of input, each with what reads it; files are written to one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = [json.dumps(document(make())) for make in GOLDEN.values()]
        self.small = min(self.records, key=len)

    def texts(self, dice: random.Random) -> None:
        """Text grammar."""
        found = bp.given(text(dice))
        from_document(document(found))
        repr(found)

    def units(self, dice: random.Random) -> None:
        """Units."""
        bp.given("1", text(dice))

    def json(self, dice: random.Random) -> None:
        """Strict JSON and documents."""
        from_document(strict_json(cut(json.dumps(value(dice)), dice), "f()").content)

    def configurations(self, dice: random.Random) -> None:
        """Configurations of models."""
        changes = {dice.choice([*CONFIG]): value(dice, 1) for _ in range(dice.randrange(3))}
        bp.from_config({**CONFIG, **changes} if dice.random() < 0.7 else cut(json.dumps(CONFIG), dice))

    def loader(self, dice: random.Random) -> None:
        """Records that were cut up, and what is done with them."""
        whole = self.small if dice.random() < 0.8 else dice.choice(self.records)
        found = bp.Quantity(from_document(strict_json(cut(whole, dice), "f()").content))
        repr(found), found.unit, found.bibliography()

    def connectomes(self, dice: random.Random) -> None:
        """Connectomes that were cut up."""
        suffix, whole = dice.choice(((".csv", EDGES), (".graphml", GRAPHML), (".gml", GML), (".csv", MATRIX)))
        path = self.folder / f"connectome{suffix}"
        path.write_text(cut(whole, dice), "utf-8", "replace")
        bp.connectome(path, weight="synapses").counts()

    def papers(self, dice: random.Random) -> None:
        """Papers with marks of numbers."""
        path = self.folder / dice.choice(("paper.tex", "paper.md", "paper.qmd"))
        path.write_text("".join(dice.choices(MARKS + PIECES, k=dice.randrange(12))), "utf-8", "replace")
        check(path)


# how many of a thousand inputs are of each kind: files take longer
SHARES = {"texts": 380, "units": 300, "json": 200, "configurations": 50, "loader": 50, "papers": 16, "connectomes": 4}
LONG = {"loader", "papers", "connectomes"}
WHEEL = [name for name, share in SHARES.items() for _ in range(share)]


class Count:
    """What came of the inputs of one kind."""

    def __init__(self) -> None:
        self.asked = self.read = self.late = self.slowest = 0

    def note(self, seconds: float, limit: float, was_read: bool) -> None:
        """Count one more."""
        self.asked += 1
        self.read += was_read
        self.late += seconds > limit
        self.slowest = max(self.slowest, seconds)


def soon(call: Callable[[], None], limit: float) -> tuple[float, bool]:
    """Return how long a call took, the least of a few where it seems slow, and whether it did without an error."""
    seconds, was_read = float("inf"), False
    for _ in range(4):
        start = time.process_time()
        try:
            call()
            was_read = True
        except BrainparamsError as error:
            if len(str(error)) > MOST_TOLD:
                raise AssertionError(f"a message of {len(str(error))} letters") from None
        seconds = min(seconds, time.process_time() - start)
        if seconds <= limit:
            break
    return seconds, was_read


def run(numbers: Iterator[int], counts: dict[str, Count]) -> list[str]:
    """Return what went wrong, after all inputs of these numbers."""
    faults = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", bp.BrainparamsWarning)
        readers = Readers(Path(folder))
        for number in numbers:
            name = WHEEL[number * 617 % len(WHEEL)]
            limit = SOON_FILE if name in LONG else SOON
            try:
                seconds, was_read = soon(lambda: getattr(readers, name)(random.Random(number)), limit)  # noqa: B023
            except Exception as error:
                faults.append(f"{number} ({name}): {type(error).__name__}: {error}"[:300])
                continue
            counts[name].note(seconds, limit, was_read)
            if seconds > limit:
                faults.append(f"{number} ({name}): {seconds:.3f} s")
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
    while done < asked.n and time.monotonic() - start < asked.seconds and len(faults) < 50:
        block = range(asked.first + done, asked.first + min(asked.n, done + step))
        faults += run(iter(block), counts)
        done += len(block)
    print(f"{done:,} inputs in {time.monotonic() - start:.0f} s; milliseconds of processor time")
    for name, count in counts.items():
        told = f"{count.asked:,} asked, {count.read:,} read, the slowest {1000 * count.slowest:.1f} ms"
        print(f"  {name}: {told}")
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a change touches: what is planted in a copy of the package is known everywhere, and no other file is changed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import brainparams as bp

HOUSE = Path(bp.__file__).parent


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(HOUSE, folder / "brainparams", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def answered(copied):
    """Return a function that plants files, or texts in them, and returns what a program prints in the copy.

    A text goes in front of another one of the file: ``{file: {mark: text}}``. Afterwards the copy is as it was.
    """
    before: dict[Path, str | None] = {}

    def run(planted: dict[str, str | dict[str, str]], *program: str) -> str:
        for file, what in planted.items():
            path = copied / "brainparams" / file
            before[path] = path.read_text(encoding="utf-8") if path.exists() else None
            assert isinstance(what, dict) is path.exists()
            text = before[path] or what
            for mark, new in what.items() if isinstance(what, dict) else ():
                assert text.count(mark) == 1, mark
                text = text.replace(mark, new + mark)
            path.write_text(text, encoding="utf-8")
        found = subprocess.run(
            [sys.executable, *program], cwd=copied, capture_output=True, text=True, check=False, encoding="utf-8",
            env={"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert found.returncode == 0, found.stderr
        return found.stdout

    yield run
    for path, text in before.items():
        path.unlink() if text is None else path.write_text(text, encoding="utf-8")


FORMAT = """
from .format import Raw, reads

@reads("pairs", ".pairs")
def read(path, sheet):
    import polars
    rows = [line.split(">") for line in path.read_text().split()]
    return Raw(polars.DataFrame(rows, schema=["source", "target"], orient="row").lazy())
"""


def test_a_format_of_connectomes_is_one_file(answered, tmp_path):
    (tmp_path / "three.pairs").write_text("a>b b>a a>c")
    program = f"""
import brainparams as bp
print(bp.connectome({str(tmp_path / "three.pairs")!r}, weight="connections").neurons.value)
try:
    bp.connectome({str(tmp_path / "three.pairs")!r}, weight="connections", format="matrices")
except bp.errors.ArgumentError as error:
    print(error)
"""
    told = answered({"interchange/connectome/formats/pairs.py": FORMAT}, "-c", program)
    assert told.startswith("3\n")
    assert re.search(r"format must be one of .*\bpairs\b", told)


WRITER = """
from .writer import Writer

class Toy(Writer):
    style = "toy"
    mime = "text/toy"

    def escaped(self, text):
        return text.replace("*", "+")

    def strong(self, text):
        return f"*{text}*"

    def bullets(self, items):
        return ", ".join(items)

    def table(self, head, rows, numeric=()):
        return "; ".join("/".join(row) for row in (head, *rows))
"""
SHOWN = """
import brainparams as bp
wide = bp.assumed("1 to 3 m", because="a *guess*", name="width")
area = wide * bp.exact("2 m", name="length")
for shown in (area, area.estimate(), area.derivation(), area.drivers(), area.swings(),
              bp.evidence("human/brain/neurons"), bp.compare({"this": area, "other": bp.exact("3 m^2")}),
              bp.claims(), bp.search("neuron")):
    told = shown.explain("toy")
    assert told == shown._repr_mimebundle_(include=["text/toy"])["text/toy"], shown
    assert "**" not in told
print(area.explain("toy"))
"""


def test_a_writer_is_one_file_and_whatever_is_shown_has_it(answered):
    told = answered({"render/writers/toy.py": WRITER}, "-c", SHOWN)
    assert "step/formula/numbers put in (medians)/result (90 % interval); " in told
    assert "*Assumed*" in told
    assert "a +guess+" in told


def test_a_writer_is_known_to_the_command_line(answered):
    told = answered(
        {"render/writers/toy.py": WRITER}, "-m", "brainparams", "explain", "human/brain/neurons", "--style", "toy"
    )
    assert "*References*" in told


DISTRIBUTION = """
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .belief import Distribution


@dataclass(frozen=True, slots=True, eq=False)
class Weibull(Distribution):
    name: ClassVar[str] = "weibull"
    scale: Any
    shape_: Any

    def _check(self, where):
        pass

    def _ppf(self, p):
        return self.scale * (-np.log1p(-p)) ** (1.0 / self.shape_)

    def _cdf(self, x):
        return -np.expm1(-((np.maximum(x, 0.0) / self.scale) ** self.shape_))

    def _isf(self, q):
        return self.scale * (-np.log(q)) ** (1.0 / self.shape_)

    def _sf(self, x):
        return np.exp(-((np.maximum(x, 0.0) / self.scale) ** self.shape_))

    def _moments(self):
        return self.scale * np.sqrt(np.pi) / 2.0, self.scale * np.sqrt(1.0 - np.pi / 4.0)
"""
BELIEVED = """
import brainparams as bp
from brainparams.records.record import json_schema
from brainparams.distributions.weibull import Weibull
life = bp.assumed(Weibull(3.0, 2.0), "s", because="a guess", name="life")
life.save("life.json")
assert bp.load("life.json").median() == life.median()
assert "weibull" in str(json_schema())
print(f"{float(life.median()):.6f}", life.estimate().engine)
print(f"{float((life * life).mean()):.3g}")
"""


def test_a_distribution_is_one_file(answered):
    told = answered({"distributions/weibull.py": DISTRIBUTION}, "-c", BELIEVED)
    assert told.split()[0] == "2.497664"  # 3 (ln 2)^(1/2)
    assert told.split()[-1] == "9"


OPERATION = {
    '__all__ = ["arctan",': "",
    "choose = Operation(": """
def _clipped_pullback(g, r, a, p):
    below, above = a[0] < a[1], a[0] > a[2]
    return g * ~(below | above), g * below, g * above


clip: Operation = Operation(
    name="clip",
    value=np.clip,
    exact=elementwise(lambda value, low, high: min(max(value, low), high)),
    pullback=_clipped_pullback,
    unit=unit_of_first,
    text="clip({0}, {1}, {2})",
    latex=r"\\mathrm{{clip}}\\left({0}, {1}, {2}\\right)",
    arity=3,
    form=lambda algebra, a, p: algebra.extreme(minimum, algebra.extreme(maximum, a[0], a[1]), a[2]),
)
""",
    '"choose", "cos", "exp", "log",': '"clip", ',
}
MAKER = {
    "@strict\ndef minimum(": """
def clip(value, low, high):
    return _function(functions.clip, value, low, high)


"""
}
CLIPPED = """
import brainparams as bp
from brainparams.makers import clip
from brainparams.records.record import json_schema
x = bp.assumed("2 to 8 m", because="a guess", name="x")
y = clip(x, bp.exact("3 m"), bp.exact("700 cm"))
y.save("y.json")
assert bp.load("y.json").interval(0.90) == y.interval(0.90)
assert "clip" in str(json_schema())
print(clip(bp.exact("9 m"), bp.exact("3 m"), bp.exact("700 cm")).value, y.interval(0.90), y.estimate().engine)
print(f"{float(y.estimate(engine='random', draws=200000).median):.2g} {float(y.median()):.2g}")
print(y.explain("latex"))
"""


def test_an_operation_is_a_row_and_its_maker(answered):
    told = answered({"graph/operations/functions.py": OPERATION, "makers.py": MAKER}, "-c", CLIPPED)
    assert told.startswith("7 3.0 to 7.0 m (90 %, equal-tailed) convolution\n4 4\n")
    assert r"\mathrm{clip}" in told


ESTIMATOR = {
    "@strict\ndef projection_synapses(": """
@estimator
def gap_junctions(neurons: Neurons, pairs: ConnectionsPerNeuron) -> Connections:
    \"\"\"Return the electrically coupled pairs of a circuit; each pair is counted once.\"\"\"
    return (neurons * pairs).named("coupled ends") * exact("0.5", "1", because="a pair has two ends")


""",
    '"external_synapses", "projection_synapses"]': '"gap_junctions", ',
    "from ..annotations import Neurons, Synapses, ": "from ..annotations import Connections, ConnectionsPerNeuron\n",
}
COUPLED = """
import brainparams as bp
print(bp.estimators.circuits.gap_junctions("302 neuron", "4 connection/neuron").value)
print(bp.search("electrically coupled pairs", kind="estimator")[0].call)
try:
    bp.estimators.circuits.gap_junctions("302 synapse", "4 connection/neuron")
except bp.errors.UnitError as error:
    print(error)
"""


def test_an_estimator_is_one_function_in_one_file(answered):
    told = answered({"estimators/circuits.py": ESTIMATOR}, "-c", COUPLED)
    assert told.startswith("604\nbp.estimators.circuits.gap_junctions\ngap_junctions(): 'neurons'")


ENGINE = """
from ..distributions import Normal
from ..estimate import Closed, Exactly
from .linear import first_order


def law(node):
    values, jacobian, sds = first_order(node)
    return Closed(Normal(float(values), float(abs(jacobian * sds).sum()))) if sds.size else Exactly(float(values))
"""
CHOSEN = {
    '    "linear": Engine(': '    "worst": Engine(partial(_one_by_one, lambda n, _: worst.law(n), 0), False),\n',
    "from . import linearity": "from . import worst\n",
}
RUN = """
import brainparams as bp
sum = bp.assumed("3 +/- 1 m", because="a") + bp.assumed("4 +/- 1 m", because="b")
found = sum.estimate(engine="worst")
print(found.engine, found.sd, sum.estimate().engine)
sum.save("sum.json", engine="worst")
print(bp.verify("sum.json").holds)
try:
    sum.estimate(engine="wurst")
except bp.errors.ArgumentError as error:
    print(error)
"""


def test_an_engine_is_one_file_and_its_line(answered):
    told = answered({"engines/worst.py": ENGINE, "engines/__init__.py": CHOSEN}, "-c", RUN)
    assert told.startswith("worst 2.0 exact\nTrue\n")
    assert "worst" in told.splitlines()[2]


READER = {
    "MPT = decoder_family(": """
def _toy(c: Configuration) -> Architecture:
    mixer = Attention(heads=c.whole("heads"), bias=False)
    mlp = _four_times(c, "inner", c.whole("width"))
    block = Block(layers=c.whole("layers"), attention=mixer, mlp=mlp, norms=ONE_NORM)
    return decoder(c, block, tied=True, norm=LAYER, width=("width",))


""",
    '    "xglm": decoder_family(': '    "toy": decoder_family("Toy", _toy),\n',
}
COUNTED = """
import brainparams as bp
toy = {"model_type": "toy", "heads": 2, "layers": 1, "width": 4, "vocab_size": 10}
print(bp.from_config(toy).count, "toy" in bp.architectures.model_types())
print(bp.from_config({**toy, "fancy_gates": 4}))
"""


def test_a_reader_of_configurations_is_one_function(answered):
    told = answered({"architectures/readers/classics.py": READER}, "-c", COUNTED)
    attention, mlp, norms, embedding = 4 * 4 * 4, 4 * 16 + 16 + 16 * 4 + 4, 2 * (4 + 4), 10 * 4
    assert told.startswith(f"{attention + mlp + norms + embedding} True\n")
    assert "not known to this type, and not counted: fancy_gates" in told

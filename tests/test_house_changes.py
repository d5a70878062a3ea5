"""What a change touches: a file planted in a copy of the package is known everywhere, and no other file is changed."""

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
    """Return a function that plants a file, and returns what a program prints in the copy; the file goes afterwards."""
    planted = []

    def run(file: str, source: str, *program: str) -> str:
        planted.append(copied / "brainparams" / file)
        assert not planted[-1].exists()
        planted[-1].write_text(source, encoding="utf-8")
        found = subprocess.run(
            [sys.executable, *program], cwd=copied, capture_output=True, text=True, check=False, encoding="utf-8",
            env={"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert found.returncode == 0, found.stderr
        return found.stdout

    yield run
    for each in planted:
        each.unlink()


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
    told = answered("interchange/connectome/formats/pairs.py", FORMAT, "-c", program)
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
    told = answered("render/writers/toy.py", WRITER, "-c", SHOWN)
    assert "step/formula/numbers put in (medians)/result (90 % interval); " in told
    assert "*Assumed*" in told
    assert "a +guess+" in told


def test_a_writer_is_known_to_the_command_line(answered):
    told = answered(
        "render/writers/toy.py", WRITER, "-m", "brainparams", "explain", "human/brain/neurons", "--style", "toy"
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
    told = answered("distributions/weibull.py", DISTRIBUTION, "-c", BELIEVED)
    assert told.split()[0] == "2.497664"  # 3 (ln 2)^(1/2)
    assert told.split()[-1] == "9"

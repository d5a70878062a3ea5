"""``make release-check``: build twice, compare, inspect, install into an empty environment, use it as others do."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGEST_WHEEL = 1_500_000
BRAIN = (
    "import brainparams as bp; neurons = bp.evidence('human/brain/neurons'); "
    "brain = neurons * bp.assumed('1e3 to 1e4 synapse/neuron', because='range'); "
)
EXTRAS = {  # what each brings, used once
    "plot": "import matplotlib; matplotlib.use('Agg'); brain.plot().figure.savefig('brain.pdf')",
    "progress": "import tqdm; brain.estimate(engine='random', draws=200_000)",
    "data": "import pandas; frame = pandas.DataFrame({'area': ['V1', 'V2'], 'n': [1, 2]}); "
    "assert bp.from_table(frame, axis='area', value='n', unit='neuron', because='x').total().value == 3",
    "notebook": "brain.explore()._repr_mimebundle_()",
    "distributed": "from distributed import Client; client = Client(processes=False, dashboard_address=None); "
    "brain.estimate(engine='random', draws=200_000, executor=client.get_executor()); client.close()",
}


def main() -> None:
    """Run every check and stop at the first fault."""
    check_versions()
    with tempfile.TemporaryDirectory() as folder:
        first, second = build(Path(folder) / "first"), build(Path(folder) / "second")
        check("two builds are the same", digests(first) == digests(second))
        wheel = next(first.glob("*.whl"))
        check(f"the wheel has {wheel.stat().st_size:,} bytes", wheel.stat().st_size < LARGEST_WHEEL)
        run("twine", "check", "--strict", *map(str, first.iterdir()))
        run("check_wheel_contents", str(wheel))
        install(wheel, Path(folder) / "bare")
    tool = Path(sys.executable).with_name("cffconvert")  # no module that Python runs
    subprocess.run([tool, "--validate", "-i", ROOT / "CITATION.cff"], check=True)
    print("ready for a release")


def check(what: str, holds: bool) -> None:
    """Say what was checked, and stop where it does not hold."""
    print(f"{'yes' if holds else 'NO '}  {what}")
    if not holds:
        sys.exit(1)


def check_versions() -> None:
    """Hold every file that repeats the version against ``src/brainparams/version.py``."""
    version = re.search(r'__version__ = "(.+)"', (ROOT / "src/brainparams/version.py").read_text(encoding="utf-8"))[1]
    for file in ("codemeta.json", ".zenodo.json"):
        check(f"{file} says {version}", json.loads((ROOT / file).read_text(encoding="utf-8"))["version"] == version)
    for file, line in (("CITATION.cff", f"version: {version}"), ("recipe/meta.yaml", f'set version = "{version}"')):
        check(f"{file} says {version}", line in (ROOT / file).read_text(encoding="utf-8"))


def build(folder: Path) -> Path:
    """Build sdist and wheel as of one date."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    run("build", "--outdir", str(folder), str(ROOT), env=environment)
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder."""
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def install(wheel: Path, folder: Path) -> None:
    """Install the wheel alone, run the demo, type-check a downstream sample, then install every extra."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel)], check=True)
    subprocess.run([python, "-W", "error", "-m", "brainparams"], check=True, stdout=subprocess.DEVNULL)
    check("the demo runs with the hard dependencies only", True)
    subprocess.run([*pip, "mypy", "pyright"], check=True)
    sample = str(Path(__file__).with_name("downstream.py"))
    for command in (["mypy", "--strict", sample], ["pyright", "--pythonpath", python, sample], [sample]):
        subprocess.run([python, *(command if command == [sample] else ["-m", *command])], check=True, cwd=folder)
    check("a downstream sample passes mypy and pyright, and runs", True)
    for extra, use in EXTRAS.items():
        subprocess.run([*pip, f"{wheel}[{extra}]"], check=True)
        subprocess.run([python, "-c", f"{BRAIN} {use}"], check=True, cwd=folder, stderr=subprocess.DEVNULL)
        check(f"the extra {extra} installs and works", True)


def run(module: str, *arguments: str, env: dict[str, str] | None = None) -> None:
    """Run a tool of this environment."""
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, env=env)


if __name__ == "__main__":
    main()

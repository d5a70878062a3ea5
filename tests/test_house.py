"""The rules of the house: who may import whom, one door per library, what the front door shows, how long things are."""

import ast
import graphlib
import inspect
import io
import os
import re
import subprocess
import sys
import tokenize
import typing
from collections.abc import Iterator
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pytest

import brainparams as bp
from brainparams.graph.operations import OPERATIONS
from checks import printed

HOUSE = Path(bp.__file__).parent
ROOT = "brainparams"

# The order of import: a room imports only from rooms above it.
ROOMS = (
    "errors",
    "checks",
    "foreign",
    "version",
    "files",
    "render",
    "units",
    "distributions",
    "citations",
    "graph",
    "estimate",
    "convolution",
    "engines",
    "sensitivity",
    "derivation",
    "questions",
    "quantity",
    "annotations",
    "makers",
    "interchange",
    "findings",
    "estimators",
    "architectures",
    "literature",
    "comparison",
    "records",
    "report",
    "results",
    "command_line",
    "",  # the front door
    "__main__",
)
# One room in several files: its files may import each other as long as there is no cycle.
SPLIT_ROOMS = {
    "architectures",
    "command_line",
    "comparison",
    "derivation",
    "distributions",
    "convolution",
    "estimate",
    "files",
    "findings",
    "graph",
    "interchange",
    "literature",
    "quantity",
    "render",
    "report",
    "units",
}
# What the members of a family share; any other import from one member to another is a fault.
SHARED = {
    "engines": {
        "by_cells",
        "by_elements",
        "common_points",
        "conditional",
        "execution",
        "lines",
        "memory",
        "points",
        "request",
        "smoothing",
        "stepwise",
        "streaming",
        "tasks",
    },
    "citations": {"citation"},
    "estimators": {"activity", "caveats", "models"},
    "records": {"marks", "numbers", "record", "results", "typed"},
    "sensitivity": {"drivers"},
    "questions": {"assumptions", "given", "naming", "probability", "solving"},
}
# Which rooms, or which files of a room, know a library. Everything but numpy has to be listed.
DOORS = {
    "pint": {"interchange"},
    "polars": {"interchange"},
    "narwhals": {"interchange"},
    "h5py": {"interchange"},
    "pyarrow": {"interchange"},
    "pandas": {"interchange"},
    "xarray": {"interchange"},
    "openpyxl": {"interchange"},
    "python_calamine": {"interchange"},
    "uncertainties": {"interchange"},
    "pybtex": {"citations"},
    "matplotlib": {"render.plots"},
    "anywidget": {"report.exploring"},
    "traitlets": {"report.exploring"},
    "scipy": {"distributions", "engines", "convolution", "sensitivity.sobol", "questions"},
    "pydantic": {
        "units.unit",
        "citations",
        "graph.document",
        "graph.schema",
        "records",
        "findings",
        "quantity",
        "estimators",
    },
    "pydantic_core": {"units.unit", "quantity", "interchange"},
    "lazy_loader": {"", "architectures", "estimators"},
    "tqdm": {"engines.tasks"},
}
FORBIDDEN_MODULES = {
    "_pickle", "code", "ctypes", "dill", "ftplib", "http", "marshal", "pickle", "requests", "runpy", "shelve",
    "smtplib", "socket", "ssl", "subprocess", "urllib", "xmlrpc", "yaml",
}  # fmt: skip
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {("os", "system"), ("os", "popen"), ("np", "load"), ("numpy", "load"), ("sympy", "sympify")}
MEANINGLESS = {"util", "utils", "helper", "helpers", "common", "core", "base", "misc", "shared", "tools"}
LONGEST_MODULE = 350
LONGEST_FUNCTION = 40
MOST_NAMES = 80


# --- reading the source ------------------------------------------------------------------------------------------


class Module(NamedTuple):
    """One file of the package; `name` is dotted and without the package's own name, empty for the front door."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.name.split(".")[0]

    @property
    def package(self) -> str:
        """The dotted name from which relative imports start."""
        full = f"{ROOT}.{self.name}".rstrip(".")
        return full if self.path.stem == "__init__" else full.rpartition(".")[0]


def module_of(path: Path) -> Module:
    parts = path.relative_to(HOUSE).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    return Module(name, path, ast.parse(path.read_text(encoding="utf-8")))


MODULES = {module.name: module for module in map(module_of, sorted(HOUSE.rglob("*.py")))}
BY_MODULE = pytest.mark.parametrize("module", MODULES.values(), ids=[name or ROOT for name in MODULES])


def imported(module: Module) -> Iterator[str]:
    """Yield the full dotted name of every module that one imports, at the top or inside a function."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = module.package.split(".")[: len(module.package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*start, *filter(None, [node.module])])
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                yield full if own_name(full) in MODULES else origin
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "library"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


def own_name(full: str) -> str | None:
    """Return the name inside the package of an import; None for a library."""
    return full.removeprefix(ROOT).removeprefix(".") if full.split(".", maxsplit=1)[0] == ROOT else None


def own_imports(module: Module) -> set[str]:
    return {name for full in imported(module) if (name := own_name(full)) is not None}


def planted(name: str, source: str) -> Module:
    """Return a module that does not exist, to see that a check finds what it looks for."""
    return Module(name, HOUSE / f"{name.replace('.', '/')}.py", ast.parse(source))


# --- who may import whom -----------------------------------------------------------------------------------------


def wrong_ways(module: Module) -> list[str]:
    """Return what a module imports although it stands below it, beside it in a family, or is the front door."""
    faults = []
    for name in own_imports(module):
        target = MODULES[name]
        if name == "":
            faults.append("the front door")
        elif target.room != module.room:
            if ROOMS.index(target.room) >= ROOMS.index(module.room):
                faults.append(f"{name}, which stands below")
        elif module.room not in SPLIT_ROOMS and "." in module.name and "." in name:
            member = name.split(".")[1]
            if member not in SHARED.get(module.room, set()) and module.path.stem != "__init__":
                faults.append(f"{name}, a member of the same family")
    return faults


@BY_MODULE
def test_every_file_belongs_to_a_listed_room(module):
    assert module.room in ROOMS


def test_no_listed_room_is_missing():
    assert set(ROOMS) == {module.room for module in MODULES.values()}
    assert len(set(ROOMS)) == len(ROOMS)


def test_contributing_lists_the_rooms_in_their_order():
    text = Path(__file__).parent.parent.joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| ", text.partition("| room |")[2].partition("\n\n")[0], re.MULTILINE)
    assert listed == [room for room in ROOMS if room not in ("", "__main__")]


@BY_MODULE
def test_a_room_imports_only_rooms_above_it(module):
    assert wrong_ways(module) == []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("graph.nodes", "from .. import quantity", "quantity, which stands below"),
        ("graph.nodes", "def f():\n    from ..quantity import Quantity", "quantity, which stands below"),
        ("graph", "from brainparams.engines import exact", "engines.exact, which stands below"),
        ("engines.exact", "from .linear import law", "engines.linear, a member of the same family"),
        ("engines.exact", "from . import sampling", "engines.sampling, a member of the same family"),
        (
            "estimators.layers",
            "from .synapses import synapse_count",
            "estimators.synapses, a member of the same family",
        ),
        ("estimators.layers", "from .. import Quantity", "the front door"),
        ("makers", "import brainparams as bp", "the front door"),
    ],
)
def test_a_wrong_way_is_seen(name, source, fault):
    assert wrong_ways(planted(name, source)) == [fault]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("quantity", "from .graph import Node"),
        ("engines.exact", "from .execution import run\nfrom ..graph import Node"),
        ("estimators.layers", "from . import estimator"),
    ],
)
def test_a_right_way_is_not_seen(name, source):
    assert wrong_ways(planted(name, source)) == []


def test_imports_have_no_cycle():
    # importing a member of a folder also runs the folder's __init__, unless one is inside it already
    edges = {}
    for module in MODULES.values():
        names = own_imports(module)
        parts = module.name.split(".")
        around = {".".join(parts[:length]) for length in range(len(parts) + 1)}
        folders = {name.rpartition(".")[0] for name in names} - around
        edges[module.name] = (names | folders) - {module.name}
    order = list(graphlib.TopologicalSorter(edges).static_order())
    assert set(order) == set(MODULES)


def test_no_room_has_a_name_that_says_nothing():
    assert {part for name in MODULES for part in name.split(".")} & MEANINGLESS == set()


def test_a_folder_has_at_least_three_members():
    folders = {module.path.parent for module in MODULES.values()} - {HOUSE}
    assert folders, "the house has families"
    assert [folder.name for folder in folders if len(list(folder.glob("*.py"))) < 3] == []


# --- one way to be shown ------------------------------------------------------------------------------------------


def own_forms(tree: ast.Module) -> list[str]:
    """Return the forms for notebooks that classes write for themselves, as functions or under another name."""
    found = []
    for kind in (each for each in ast.walk(tree) if isinstance(each, ast.ClassDef)):
        for node in kind.body:
            names = [node.name] if isinstance(node, ast.FunctionDef) else []
            names += [ast.unparse(each) for each in node.targets] if isinstance(node, ast.Assign) else []
            found += [f"{kind.name}.{name}" for name in names if re.fullmatch(r"_(?:repr|ipython)_\w+_", name)]
    return found


@BY_MODULE
def test_only_the_mix_in_writes_forms_for_notebooks(module):
    assert (own_forms(module.tree) == []) == (module.name != "render.showing")


def test_a_form_of_its_own_is_seen():
    source = "class A:\n    def _repr_html_(self): ...\n    _repr_latex_ = _repr_html_\n    def __repr__(self): ...\n"
    assert own_forms(ast.parse(source)) == ["A._repr_html_", "A._repr_latex_"]


# --- one row an operation ----------------------------------------------------------------------------------------


def named_operations(module: Module) -> list[str]:
    """Return the operations whose name stands as a text of its own in a module: no docstring, and no public name."""
    silent: set[int] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Expr):  # a docstring
            silent.add(id(node.value))
        elif isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == ["__all__"]:
            silent |= {id(each) for each in ast.walk(node)}
    texts = [node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and id(node) not in silent]
    return [text for text in texts if text in OPERATIONS]


# Where such a word is another one.
OTHER_WORDS = {
    "architectures.comparable": {"total", "quantile"},  # of parameters, between points
    "command_line": {"convert"},  # a command
    "comparison.trends": {"largest"},  # a line of a table
    "distributions.stacks": {"stack"},  # of beliefs
    "engines.convolution": {"quantile"},  # the key under which one is kept
    "engines.smoothing": {"quantile"},
    "estimate.result": {"quantile"},  # methods, as messages call them
    "estimators.energy": {"power"},  # in watts
    "graph.part_labels": {"total"},  # labels of rows that are sums
    "interchange.connectome.cleaning": {"total"},
    "interchange.connectome.degrees": {"largest"},
    "interchange.spelling": {"power"},  # a group of a regular expression
    "quantity.labelled": {"total", "largest", "smallest"},  # methods, as messages call them
    "render.plots.beliefs": {"log", "quantile"},  # a scale of axes, a heading
    "render.plots.canvas": {"log"},
    "render.plots.curves": {"log"},
    "render.plots.lettering": {"log"},
    "render.plots.parts": {"log"},
    "report.page": {"power"},  # a pattern, for the page
    "sensitivity.sobol": {"total"},  # an index
    "units.vocabulary": {"power"},
}


@BY_MODULE
def test_no_operation_is_named_outside_the_table(module):
    if not module.name.startswith("graph.operations"):
        assert set(named_operations(module)) == OTHER_WORDS.get(module.name, set())


@pytest.mark.parametrize(
    "source",
    [
        "if node.operation == 'log': pass",
        "name in ('log', 'exp')",
        "RULES = {'log': f}",
        "KINDS = {'log'}",
        "graph.apply('log', x)",
        "OPERATIONS['log']",
        "def f(name='log'): return name",
    ],
)
def test_a_named_operation_is_seen(source):
    assert "log" in named_operations(planted("engines.exact", source))


def test_a_docstring_names_no_operation():
    source = '__all__ = ["log"]\ndef log(x):\n    "log"\n    return other(x)\n'
    assert named_operations(planted("engines.exact", source)) == []


# --- one door per library ----------------------------------------------------------------------------------------


def smuggled(module: Module) -> list[str]:
    """Return the libraries that a module imports although they have their door elsewhere."""
    libraries = {full.split(".")[0] for full in imported(module)} - sys.stdlib_module_names - {ROOT, "numpy"}
    places = set(accumulate(module.name.split("."), "{}.{}".format))
    return sorted(each for each in libraries if not DOORS.get(each, set()) & places)


@BY_MODULE
def test_a_library_comes_in_by_its_own_door(module):
    assert smuggled(module) == []


@pytest.mark.parametrize("library", DOORS)
def test_every_door_is_in_use(library):
    assert any(full.split(".")[0] == library for module in MODULES.values() for full in imported(module))


def test_a_smuggled_library_is_seen():
    assert smuggled(planted("graph", "def f():\n    import pint\n    from scipy.stats import norm")) == [
        "pint",
        "scipy",
    ]
    assert smuggled(planted("engines.exact", "from uncertainties import ufloat")) == ["uncertainties"]
    assert smuggled(planted("units.factors", "import pint")) == ["pint"]
    assert smuggled(planted("graph", "frame = library('polars', 'f()').DataFrame()")) == ["polars"]
    assert smuggled(planted("graph", "import pandas")) == ["pandas"]


FIRST_STEPS = {
    "import brainparams": {"scipy", "pybtex"},
    "import brainparams as bp; repr(bp.exact('180 mm^3').to('cm^3'))": {"scipy", "brainparams.render.plots"},
    "from brainparams.__main__ import main; main([])": {"pybtex", "scipy.stats", "scipy.optimize", "scipy.integrate"},
    "import brainparams as bp; bp.evidence('human/brain/synapses')._repr_mimebundle_()": {"scipy.stats"},
}
"""What people begin with, and which libraries that none of it may wait for."""
OF_OTHERS = {"pint", "uncertainties", "matplotlib", "pandas", "polars", "narwhals", "xarray", "h5py", "openpyxl"}


def loaded(program: str, libraries: set[str]) -> list[str]:
    """Return which libraries a program loads in a fresh process."""
    asked = f"\nimport sys\nprint('loaded:', *[each for each in {sorted(libraries)!r} if each in sys.modules])"
    path = os.pathsep.join(filter(None, [str(HOUSE.parent), os.environ.get("PYTHONPATH")]))
    run = subprocess.run(
        [sys.executable, "-c", program + asked],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        encoding="utf-8",
    )
    return run.stdout.rpartition("loaded:")[2].split()


@pytest.mark.parametrize("program", FIRST_STEPS)
def test_a_first_step_loads_no_slow_library(program):
    assert loaded(program, FIRST_STEPS[program] | OF_OTHERS) == []


def test_a_library_that_is_loaded_is_seen():
    assert loaded("import brainparams as bp; bp.exact('1 m').to_pint()", OF_OTHERS) == ["pint", "uncertainties"]


def dangers(tree: ast.Module) -> list[str]:
    """Return whatever runs code or commands, reads pickles, or reaches the network."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [node.module] if (node.module or "").split(".")[0] in FORBIDDEN_MODULES else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found += [node.func.id] if node.func.id in FORBIDDEN_CALLS else []
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found += [node.attr] if (node.value.id, node.attr) in FORBIDDEN_ATTRIBUTES else []
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            found.append("allow_pickle")
    return found


@BY_MODULE
def test_nothing_runs_code_or_reaches_out(module):
    assert dangers(module.tree) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "import pickle",
        "from urllib.request import urlopen",
        "os.system('ls')",
        "np.load(f, allow_pickle=x)",
    ],
)
def test_a_danger_is_seen(source):
    assert dangers(ast.parse(source))


# --- the front door ----------------------------------------------------------------------------------------------


def homes() -> dict[str, str]:
    """Return where the front door's stub says that each name lives."""
    stub = ast.parse((HOUSE / "__init__.pyi").read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: node.module or ""
        for node in stub.body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }


HOMES = homes()
PLACES = {name: f"{home}.{name}".lstrip(".") for name, home in HOMES.items()}
FAMILIES = {name for name in HOMES if inspect.ismodule(getattr(bp, name))}
BY_NAME = pytest.mark.parametrize("name", sorted(set(HOMES) - FAMILIES))
RENAMED = bp._RENAMED


def test_the_front_door_shows_one_list_of_names():
    assert sorted(bp.__all__) == sorted(dir(bp))
    assert len(set(bp.__all__)) == len(bp.__all__)
    assert set(bp.__all__) <= set(HOMES)


def test_the_front_door_can_be_read_at_a_glance():
    assert len(bp.__all__) <= MOST_NAMES


def test_the_stub_lists_in_order_what_it_imports():
    stub = ast.parse((HOUSE / "__init__.pyi").read_text(encoding="utf-8"))
    listed = [
        ast.literal_eval(node.value)
        for node in stub.body
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == ["__all__"]
    ]
    assert listed == [sorted(bp.__all__)]


def test_what_is_not_listed_resolves_for_type_checkers_too():
    stub = ast.parse((HOUSE / "__init__.pyi").read_text(encoding="utf-8"))
    aliases = [alias for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert {alias.name for alias in aliases if alias.asname is None} == set(bp.__all__)
    assert [alias.name for alias in aliases if alias.asname not in (None, alias.name)] == []


@BY_NAME
def test_a_name_loads_from_where_it_lives(name):
    home = import_module(f"{ROOT}.{HOMES[name]}")
    value = getattr(bp, name)
    assert value is getattr(home, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        # a room may show what its own files define, and nobody else's
        assert f"{value.__module__}.".startswith((f"{home.__name__}.", f"{ROOT}.{MODULES[HOMES[name]].room}."))


@BY_NAME
def test_what_is_not_listed_stands_one_dot_further(name):
    if name in bp.__all__:
        return
    places = [
        bp.annotations,
        bp.architectures,
        bp.errors,
        bp.makers,
        bp.records,
        bp.results,
        bp.literature,
        bp.findings,
    ]
    places += [getattr(bp.estimators, family) for family in dir(bp.estimators) if family != "estimator"]
    places += [import_module(f"{ROOT}.comparison.notable_models")]
    assert any(getattr(place, name, None) is getattr(bp, name) for place in places)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_shows_what_it_has(family):
    room = getattr(bp, family)
    assert room is import_module(f"{ROOT}.{PLACES[family]}")
    names = dir(room) if family in ("architectures", "estimators") else room.__all__
    assert len(names) > 5
    assert all(getattr(room, name) is not None for name in names)


@pytest.mark.parametrize("name", sorted(RENAMED))
def test_a_name_that_misled_warns_and_resolves(name):
    family, _, new = RENAMED[name].partition(".")
    assert name not in dir(bp)
    with pytest.warns(DeprecationWarning, match=rf"bp\.{name} is bp\.{family}\.{new} since 0\.2"):
        value = getattr(bp, name)
    assert value is getattr(getattr(bp, family), new)


def test_only_a_family_has_the_name_of_a_room():
    # else bp.x would depend on what was imported first
    assert set(HOMES) & {name.split(".")[0] for name in MODULES} == FAMILIES & set(PLACES.values())


@pytest.mark.parametrize(
    ("name", "meant"),
    [("synaptc_parameters", "synaptic_parameters"), ("synaptic_parameter", "synaptic_parameters"), ("Normel", "Normal"),
     ("UnitEror", "UnitError")],
)  # fmt: skip
def test_an_unknown_name_says_what_was_meant(name, meant):
    with pytest.raises(AttributeError, match=f"brainparams has no '{name}'.*Did you mean .*'{meant}'") as caught:
        getattr(bp, name)
    assert isinstance(caught.value, bp.BrainparamsError)
    assert not hasattr(bp, name)


def test_a_module_that_is_called_says_what_it_is():
    import brainparams.quantity  # noqa: F401  (whoever needs it puts it there)

    with pytest.raises(
        bp.errors.KindError, match=r"bp\.quantity is a module, not a function\. Did you mean 'Quantity'"
    ):
        bp.quantity("5 kcal")
    with pytest.raises(bp.errors.KindError, match=r"bp\.estimators\.energy is a module"):
        bp.estimators.energy(3)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("estimators.energy.energy_per_bits", r"bp\.estimators\.energy has no 'energy_per_bits'\. Did you mean"),
        ("estimators.enrgy", "bp.estimators has no 'enrgy'.*'energy'"),
        ("records.chek", "bp.records has no 'chek'.*'check'"),
        ("architectures.readers.from_confg", "bp.architectures.readers has no 'from_confg'.*'from_config'"),
        ("results.Estimat", "bp.results has no 'Estimat'.*'Estimate'"),
        ("comparison.x", "bp.comparison has no 'x'. It has "),
        ("command_line", "bp.command_line is no public name"),
    ],
)
def test_a_misspelt_name_of_a_family_is_told_whoever_loaded_it_first(asked, told):
    program = f"""
import re, brainparams as bp, brainparams.records, brainparams.comparison, brainparams.architectures.readers
try:
    bp.{asked}
except bp.BrainparamsError as error:
    print(re.search({told!r}, str(error)) is not None)
"""
    assert printed(program).strip() == "True"


def test_what_python_itself_asks_for_is_answered_plainly():
    assert not hasattr(bp, "__wrapped__")
    with pytest.raises(bp.errors.UnknownAttributeError, match=r"dir\(bp\)"):
        _ = bp.qqqqqq


def test_every_name_that_a_text_gives_exists():
    told = {
        name
        for module in MODULES.values()
        for name in re.findall(r"\bbp\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)", module.path.read_text(encoding="utf-8"))
    }
    assert {"assumed", "evidence"} <= told
    for name in told:
        first, _, second = name.partition(".")
        value = getattr(bp, first)  # a name that misled is a warning, and so an error
        assert first not in FAMILIES or not second or getattr(value, second) is not None


# --- what the docstrings say -------------------------------------------------------------------------------------


def is_exempt(value: object) -> bool:
    """Errors say what they are in one line, annotations have no docstring of their own, and a text has none."""
    is_error = inspect.isclass(value) and issubclass(value, Exception)
    return is_error or typing.get_origin(value) is not None or not callable(value)


def section(text: str, heading: str) -> str:
    """Return what stands under one heading of a numpydoc docstring."""
    found = re.search(rf"(?ms)^{heading}\n-+\n(.*?)(?=^\w[\w ]*\n-+$|\Z)", text)
    return found[1] if found else ""


@pytest.mark.parametrize("name", sorted(name for name in set(HOMES) - FAMILIES if not is_exempt(getattr(bp, name))))
def test_a_public_thing_has_an_example(name):
    text = inspect.getdoc(getattr(bp, name)) or ""
    assert text.strip()
    assert ">>>" in section(text, "Examples")


ESTIMATORS = sorted(name for name, home in HOMES.items() if home.startswith("estimators."))


def units_of(function: typing.Any) -> dict[str, str]:
    """Return the unit of every annotated argument, and of the result as ``return``."""
    found = {}
    for name, hint in typing.get_type_hints(function, include_extras=True).items():
        options = [hint, *typing.get_args(hint)]
        units = [
            each for option in options for each in getattr(option, "__metadata__", ()) if isinstance(each, bp.Unit)
        ]
        found |= {name: units[0].text} if units else {}
    return found


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_tells_the_unit_of_every_argument(name):
    function = getattr(bp, name)
    text = inspect.getdoc(function)
    parameters, units = section(text, "Parameters"), units_of(function)
    for argument in inspect.signature(function).parameters:
        line = re.search(rf"(?m)^{argument}(?:, \w+)* : (.*)$", parameters)
        assert line, f"{argument} is not documented"
        assert f"[{units[argument]}]" in line[1] if argument in units else line[1]
    assert f"[{units['return']}]" in section(text, "Returns") if "return" in units else "Quantity" in text


def test_the_estimators_are_annotated():
    assert units_of(bp.synapse_count) == {
        "neurons": "neuron",
        "synapses_per_neuron": "synapse/neuron",
        "learning_fraction": "1",
        "return": "synapse",
    }


# --- the tests ---------------------------------------------------------------------------------------------------

OF_THE_WHOLE = {
    "public_surface",
    "docs",
    "every_kind_and_question",
    "house",
    "notebooks",
    "reference_cases",
    "house_changes",
}


OF_NAMES_ONLY = {"", "__main__", "results", "version"}
"""Rooms that hold names, which are tested here and where they come from."""


def test_every_file_of_tests_is_named_after_its_room():
    """``test_graph.py``, or a part of a large room: ``test_graph_operations.py``."""
    names = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")} - OF_THE_WHOLE
    rooms = {name: room for room in ROOMS if room for name in names if f"{name}_".startswith(f"{room}_")}
    assert names - set(rooms) == set()
    assert set(ROOMS) - set(rooms.values()) == OF_NAMES_ONLY


# --- how long things are -----------------------------------------------------------------------------------------


def code_lines(source: str, tree: ast.AST) -> set[int]:
    """Return the numbers of the lines that hold code: docstrings, comments and blanks are free."""
    silent = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    tokens = [each for each in tokenize.generate_tokens(io.StringIO(source).readline) if each.type not in silent]
    lines = {line for each in tokens for line in range(each.start[0], each.end[0] + 1)}
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node, clean=False) is not None:
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def lengths(source: str) -> Iterator[tuple[str, int]]:
    """Yield every function with its lines of code, without decorators."""
    tree = ast.parse(source)
    lines = code_lines(source, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, len(lines & set(range(node.lineno, node.end_lineno + 1)))


@BY_MODULE
def test_a_module_is_short(module):
    assert len(code_lines(module.path.read_text(encoding="utf-8"), module.tree)) <= LONGEST_MODULE


@BY_MODULE
def test_a_function_is_short(module):
    source = module.path.read_text(encoding="utf-8")
    assert [(name, lines) for name, lines in lengths(source) if lines > LONGEST_FUNCTION] == []


def test_a_length_leaves_out_docstrings_comments_and_blanks():
    text = '"""Text.\n\nMore."""\n\n# why\nx = """two\nlines"""\n\n\n'
    source = text + 'def f():\n    """One.\n\n    Two.\n    """\n\n    # why\n    return 1\n'
    assert list(lengths(source)) == [("f", 2)]
    assert len(code_lines(source, ast.parse(source))) == 4

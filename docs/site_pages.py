"""Pages that are made from the package when the site is built: reference, estimator families, findings by species."""

import inspect
import re
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import brainparams as bp
from brainparams.command_line.demo import human_brain
from brainparams.derivation.telling import EFFECTS
from brainparams.findings import page as findings_page

HERE = Path(__file__).parent
BY_NAME = {"law": "hoffmann2022"}  # what an argument of an estimator that is no quantity may be


def setup(app):
    """Write the pages before Sphinx looks for them."""
    app.connect("config-inited", lambda app, config: (write_all(), write_live(HERE / "_live" / "live")))
    return {"parallel_read_safe": True}


def write_all() -> None:
    """Write every page that is made from the package; an unchanged one keeps its time, and one of the past goes."""
    pages = {**reference_pages(), **family_pages(), **findings_pages(), **notebook_pages()}
    for folder in {Path(name).parent for name in pages}:
        for old in (HERE / folder).glob("*.*"):
            if f"{folder}/{old.name}" not in pages:
                old.unlink()
    for name, text in pages.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def write_live(folder: Path) -> list[Path]:
    """Write pages with sliders, which stand beside those that Sphinx makes."""
    folder.mkdir(parents=True, exist_ok=True)
    machines = {"GPT-3": bp.evidence("model/gpt-3/parameters"), "Kimi K2": bp.evidence("model/kimi-k2/parameters")}
    brain = human_brain()
    weight = bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="parameters per synapse")
    animals = {"a human brain": brain, "a mouse brain": bp.evidence("mouse/brain/synapses") * weight}
    ladder = bp.compare({**animals, **machines}, reference="GPT-3")
    return [brain.report(folder / "brain.html", lines=machines), ladder.report(folder / "ladder.html")]


# --- reference -----------------------------------------------------------------------------------------------------


def reference_pages() -> dict[str, str]:
    """Return a page for each room and family of the front door, a page that lists them, and every name in a line."""
    rooms: dict[str, dict[str, typing.Any]] = {}
    for name in sorted(front_door(), key=str.lower):
        value = getattr(bp, name)
        if inspect.ismodule(value):
            rooms.setdefault(name, {}).update({f"{name}.{each}": getattr(value, each) for each in members(value)})
        else:
            rooms.setdefault(room_of(name), {})[name] = value
    rooms = _each_once({room: found for room, found in sorted(rooms.items()) if found})
    pages = {f"reference/{room}.md": "\n".join(_room_page(room, found)) for room, found in rooms.items()}
    pages["reference/index.md"] = "\n".join(_reference_index(rooms))
    pages["reference/names.txt"] = "\n".join(
        _line(name, value) for all in rooms.values() for name, value in all.items()
    )
    return pages


def _each_once(rooms: dict[str, dict[str, typing.Any]]) -> dict[str, dict[str, typing.Any]]:
    """Return the rooms with each thing in the first that has it: a result of records is one of results as well."""
    shown: list[typing.Any] = []
    for found in rooms.values():
        for name in [name for name, value in found.items() if any(value is each for each in shown)]:
            del found[name]
        shown += found.values()
    return {room: found for room, found in rooms.items() if found}


def front_door() -> list[str]:
    """Return the listed names, but for what Python itself wants there."""
    return [each for each in bp.__all__ if not each.startswith("__")]


def members(family: typing.Any) -> list[str]:
    """Return the public names one dot further, but for modules: those of estimators have pages of their own."""
    listed = set(getattr(family, "__all__", ()))
    own = {each: getattr(family, each) for each in dir(family) if not each.startswith("_")}
    shown = [getattr(bp, each) for each in front_door()]
    found = [name for name, value in own.items() if _is_ours(value) and not any(value is each for each in shown)]
    return [each for each in found if each in listed] or found


def _is_ours(value: typing.Any) -> bool:
    is_annotation = typing.get_origin(value) is not None
    return not inspect.ismodule(value) and (is_annotation or getattr(value, "__module__", "").startswith("brainparams"))


def _line(name: str, value: typing.Any) -> str:
    """Return a name with its arguments and what it is, in one line."""
    if typing.get_origin(value):
        return f"- `{name}`: {_annotation(value)}"
    is_function = inspect.isroutine(value)
    said = inspect.getdoc(value if is_function or inspect.isclass(value) else type(value)) or ""
    arguments = f"({', '.join(inspect.signature(value).parameters)})" if is_function else ""
    return f"- `{name}{arguments}`: {said.splitlines()[0] if said else ''}"


def room_of(name: str) -> str:
    """Return the room in which a public name lives."""
    value = getattr(bp, name)
    module = getattr(value, "__module__", "") if callable(value) or inspect.isclass(value) else ""
    module = module or type(value).__module__
    parts = module.split(".")
    return parts[1] if parts[0] == "brainparams" and len(parts) > 1 else "annotations"


def _room_page(room: str, names: dict[str, typing.Any]) -> Iterator[str]:
    yield from (f"# {room}", "")
    for name, value in names.items():
        yield from (f"({_anchor(name, value)})=", *_entry(f"brainparams.{name}", value, name))


def _anchor(name: str, value: typing.Any) -> str:
    """Return the label of an entry; labels know no capitals, so a class and a function of one word get two."""
    return f"api-{'class' if inspect.isclass(value) else 'name'}-{name}"


def _entry(path: str, value: typing.Any, shown: str) -> list[str]:
    """Return the directive that shows one public thing."""
    if inspect.isclass(value):
        return _directive(shown, "autoclass", path, ":members:")
    if inspect.isroutine(value):
        return _directive(shown, "autofunction", path)
    if typing.get_origin(value):
        return [f"## {shown}", "", f"`{_annotation(value)}`", ""]
    return _object(shown, value)


def _directive(shown: str, kind: str, path: str, *options: str) -> list[str]:
    return [f"## {shown}", "", "```{eval-rst}", f".. {kind}:: {path}", *(f"   {each}" for each in options), "```", ""]


def _annotation(value: typing.Any) -> str:
    units = [each for each in getattr(value, "__metadata__", ()) if isinstance(each, bp.Unit)]
    return f"a quantity in {units[0].text}" if units else str(value)


def _object(shown: str, value: typing.Any) -> list[str]:
    """An object that is called, such as ``bp.evidence``: its own class tells what it does."""
    kind = type(value)
    if not kind.__module__.startswith("brainparams"):
        return [f"## {shown}", "", f"`{value!r}`", ""]
    return _directive(shown, "autoclass", f"{kind.__module__}.{kind.__qualname__}", ":members:", ":noindex:")


def _reference_index(rooms: dict[str, dict[str, typing.Any]]) -> Iterator[str]:
    yield from ("# Reference", "", "Every public name, by the room in which it lives.", "")
    for room, names in rooms.items():
        links = ", ".join(f"[`{name}`](#{_anchor(name, value)})" for name, value in names.items())
        yield from (f"**[{room}]({room}.md)**: {links}", "")
    yield from ("```{toctree}", ":hidden:", "", *sorted(rooms), "```", "")


# --- estimator families ----------------------------------------------------------------------------------------------


def families() -> dict[str, list[str]]:
    """Return the estimators that each family makes, by the name of its module."""
    folder = Path(import_module("brainparams.estimators").__file__).parent
    found = {}
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            module = import_module(f"brainparams.estimators.{path.stem}")
            names = [n for n in getattr(module, "__all__", ()) if inspect.isroutine(getattr(module, n))]
            if names:
                found[path.stem] = names
    return found


def family_pages() -> dict[str, str]:
    """Return a page for each estimator family: what it counts, formulas, units, sources, caveats, examples."""
    pages, rows = {}, []
    for family, names in families().items():
        module = import_module(f"brainparams.estimators.{family}")
        title = family.replace("_", " ").capitalize()
        lines = [f"# {title}", "", inspect.getdoc(module) or "", ""]
        for name in names:
            function = getattr(module, name)
            trace = _trace(function)
            heading, blank, *directive = _entry(f"brainparams.estimators.{family}.{name}", function, name)
            lines += [heading, blank, *_formula(trace), *directive, *_caveats(trace)]
            if trace is not None:
                link = f"[`{name}`]({family}.md#{name.replace('_', '-')})"
                rows.append(f"| {link} | {'; '.join(_steps(trace))} | {_letters(trace)} | {trace['result']['unit']} |")
        pages[f"families/{family}.md"] = "\n".join(lines)
    head = [
        "# Estimator families",
        "",
        "Every estimator that is a formula, with its letters and the unit of its result. The",
    ]
    head += ["pages of the families say more of each argument, what is left out, who says so, and have an example.", ""]
    table = ["| estimator | formula | with | unit |", "|---|---|---|---|", *rows, ""]
    tree = ["```{toctree}", ":maxdepth: 1", "", *sorted(families()), "```", ""]
    pages["families/index.md"] = "\n".join([*head, *table, *tree])
    return pages


def _trace(function: typing.Any) -> dict[str, typing.Any] | None:
    """Return the derivation of an estimator at plain numbers, where its arguments are quantities or known by name."""
    hints = typing.get_type_hints(function, include_extras=True)
    if not getattr(hints.get("return"), "__metadata__", ()):
        return None
    needed, left_out = {}, {}
    for name, parameter in inspect.signature(function).parameters.items():
        units = [each for each in getattr(hints.get(name), "__metadata__", ()) if isinstance(each, bp.Unit)]
        if units:
            amount = {"1": "0.5 1", "neuron": "100 neuron"}.get(units[0].text, f"2 {units[0].text}")
            value = bp.exact(amount, because="an example", name=name.replace("_", " "))
            (needed if parameter.default is parameter.empty else left_out)[name] = value
        elif name in BY_NAME:
            needed[name] = BY_NAME[name]
    for more in ({}, dict(list(left_out.items())[:1]), left_out):
        try:
            trace = function(**needed, **more).derivation().to_dict()
        except bp.errors.BrainparamsError:
            continue
        return trace if trace["steps"] else None
    return None


def _steps(trace: dict[str, typing.Any]) -> list[str]:
    return [f"{each['symbol']} = {each['formula']}" for each in trace["steps"]]


def _letters(trace: dict[str, typing.Any]) -> str:
    return ", ".join(f"{each['symbol']} {each['name']}" for each in trace["inputs"] if each["symbol"] != each["name"])


def _formula(trace: dict[str, typing.Any] | None) -> list[str]:
    """Return the formulas of an estimator, with its letters, as its own derivation has them."""
    if trace is None:
        return []
    names = [f"- {step}: {each['name']}" for step, each in zip(_steps(trace), trace["steps"], strict=True)]
    return [*names, "", f"with {_letters(trace)}.", ""]


def _caveats(trace: dict[str, typing.Any] | None) -> list[str]:
    """Return what an estimator leaves out, and which way that moves the count."""
    told = [f"- {each['text']} [{EFFECTS[each['effect']]}]" for each in trace["caveats"]] if trace else []
    return ["**Caveats**", "", *told, ""] if told else []


# --- findings by species ---------------------------------------------------------------------------------------------


def findings_pages() -> dict[str, str]:
    """Return the page of all findings, cut into one for each species."""
    whole = findings_page.page(
        [bp.evidence.finding(each) for each in bp.evidence.ids()],
        import_module("brainparams.citations").references(),
        bp.evidence.edition,
    )
    head, *species = re.split(r"(?m)^## ", whole)
    *species, references = species
    pages, entries = {}, []
    for block in species:
        title, _, body = block.partition("\n")
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        text = re.sub(r"\]\(#([\w-]+)\)", r"](#ref-\1)", body)
        pages[f"findings/{slug}.md"] = f"# {title}\n\n:::{{div}} findings\n{text}\n:::\n"
        entries.append(slug)
    entries_of_sources = re.sub(r'(?m)^- <a id="([\w-]+)"></a>', r"(ref-\1)=\n\n", references.partition("\n")[2])
    pages["findings/references.md"] = "# References\n" + re.sub(r"(?m)^(\*\*.*)$", r"\1\n", entries_of_sources)
    head = head.replace("(evidence.md)", "(../evidence.md)").replace(
        "(adding-a-finding.md)", "(../adding-a-finding.md)"
    )
    pages["findings/index.md"] = "\n".join(
        [head, "```{toctree}", ":maxdepth: 1", "", *entries, "references", "```", ""]
    )
    return pages


# --- notebooks -----------------------------------------------------------------------------------------------------


def notebook_pages() -> dict[str, str]:
    """Return the notebooks of the examples, which are run when the site is built."""
    sources = sorted((HERE.parent / "examples" / "notebooks").glob("*.ipynb"))
    pages = {f"notebooks/{source.name}": source.read_text(encoding="utf-8") for source in sources}
    names = [source.stem for source in sources]
    pages["notebooks/index.md"] = "\n".join(["# Notebooks", "", "```{toctree}", ":maxdepth: 1", "", *names, "```", ""])
    return pages

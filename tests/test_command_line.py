"""The command line: what is answered, to whom, with which exit code."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import brainparams as bp
from brainparams import command_line
from brainparams.command_line import main
from checks import lognormal

COMMANDS = [each.name for each in command_line.COMMANDS]
DATA = Path(__file__).parent / "data"


@pytest.fixture
def ask(capsys):
    def run(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def brain(tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    weights = lognormal(1e3, 1e4, "weights", "parameter/neuron")
    return (neurons * weights).named("parameters").save(tmp_path / "brain.json")


# --- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_every_command_says_what_it_does(words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(words)
    out, err = capsys.readouterr()
    assert (caught.value.code, err) == (0, "")
    assert out.startswith("usage: brainparams")
    assert max(map(len, out.splitlines())) <= 110


def test_the_help_lists_every_command_and_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        main(["-h"])
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert re.search(rf"(?m)^ +{name}\b", told)
    assert "exit codes: 0" in told


def test_the_version_names_package_and_evidence(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"brainparams {bp.__version__}, evidence {bp.evidence.edition}\n"


@pytest.mark.parametrize("words", [["nonsense"], ["verify"], ["explain", "x", "--style", "runes"], ["--jsn"]])
def test_what_is_no_command_ends_with_two(words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: brainparams" in capsys.readouterr().err


# --- answers ---------------------------------------------------------------------------------------------------------


def test_without_a_command_the_human_brain_is_explained(ask):
    assert ask() == ask("demo")
    code, out, err = ask()
    assert (code, err) == (0, "")
    assert out.startswith("Parameters of a human brain")
    results = json.loads(ask("--json")[1])
    assert results["unit"] == "parameter"


def test_a_quantity_is_a_file_a_finding_or_a_number(ask, brain):
    code, out, err = ask("show", brain, "human/brain/neurons", "86e9 neuron")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == repr(bp.load(brain))
    assert lines[1] == repr(bp.evidence("human/brain/neurons"))
    assert "86,000,000,000 neurons" in lines[2]
    assert [*json.loads(ask("show", brain, "--json")[1])] == [str(brain)]
    assert json.loads(ask("--json", "show", "3 m")[1])["3 m"]["value"] == 3


@pytest.mark.parametrize("style", ["text", "brief", "markdown", "latex"])
def test_a_derivation_is_told_in_every_style(ask, brain, style):
    assert ask("explain", brain, "--style", style)[1] == bp.load(brain).explain(style) + "\n"


def test_a_derivation_in_json_is_its_record(ask, brain):
    assert json.loads(ask("explain", brain, "--json")[1]) == json.loads(brain.read_text("utf-8"))


def test_units_are_converted(ask):
    assert ask("convert", "180 mm^3", "cm^3")[1].startswith("0.18 cm")
    assert json.loads(ask("convert", "180 mm^3", "cm^3", "--json")[1])["value"] == 0.18
    code, out, err = ask("convert", "180 mm^3", "neuron")
    assert (code, out) == (2, "")
    assert err.startswith("brainparams: ")
    assert "neuron" in err


@pytest.mark.parametrize("words", [["show", "human/brain/neurons"], ["show", "86(8) billion neuron"]])
def test_what_no_record_and_no_picture_is_needed_for_loads_none(words):
    code = f"import sys; from brainparams.__main__ import main; main({words!r}); print(*sys.modules, sep=chr(10))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
    unneeded = ("records", "graph.schema", "render.plots", "sensitivity", "derivation", "comparison")
    assert not set(told) & {f"brainparams.{each}" for each in unneeded}


def test_records_are_verified_with_an_exit_code(ask, brain, tmp_path):
    count = len(bp.verify(brain).rows)
    assert count > 5
    assert ask("verify", brain) == (0, f"brain.json: identical: {count} numbers compared\n", "")
    edited = tmp_path / "edited.json"
    edited.write_text(brain.read_text("utf-8").replace('"weights"', '"wights"'), "utf-8")
    code, out, _ = ask("verify", brain, edited)
    assert code == 1
    assert "edited by hand" in out
    told = json.loads(ask("verify", "--json", brain, edited)[1])
    assert [each["holds"] for each in told] == [True, False]
    code, out, err = ask("verify", tmp_path / "none.json")
    assert (code, out) == (2, "")
    assert "none.json" in err


def test_one_record_that_cannot_be_read_leaves_the_others_verified(ask, brain, tmp_path):
    code, out, err = ask("verify", tmp_path / "none.json", brain)
    assert code == 2
    assert "brain.json: identical" in out.casefold()
    assert "none.json" in err
    told = json.loads(ask("verify", "--json", tmp_path / "none.json", brain)[1])
    assert [(each["verdict"], each["holds"]) for each in told] == [("error", False), ("identical", True)]
    assert "No such file" in told[0]["reasons"][0]


@pytest.mark.parametrize("what", [".", "-"])
def test_a_folder_and_no_standard_input_are_told(ask, what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = ask("show", what)
    assert (code, out) == (2, "")
    assert f"'{what}'" in err
    assert "file" in err


@pytest.fixture
def given(monkeypatch):
    def set_to(content):
        text = io.TextIOWrapper(io.BytesIO(content if isinstance(content, bytes) else Path(content).read_bytes()))
        monkeypatch.setattr(sys, "stdin", text)

    return set_to


@pytest.mark.parametrize(
    "words",
    [["show"], ["explain", "--style", "brief"], ["verify"], ["convert", "gigaparameter"], ["report", "-o", "page.html"],
     ["compare", "gpt-3"], ["diff", "brain.json"], ["compare", "gpt-3", "--reference"]],
)  # fmt: skip
def test_a_record_may_come_by_standard_input(ask, brain, given, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = 1 if words[0] == "convert" else len(words)
    code, out, _ = ask(*words[:place], brain, *words[place:])
    given(brain)
    told = ask(*words[:place], "-", *words[place:])
    assert told[0] == code
    assert told[1].replace("standard input.json", "brain.json") == out


def test_other_files_may_come_by_standard_input(ask, given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given(b"a,b,3\nb,c,2\n")
    assert "synapses: 5 synapses" in ask("connectome", "-", "--weight", "synapses")[1]
    given(b'{"model_type": "llama"}')
    code, _, err = ask("count", "-")
    assert code == 2
    assert "needs 'num_attention_heads'" in err
    bp.numbers({"x": bp.exact("3 m")}).write(tmp_path / "numbers.tex")
    given(b"one\n\\bpXY")
    assert "standard input.tex:2: bpXY: unknown" in ask("check", "-")[1]
    given(b"[3 m]{bp=x}")
    assert ask("check", "-", "--suffix", ".md")[0] == 0


def test_standard_input_is_read_once_and_within_bounds(ask, brain, given, monkeypatch):
    given(brain)
    code, _, err = ask("diff", "-", "-")
    assert (code, "standard input is read once" in err) == (2, True)
    given(brain)
    monkeypatch.setattr("brainparams.command_line.standard_input.LARGEST", 10)
    code, _, err = ask("show", "-")
    assert (code, "GB came in" in err) == (2, True)


@pytest.mark.parametrize(
    ("word", "told"),
    [("verfy", "Did you mean 'verify'"), ("human/brain/neurons", "brainparams show 'human/brain")],
)
def test_a_misspelt_command_is_told_with_the_nearest(word, told, capsys):
    with pytest.raises(SystemExit) as caught:
        main([word, "x"])
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_records_are_told_apart_with_an_exit_code(ask, brain, tmp_path):
    other = (bp.load(brain) * bp.exact(2, "1")).named("parameters").save(tmp_path / "other.json")
    assert ask("diff", brain, brain)[0] == 0
    code, out, _ = ask("diff", brain, other)
    assert code == 1
    assert "factor 2" in out
    assert json.loads(ask("diff", brain, other, "--json")[1])["factor"] == pytest.approx(2)


def test_findings_are_looked_up(ask):
    code, out, _ = ask("search", "mouse", "cortex", "neurons")
    assert code == 0
    assert "mouse/cortex/neurons" in out
    assert "human/brain/neurons" in ask("evidence")[1].split()
    assert (
        "azevedo2009" in ask("evidence", "human/brain/neurons")[1].casefold()
        or "Azevedo" in ask("evidence", "human/brain/neurons")[1]
    )
    assert json.loads(ask("evidence", "human/brain/neurons", "--json")[1])["n"] == 4
    code, _, err = ask("evidence", "human/brain/neuron")
    assert code == 2
    assert "'human/brain/neurons'" in err
    assert json.loads(ask("search", "20 W", "--json")[1])[0]["name"] == "human/brain/power"


def test_configurations_are_counted(ask, tmp_path):
    config = {
        "model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": 128,
        "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False,
    }  # fmt: skip
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config), "utf-8")
    assert "6,738,415,616 parameters" in ask("count", file, "--name", "Llama 2 7B")[1]
    assert json.loads(ask("count", file, "--json")[1])["parameters"] == 6738415616
    assert ask("count", tmp_path / "none.json")[0] == 2


def test_connectomes_are_counted(ask, tmp_path):
    pytest.importorskip("polars")
    file = tmp_path / "ring.csv"
    file.write_text("pre,post,n\na,b,2\nb,c,1\nc,a,4\n", "utf-8")
    words = ["connectome", file, "--weight", "synapses", "--column", "source=pre", "--column", "target=post"]
    words += ["--column", "weight=n"]
    code, out, _ = ask(*words)
    assert code == 0
    assert {"neurons: 3 neurons", "connections: 3 connections", "synapses: 7 synapses"} <= set(out.splitlines())
    told = json.loads(ask(*words, "--json")[1])
    assert [told[name]["value"] for name in ("neurons", "connections", "synapses")] == [3, 3, 7]
    assert ask("connectome", file, "--weight", "synapses", "--column", "pre")[0] == 2
    code, _, err = ask("connectome", tmp_path / "none.csv", "--weight", "synapses")
    assert code == 2
    assert "none.csv" in err


def test_a_ladder_takes_files_findings_and_models(ask, brain):
    code, out, _ = ask("compare", brain, "gpt-3", "--reference", "gpt-3")
    assert code == 0
    assert "GPT-3" in out
    rungs = json.loads(ask("compare", brain, "gpt-3", "--json")[1])
    assert len(rungs) == 2


def test_a_page_is_written(ask, brain, tmp_path):
    page = tmp_path / "page.html"
    assert ask("report", brain, "-o", page)[0] == 0
    assert "<" in page.read_text("utf-8")
    code, _, err = ask("report", brain, "-o", tmp_path / "missing" / "page.html")
    assert code == 2
    assert "missing" in err


def test_what_is_nothing_is_told(ask):
    code, out, err = ask("show", "human/brain/neuron")
    assert (code, out) == (2, "")
    assert "Did you mean" in err
    assert "Traceback" not in err


def test_warnings_are_a_line_each(ask):
    code, out, err = ask("show", "1 +/- 5 neuron")
    assert code == 0
    assert err.startswith("brainparams: warning: ")
    assert out


# --- the terminal ----------------------------------------------------------------------------------------------------


def process(*words, **options):
    command = [sys.executable, "-W", "error", "-m", "brainparams", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def test_a_closed_pipe_is_met_in_silence():
    run = process("evidence", "--json")
    with run.stderr:
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.wait() == 141


CLOSED = "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, '-m', 'brainparams', *sys.argv[1:]])"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("words", [["show", "180 mm^3"], ["--version"], ["convert", "1 m", "cm"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_cannot_be_written_is_one_line_and_an_error(words, unbuffered):
    command = [sys.executable, "-m", "brainparams", *words]
    with open("/dev/full", "w") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                             env={**os.environ, "PYTHONUNBUFFERED": unbuffered})  # fmt: skip
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert run.stderr.startswith("brainparams: the answer cannot be written: ")


@pytest.mark.parametrize("words", [["show", "180 mm^3"], ["--version"], ["show", "nothing"]])
def test_a_closed_output_is_one_line_and_an_error(words):
    run = subprocess.run([sys.executable, "-c", CLOSED, *words], stderr=subprocess.PIPE, text=True, check=False)
    assert (run.returncode, run.stderr) == (
        2,
        "brainparams: standard output is closed: there is nowhere to write the answer\n",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("words", [["show", "nothing"], ["show"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_without_a_place_for_errors_the_exit_code_is_left(words, unbuffered):
    with open("/dev/full", "w") as full:
        for out, err in [(full, full), (subprocess.DEVNULL, full)]:
            run = subprocess.run([sys.executable, "-m", "brainparams", *words], stdout=out, stderr=err, check=False,
                                 env={**os.environ, "PYTHONUNBUFFERED": unbuffered})  # fmt: skip
            assert run.returncode == 2
    closed = CLOSED.replace("os.close(1)", "os.close(1); os.close(2)")
    assert subprocess.run([sys.executable, "-c", closed, "show", "1 m"], check=False).returncode == 2


def test_what_is_wrong_with_a_record_never_stands_in_the_answer(brain):
    closed = CLOSED.replace("os.close(1)", "os.close(2)")
    run = subprocess.run([sys.executable, "-c", closed, "verify", "none.json", str(brain)], stdout=subprocess.PIPE,
                         text=True, check=False)  # fmt: skip
    assert run.returncode == 2
    assert "identical" in run.stdout
    assert "none.json" not in run.stdout


def test_control_characters_of_a_stranger_never_reach_the_terminal(ask, tmp_path):
    quantity = bp.assumed("1 to 2 m", because="a\x1b[31mred", name="x\x1b]0;title\x07\u202e").named("n\x1b[2J")
    path = quantity.save(tmp_path / "x.json")
    for words in (["show", path], ["explain", path], ["explain", path, "--style", "brief"], ["verify", path],
                  ["show", "\x1b[31m"]):  # fmt: skip
        _, out, err = ask(*words)
        assert not set("\x1b\x07\u202e") & set(out + err), words


def test_a_terminal_of_few_letters_is_written_to():
    run = process("show", "180 mm^3", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    out, err = run.communicate()
    assert (run.returncode, err) == (0, b"")
    assert out.startswith(b"180 mm")


def test_nothing_is_coloured_where_there_is_no_terminal(ask, brain):
    assert "\x1b" not in ask("explain", brain)[1]
    assert "\x1b" not in ask()[1]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_the_commands(ask, shell):
    told = ask("completion", shell)[1]
    assert all(name in told for name in COMMANDS)
    assert "brainparams" in told


def test_help_loads_nothing_slow():
    program = "from brainparams.command_line import parser; parser().format_help(); import sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy", "pint", "pydantic"} & set(run.stdout.split())


def test_an_argument_longer_than_any_name_of_a_file_is_at_fault_itself(capsys):
    assert main(["show", "x" * 5000]) != 0
    told = capsys.readouterr().err
    assert "is no file, no finding" in told
    assert "cannot be written" not in told

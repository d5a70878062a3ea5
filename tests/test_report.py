"""The page to send: what it holds, what it computes, and how a browser shows it."""

import base64
import json
import re
import shutil

import numpy as np
import pytest

import brainparams as bp
from brainparams.command_line.demo import human_brain
from brainparams.derivation import derive
from brainparams.errors import FileError, ShapeError, UnitError, UnknownNameError
from brainparams.graph.operations import OPERATIONS
from brainparams.render.numbers import superscript
from brainparams.render.words import ends
from brainparams.report.page import Content
from brainparams.report.page import page as page_of
from brainparams.report.sheet import POWER, sheet_of

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LINES = {"GPT-3": "1.75e11 parameter", "Kimi K2": "1.03e12 parameter"}
HOSTILE = "<script>alert(1)</script> & \"'$_%\\ \x1b[31m\x00\u202ename</script>"


def brain():
    """Return a product of a finding that has a rival, a judgement and an exact number."""
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks", name="synapses per neuron")
    weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="parameters per synapse")
    total = (bp.evidence("human/cerebellum/neurons") * each * weights).named("parameters of a cerebellum", symbol="P")
    return total.with_caveat("dendrites are left out", effect="lowers")


def everything():
    """Return a quantity with every kind of belief and every operation that a page knows."""
    wide = bp.assumed("1e3 to 1e4", "1", because="test", name="wide")
    normal = bp.assumed(bp.Normal(mean=5.0, sd=1.0), "1", because="test", name="normal")
    beta = bp.assumed(bp.Beta(2.0, 3.0), "1", because="test", name="share")
    array = bp.assumed({"a": "1 to 3", "b": "2 to 5"}, "1", because="test", axis="r", name="array")
    kind = bp.choose(
        {"one": wide / 100, "two": normal}, weights={"one": 0.75, "two": 0.25}, because="test", name="kind"
    )
    first, second = (bp.assumed("1 to 9", "1", because="test", name=name) for name in ("first", "second"))
    first, second = bp.correlate({(first, second): 0.8}, kind="normal-scores")
    exact = bp.exact(3, "1", name="exact")
    total = (wide * normal / exact).named("product") + array.total("r") ** 2 - bp.exp(beta) * bp.log(wide)
    total = total + bp.maximum(normal, kind) - bp.minimum(beta, normal) + bp.sqrt(wide) + first * second
    return (total + bp.sin(beta) - bp.cos(beta) + bp.arctan(-normal)).named("everything")


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_every_operation_on_single_numbers_is_written_in_javascript():
    for row in OPERATIONS.values():
        assert (row.script is not None) == (row.origins is None and row.name != "quantile"), row.name


@pytest.mark.parametrize("quantity", [brain, everything])
def test_a_sheet_finds_what_the_engines_find(quantity):
    q = quantity()
    found, drawn = sheet_of(q.node).result(), q.estimate(engine="random", draws=200_000)
    assert found.shape == (2**POWER,)
    for p in (0.05, 0.5, 0.95):
        assert np.quantile(found, p) == pytest.approx(drawn.quantile(p), rel=0.02)


def test_a_changed_sheet_is_the_changed_quantity():
    q = brain()
    sheet = sheet_of(q.node)
    places = {column.leaf.name: place for place, column in enumerate(sheet.columns)}
    moved = {places["synapses per neuron"]: (3000.0, 1.5), places["parameters per synapse"]: (4.0, 1.0)}
    other = q.assuming(
        {"synapses per neuron": "3000 ×/÷ 1.5 synapse/neuron", "parameters per synapse": "4 parameter/synapse"}
    )
    for p in (0.05, 0.5, 0.95):
        assert np.quantile(sheet.result(moved), p) == pytest.approx(other.quantile(p), rel=0.02)


def test_points_of_each_input_fill_every_part_once():
    sheet = sheet_of(everything().node)
    for column in sheet.columns:
        if column.kind == "lognormal" and column.dimension is not None:
            numbers = np.sort(np.log(sheet._numbers(sheet.columns.index(column), None, None)))
            assert len(np.unique(numbers)) == 2**POWER


def test_what_a_page_cannot_compute_has_no_sheet():
    many = sum((bp.assumed("1 to 2", "1", because="test", name=f"x{k}") ** 2 for k in range(2500)), bp.exact(0, "1"))
    assert sheet_of(many.node) is None
    array = bp.assumed({"a": "1 to 3", "b": "2 to 5"}, "1", because="test", axis="r")
    assert sheet_of(array.node) is None


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def page(folder):
    return brain().report(folder / "brain.html", lines=LINES)


def test_a_page_holds_everything_and_loads_nothing(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_size < 400_000
    for told in ("2.2 × 10¹⁴ parameters", "Azevedo", "lowers the count", "edition", bp.__version__, "<svg", "<h1>"):
        assert told in text
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|https://doi\.org/|https?://[^"']*["'][^>]*>)""", text)
    assert not re.search(r"<(?:link|img|iframe|script[^>]* src)", text)
    (record,) = re.findall(r"data:application/json;base64,([\w+/=]+)", text)
    file = tmp_path / "record.json"
    file.write_bytes(base64.b64decode(record))
    loaded = bp.load(file)
    assert (loaded.median(), loaded.unit) == (brain().median(), "parameter")


def test_the_flagship_is_a_live_page(folder):
    file = human_brain().report(folder / "human.html", lines=LINES)
    assert file.stat().st_size < 400_000
    assert 'id="sheet"' in file.read_text(encoding="utf-8")


def test_an_array_and_an_exact_number_have_still_pages(folder):
    array = bp.assumed({"a": "1 to 3", "b": "2 to 5"}, "m", because="test", axis="r", name="lengths")
    for place, quantity in enumerate([array, bp.exact("3 m", name="length")]):
        text = quantity.report(folder / f"still{place}.html").read_text(encoding="utf-8")
        assert "<script" not in text
        assert "Inputs" in text


def test_reports_that_are_refused(folder):
    q = brain()
    with pytest.raises(UnitError):
        q.report(folder / "x.html", lines={"a": "3 m"})
    with pytest.raises(FileError, match="report"):
        q.report(folder / "no" / "such" / "folder" / "x.html")


def test_a_name_from_a_stranger_stays_text(folder):
    q = bp.assumed("1 to 9 m", because=HOSTILE, name=HOSTILE, note=HOSTILE) * bp.exact("2 m", name="two")
    text = q.named(HOSTILE).report(folder / "hostile.html", lines={HOSTILE: "3 m^2"}).read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("</script>") == 3
    (data,) = re.findall(r'<script type="application/json" id="sheet">(.*?)</script>', text, re.DOTALL)
    assert json.loads(data)["columns"][0]["name"].startswith("<script>alert(1)</script>")


# --- in a notebook ---------------------------------------------------------------------------------------------------


def test_a_widget_gives_the_changed_quantity():
    pytest.importorskip("anywidget")
    q = brain()
    widget = q.explore()
    assert [each["key"] for each in widget.inputs] == [
        "neurons, human cerebellum", "synapses per neuron", "parameters per synapse",
    ]  # fmt: skip
    assert widget.quantity is q
    before = widget.html
    widget.changed = {"synapses per neuron": [2000.0, 1.5], "parameters per synapse": [2.0, 1.0], "no such": [1.0, 1.0]}
    told = {"synapses per neuron": "2000 ×/÷ 1.5 synapse/neuron", "parameters per synapse": "2 parameter/synapse"}
    assert widget.quantity.median() == pytest.approx(q.assuming(told).median(), rel=1e-9)
    assert widget.html != before
    assert "<script" not in widget.html
    with pytest.raises(ShapeError, match="explore"):
        bp.assumed({"a": "1 to 3", "b": "2 to 5"}, "m", because="test", axis="r").explore()


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """Return what opens a file and keeps what the page asked for and complained about."""
    contexts = []

    def open_(file, width=1000, scripts=True, fragment=""):
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        tab = context.new_page()
        tab.complaints, tab.requests = [], []
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("request", lambda request: tab.requests.append(request.url))
        tab.goto(f"file://{file}{fragment}")
        return tab

    yield open_
    for context in contexts:
        context.close()


def quick_page(quantity, file):
    """Write a page that computes one quantity and tells a simpler one, whose derivation takes no time."""
    simple = derive(bp.assumed("1 to 2", "1", because="test", name="simple").node, level=0.9)
    content = Content(quantity.node, simple, lines={}, rivals={}, record="{}", edition="test")
    file.write_text(page_of(content), encoding="utf-8")
    return file


def numbers_of(tab):
    return [float(tab.locator("#value").get_attribute(f"data-{name}")) for name in ("low", "median", "high")]


def settings_of(tab):
    found = re.findall(r"(\d+)=([^,&]+),([^&]+)", tab.url.partition("#")[2])
    return {int(place): (float(median), float(spread)) for place, median, spread in found}


def move(tab, label, value):
    tab.get_by_label(label, exact=True).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value
    )


def test_the_page_shows_the_answer_and_opens_its_details(opened, page):
    tab = opened(page)
    assert tab.locator("#value").inner_text() == "2.2 × 10¹⁴ parameters"
    low, high = (superscript(end) for end in ends(brain().estimate(), 0.90))
    assert f"90 % interval {low} to {high}" in tab.locator("#told").inner_text()
    steps = tab.locator("details", has_text="Steps").first
    assert not steps.locator("li").first.is_visible()
    steps.locator("summary").click()
    assert steps.locator("li").first.is_visible()
    assert tab.locator("#lines li").count() == len(LINES)
    assert tab.complaints == []
    assert [url for url in tab.requests if not url.startswith("file://")] == []


@pytest.mark.parametrize("quantity", [brain, everything])
def test_a_slider_gives_what_python_gives(opened, folder, quantity):
    q = quantity()
    tab = opened(quick_page(q, folder / f"quick {quantity.__name__}.html"))
    sheet = sheet_of(q.node)
    moves = {
        brain: [("median of synapses per neuron", 300), ("spread of synapses per neuron", 90),
                      ("median of parameters per synapse", 250), ("spread of neurons, human cerebellum", 210)],
        everything: [("median of wide", 230), ("spread of share", 150), ("median of normal", 120),
                     ("median of exact", 260), ("spread of first", 300)],
    }[quantity]  # fmt: skip
    tail = 0.05
    for label, value in [(None, 0), *moves]:
        if label:
            move(tab, label, value)
        expected = np.quantile(sheet.result(settings_of(tab)), [tail, 0.5, 1 - tail])
        assert numbers_of(tab) == pytest.approx(expected.tolist(), rel=1e-9), label
    assert len(settings_of(tab)) >= 3
    assert tab.complaints == []


def test_a_choice_takes_one_option(opened, folder):
    q = everything()
    tab = opened(quick_page(q, folder / "choice.html"))
    tab.get_by_label("kind", exact=True).select_option("two")
    sheet = sheet_of(q.node)
    assert numbers_of(tab)[1] == pytest.approx(float(np.median(sheet.result(settings_of(tab)))), rel=1e-9)
    assert set(settings_of(tab).values()) == {(1.0, 1.0)}


def test_the_line_of_python_makes_the_same_change(opened, page):
    tab = opened(page)
    move(tab, "median of synapses per neuron", 320)
    move(tab, "median of parameters per synapse", 250)
    line = tab.locator("#python").inner_text()
    changed = eval(line, {"quantity": brain()})  # a line that the page gives for this
    assert changed.median() == pytest.approx(numbers_of(tab)[1], rel=0.02)
    assert tuple(changed.interval(0.90)) == pytest.approx((numbers_of(tab)[0], numbers_of(tab)[2]), rel=0.02)


def test_the_line_of_python_names_options_and_inputs_as_they_are(opened, folder):
    """Beliefs of every kind, an option by its name, and a name that is only shown cleaned."""
    odd = 'a\x1b[31m\u202e"$<b>'
    wide = bp.assumed("1 to 9", "1", because="test", name=odd)
    normal = bp.assumed(bp.Normal(-5.0, 1.0), "1", because="test", name="normal")
    share = bp.assumed(bp.Beta(2.0, 3.0), "1", because="test", name="share")
    options = {"one": bp.exact(3, "1", name="three"), "t'w\"o": bp.exact(5, "1", name="five")}
    kind = bp.choose(options, weights=dict.fromkeys(options, 0.5), because="test", name="kind")
    q = (wide * kind + normal * share).named("odd names")
    tab = opened(quick_page(q, folder / "names.html"))
    tab.get_by_label("kind", exact=True).select_option("t'w\"o")
    for label in ("median of normal", "spread of normal", "median of share", 'median of a[31m"$<b>'):
        move(tab, label, 240)
    line = tab.locator("#python").inner_text()
    assert "t'w" in line
    assert "\u202e" not in line
    changed = eval(line, {"quantity": q})  # a line that the page gives for this
    assert changed.median() == pytest.approx(numbers_of(tab)[1], rel=0.02)
    assert tuple(changed.interval(0.90)) == pytest.approx((numbers_of(tab)[0], numbers_of(tab)[2]), rel=0.03)
    assert tab.complaints == []


def test_single_values_and_elements_are_told(opened, folder):
    one, ten = (bp.exact(text, name=name) for text, name in (("1e12 parameter", "one"), ("1e15 parameter", "ten")))
    model = bp.choose({"one": one, "ten": ten}, weights={"one": 0.6, "ten": 0.4}, because="test", name="model")
    tab = opened(model.report(folder / "discrete.html"))
    bars = tab.locator("#picture .now").get_attribute("d")
    heights = [float(y) for y in re.findall(r" (\d+\.\d)", bars)]
    assert heights[0] < heights[-1] < heights[len(heights) // 2]
    array = bp.assumed({"a": "1 to 3", "b": "2 to 5"}, "m", because="test", axis="r", name="array").total("r")
    tab = opened(quick_page(array, folder / "elements.html"))
    assert (
        tab.locator("#still-inputs").inner_text()
        == "Elements of arrays have no sliders and stay as they are: array (2)."
    )
    assert not tab.get_by_text("Move an input").is_visible()
    assert tab.complaints == []


@pytest.fixture(scope="module")
def ladder():
    mouse = bp.evidence("mouse/brain/neurons") * brain_parts()[0] * brain_parts()[1]
    return bp.compare({"cerebellum": brain(), "mouse": mouse, "GPT-3": "gpt-3"}, reference="GPT-3")


def brain_parts():
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks", name="synapses of a mouse")
    return each, bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="weights of a mouse")


def test_a_ladder_is_a_page_whose_rungs_move(opened, folder, ladder):
    file = ladder.report(folder / "ladder.html")
    tab = opened(file)
    rungs = tab.locator("#ladder li")
    assert [text.split("\n")[0] for text in rungs.all_inner_texts()] == [row.name for row in ladder]
    assert "1.75 × 10¹¹" in rungs.nth(changed_place(ladder, "GPT-3")).inner_text()
    assert numbers_of(tab)[1] == pytest.approx(ladder[2].median, rel=0.02)
    tab.get_by_label("Shown below:").select_option("mouse")
    move(tab, "median of synapses of a mouse", 330)
    line = tab.locator("#python").inner_text()
    changed = eval(line, {"ladder": ladder})  # a line that the page gives for this
    assert numbers_of(tab)[1] == pytest.approx(changed[changed_place(changed, "mouse")].median, rel=0.02)
    assert changed[changed_place(changed, "cerebellum")].median == ladder[2].median
    assert {row.name: row.kind for row in changed} == {row.name: row.kind for row in ladder}
    assert "Why they differ" in tab.locator("body").inner_text()
    again = opened(file, fragment=f"#{tab.url.partition('#')[2]}", width=360)
    assert again.locator("#ladder").inner_text().split() == tab.locator("#ladder").inner_text().split()
    assert again.evaluate("document.documentElement.scrollWidth") <= 360
    assert tab.complaints == again.complaints == []
    assert len(file.read_bytes()) < 400_000


def changed_place(ladder, name):
    return next(place for place, row in enumerate(ladder) if row.name == name)


def test_a_ladder_with_other_assumptions(ladder):
    changed = ladder.assuming({"synapses of a mouse": "2000 synapse/neuron"})
    assert changed[changed_place(changed, "mouse")].median == pytest.approx(6.7874e7 * 2000, rel=0.02)
    assert changed.reference == "GPT-3"
    with pytest.raises(UnknownNameError, match="Did you mean 'synapses of a mouse'"):
        ladder.assuming({"synapses of a mous": "2000 synapse/neuron"})


def test_a_widget_gives_the_changed_ladder(ladder):
    pytest.importorskip("anywidget")
    widget = ladder.explore()
    assert widget.ladder is ladder
    widget.changed = {"synapses of a mouse": [2000.0, 1.5]}
    told = {"synapses of a mouse": "2000 ×/÷ 1.5 synapse/neuron"}
    assert [row.median for row in widget.ladder] == [row.median for row in ladder.assuming(told)]
    assert "<table" in widget.html


def test_the_address_keeps_the_change_and_reset_takes_it_back(opened, page):
    tab = opened(page)
    before = numbers_of(tab)
    move(tab, "median of synapses per neuron", 320)
    after, fragment = numbers_of(tab), tab.url.partition("#")[2]
    assert after != before
    again = opened(page, fragment=f"#{fragment}")
    assert numbers_of(again) == after
    again.get_by_role("button", name="reset all").click()
    assert numbers_of(again) == before
    assert "#" not in again.url
    bad = opened(page, fragment="#1=-5,0.1&x=<b>&99=1,2&2=nan,2")
    assert numbers_of(bad) == before
    assert bad.complaints == []


def test_a_rival_study_is_put_in(opened, page):
    tab = opened(page)
    select = tab.get_by_label("neurons, human cerebellum, after")
    option = select.locator("option").nth(1).text_content()
    assert option.startswith("after ")
    select.select_option(label=option)
    rival = bp.evidence("human/cerebellum/neurons/andersen1992")
    ((median, spread),) = settings_of(tab).values()
    assert median == pytest.approx(rival.median(), rel=1e-3)
    assert spread == pytest.approx(rival.sd(), rel=0.02)


MOVE = """value => {
    const slider = document.querySelector("input[data-column]");
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
}"""


def test_a_move_of_the_headline_is_quick(opened, folder):
    """The work of the page's own thread, scripts, styles and layout, whatever else the machine does."""
    tab = opened(human_brain().report(folder / "headline.html", lines=LINES))
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked():
        found = devtools.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in found if each["name"] == "TaskDuration")

    times = []
    for value in range(100, 300, 10):
        before = worked()
        tab.evaluate(MOVE, value)
        times.append(1000 * (worked() - before))
    assert 0 < np.median(times) < 50, times


def test_the_drivers_move_as_in_python(opened, folder):
    """The still page says what Python says; a moved one finds it at its own points."""
    q = (everything_but_jumps() * 3).named("moved")
    tab = opened(q.report(folder / "moved.html"))

    def shown():
        told = tab.locator("#drivers li").all_inner_texts()
        return {name: int(share.removesuffix(" %")) / 100 for share, name in (each.split("\n")[:2] for each in told)}

    def python(quantity):
        return {each.name: each.share for each in quantity.drivers()}

    def apart(found, wanted):
        return max(abs(found.get(name, 0.0) - share) for name, share in wanted.items())

    assert apart(shown(), python(q)) <= 0.005
    move(tab, "spread of wide", 60)
    line = tab.locator("#python").inner_text()
    changed = eval(line, {"quantity": q})  # a line that the page gives for this
    assert apart(shown(), python(changed)) <= 0.03
    assert "points in this page" in tab.locator("#method").inner_text()


def everything_but_jumps():
    wide = bp.assumed("1e3 to 1e4", "1", because="test", name="wide")
    normal = bp.assumed(bp.Normal(mean=0.0, sd=900.0), "1", because="test", name="normal")
    kind = bp.choose(
        {"one": bp.exact(1, "1"), "two": bp.exact(2, "1")},
        weights={"one": 0.7, "two": 0.3},
        because="test",
        name="kind",
    )
    return wide * kind + normal


def test_many_inputs_are_a_light_page(opened, folder):
    inputs = [bp.assumed(f"{1 + k % 7} to {8 + k % 9} m", because="test", name=f"length {k}") for k in range(400)]
    file = sum(inputs, start=bp.exact("0 m", because="start")).report(folder / "many.html")
    assert file.stat().st_size <= 400_000
    tab = opened(file)
    assert tab.locator("#controls .control").count() == 60
    assert "340 inputs with less to say than these stay as they are." in tab.locator("#still-inputs").inner_text()
    assert tab.complaints == []


CONTRAST = """() => {
    const TEXTS = "p, li, span, h1, h2, summary, small, output, pre, a, td, th, b, #picture text";
    const channels = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(each => each / 255)
        .map(each => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, k) => sum + each * [0.2126, 0.7152, 0.0722][k], 0);
    const paper = channels(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll(TEXTS)]
        .filter(each => each.getClientRects().length && each.textContent.trim())
        .map(each => {
            const style = getComputedStyle(each);
            let opacity = 1;
            for (let at = each; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
            const ink = channels(each.tagName === "text" ? style.fill : style.color);
            const seen = ink.slice(0, 3).map((value, k) => opacity * value + (1 - opacity) * paper[k]);
            const [a, b] = [light(seen), light(paper)].sort((x, y) => y - x);
            return [(a + 0.05) / (b + 0.05), each.textContent.slice(0, 30)];
        }).sort((a, b) => a[0] - b[0])[0];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(opened, page, scheme):
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    tab = opened(page)
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    ratio, text = tab.evaluate(CONTRAST)
    assert ratio >= 4.5, text


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("name", ["brain.html", "hostile.html"])
def test_no_text_leaves_its_box(opened, folder, page, width, name):
    file = folder / name
    if not file.exists():
        test_a_name_from_a_stranger_stays_text(folder)
    tab = opened(file, width=width)
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    outside = tab.evaluate("""() => [...document.querySelectorAll("p, li, span, summary, output, button, label, pre")]
        .filter(each => each.getClientRects().length)
        .filter(each => each.getBoundingClientRect().right > window.innerWidth + 1)
        .map(each => each.textContent.slice(0, 40))""")
    assert outside == []
    assert tab.complaints == []


def test_without_scripts_it_is_a_still_page(opened, page):
    tab = opened(page, scripts=False)
    assert "2.2 × 10¹⁴ parameters" in tab.locator("#still").inner_text()
    assert tab.locator("#still svg").is_visible()
    assert not tab.locator("#live").is_visible()

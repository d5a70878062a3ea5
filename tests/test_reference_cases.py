"""Published uncertainty cases in every engine that they fit, against figures of high precision."""

import copy
import math
import pickle
import tomllib
import warnings
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import brainparams as bp
from brainparams import engines
from brainparams.engines import linear
from brainparams.engines.linearity import reference
from brainparams.estimate import Drawn
from brainparams.graph import unknowns

CASES = {
    case["id"]: case
    for case in tomllib.loads((Path(__file__).parent / "data" / "reference_cases.toml").read_text("utf-8"))["case"]
}
NOT_IN_THE_VOCABULARY = {"volt", "ampere", "radian", "degree", "ohm", "mPa*s", "J/mol/K", "g/mol", "micrometer"}
DRAWS = 1_000_000

pytestmark = [
    pytest.mark.filterwarnings("ignore::brainparams.LinearityWarning"),
    pytest.mark.filterwarnings("ignore::brainparams.NegativeWarning"),
]


# --- inputs and models -------------------------------------------------------------------------------------------


def belief(spec):
    number = {name: float(text) for name, text in spec.items() if is_number(text)}
    match spec["distribution"]:
        case "normal":
            return bp.Normal(number["mean"], number["sd"])
        case "rectangular" if "lower" in number:
            return bp.Uniform(number["lower"], number["upper"])
        case "rectangular":
            return bp.Uniform(number["mean"] - number["half_width"], number["mean"] + number["half_width"])
        case "triangular":
            low, high = number["mean"] - number["half_width"], number["mean"] + number["half_width"]
            return bp.Triangular(low, number["mean"], high)
        case "exponential":
            return bp.Gamma(1.0, 1.0 / number["rate"])
        case "lognormal" if "from_90_percent_interval" in spec:
            low, high = spec["from_90_percent_interval"].strip("[]").split(",")
            return bp.LogNormal.from_interval(float(low), float(high), level=0.90)
        case "lognormal" if "log_mean" in number:
            return bp.LogNormal(number["log_mean"], number["log_sd"])
        case "lognormal" if "gsd" in number:
            return bp.LogNormal.from_median(number["median"], number["gsd"])
        case "lognormal":
            return bp.LogNormal.from_mean(number["mean"], number["sd"])
    raise AssertionError(spec)


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def unknown(value, unit="1", name="x"):
    return bp.assumed(value, "1" if unit in NOT_IN_THE_VOCABULARY else unit, because="reference case", name=name)


class Inputs(dict):
    """Inputs of a case by name, made and correlated as its data say."""

    def __init__(self, case):
        super().__init__((spec["name"], unknown(belief(spec), spec["unit"], spec["name"])) for spec in case["inputs"])
        pairs = {
            tuple(self[name] for name in each["between"]): float(each["r"]) for each in case.get("correlation", ())
        }
        if pairs:
            names = [name for name, made in self.items() if any(made in pair for pair in pairs)]
            first = {made.name: made for made in bp.correlate(pairs, kind="normal-scores")}
            self.update((name, first[name]) for name in names)

    __getattr__ = dict.__getitem__


def sum_of_all(i):
    return {"Y": sum(i.values())}


def impedance(i):
    ratio = i.V / i.I
    return {"R": ratio * bp.cos(i.phi), "X": ratio * bp.sin(i.phi), "Z": ratio}


def viscometer(i):
    return {"mu_M": i.mu_C * ((i.rho_B - i.rho_M) / (i.rho_B - i.rho_C)) * (i.t_M / i.t_C)}


def stefan_boltzmann(i):
    above = 32 * math.pi**5 * i.h * i.R**4 * i.Rinf**4
    return {"sigma": above / (15 * i.Ar**4 * 1e-3**4 * 299_792_458**6 * i.alpha**8)}


def cadmium(i):
    return {"c": 1000 * i.m * i.P / (i.V_flask + i.V_rep + i.V_T)}


def titration(i):
    mass = bp.exact("0.3888 g") + i.L_gross - i.L_tare
    molar = (8 * i.C + 5 * i.H + 4 * i.O + i.K).named("molar mass")
    volume = (bp.exact("18.64 mL") + i.V_cal + i.V_temp).named("volume")
    return {"c": i.R * 1000 * mass * i.P / (molar * volume)}


def flag_pole(i):
    phi = i.Phi * (math.pi / 180)
    height = (i.B * (bp.sin(phi) / bp.cos(phi))).named("height")
    ohm = unknown(bp.Normal(0.1, 1e-3)) / unknown(bp.Normal(15e-3, 0.5e-3))
    return {"H": height, "Phi20_degree": bp.arctan(height / i.B20) * (180 / math.pi), "R_ohm": ohm}


def voltage(i):
    outputs = {}
    for text in ("0.001", "0.010", "0.100"):
        re = i.re - 0.001 + float(text) if text != "0.001" else i.re
        mag = bp.sqrt(re**2 + i.im**2)
        outputs[f"mag at re {text}"] = mag
        outputs[f"ph at re {text}"] = 2 * bp.arctan(i.im / (mag + re))  # atan2(im, re)
    return outputs


def ishigami(i):
    return {"Y": bp.sin(i.X1) + 7 * bp.sin(i.X2) ** 2 + 0.1 * i.X3**4 * bp.sin(i.X1)}


def pair(i):
    return {"sum": i.X + i.Y, "diff": i.X - i.Y, "product": i.X * i.Y, "ratio": i.X / i.Y}


def synapses(i):
    return {"S": i.n * i.k * i.f}


def rate(i):
    return {"R": i.n * i.k * i.r}


def squares(i):
    return {"X**2": i.X**2, "U*V": i.U * i.V}


def layers(i):
    return {"T": sum(i.k * i[f"n{each}"] for each in range(1, 7))}


def assembly(i):
    return {"Z": i.x1 * i.x2**2 / (15 * (1.5 + i.x3))}


def parallel(i):
    return {"R": 1 / sum(1 / each for each in i.values())}


def interaction(i):
    return {"y": i.x1 + 2 * i.x2 + i.x1 * i.x2}


def chain(i):
    return {"h": (i.x * i.y) * (i.x / i.y)}


MODELS = {
    "O01": sum_of_all,
    "O02": sum_of_all,
    "O03": impedance,
    "O05": viscometer,
    "O06": stefan_boltzmann,
    "O07": cadmium,
    "O08": titration,
    "O09": flag_pole,
    "O10": voltage,
    "O13": ishigami,
    "O15": pair,
    "O16": synapses,
    "O17": rate,
    "O19": lambda i: {"y": bp.log(i.x)},
    "O20": squares,
    "O21": lambda i: {"1/X": 1 / i.X},
    "O23": layers,
    "O26": lambda i: {"y": i.X1 / i.X2 * i.Yu},
    "O27": assembly,
    "O28": lambda i: {"y": i.a + i.b},
    "O29": parallel,
    "O30": interaction,
    "O31": chain,
    "O33": lambda i: {"g": 4 * math.pi**2 * i.l / i.T**2},
}


def temperature_correction():
    """O24, whose inputs in degC come as text: only a whole number with its unit is a temperature on that scale."""
    ten = bp.exact("10 K")
    scaled = (bp.assumed("37 +/- 0.5 degC", because="reference case") - bp.exact("24 degC")) / ten
    q10 = unknown(bp.LogNormal.from_median(2.3, 1.2))
    log_q10 = unknown(bp.Normal(math.log(2.3), math.log(1.2)))
    return {"factor": q10**scaled, "factor in ln Q10": bp.exp(log_q10 * scaled)}


def outputs_of(name):
    return temperature_correction() if name == "O24" else MODELS[name](Inputs(CASES[name]))


def every_output(*wanted, only=frozenset(CASES), but=frozenset()):
    """Parametrize by case and output, where the case gives one of the figures wanted."""
    rows = []
    for name in sorted(only):
        outputs = [each for each in CASES[name].get("output", ()) if each["name"] not in but]
        known = [each for each in outputs if any(figure in each for figure in wanted)]
        rows += [pytest.param(name, each, id=name if len(known) == 1 else f"{name}-{each['name']}") for each in known]
    return pytest.mark.parametrize(("name", "right"), rows)


def of_case(*names):
    return pytest.mark.parametrize("case", [pytest.param(CASES[name], id=name) for name in names])


# --- comparing with printed digits -------------------------------------------------------------------------------


def half_unit(text):
    """Return half a unit of the last digit of a printed number."""
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals) if "." in mantissa else 0.0


def agrees(found, text, relative=1e-9):
    return abs(found - float(text)) <= max(relative * abs(float(text)), 1.001 * half_unit(text))


def sd_of(right):
    return float(right["sd"]) if "sd" in right else math.sqrt(float(right["variance"])) if "variance" in right else None


# --- every case with figures, in every engine that it fits -------------------------------------------------------


def test_there_are_33_cases_and_each_has_its_source():
    assert list(CASES) == [f"O{number:02d}" for number in range(1, 34)]
    for case in CASES.values():
        assert all(case[field].strip() for field in ("title", "source", "verification", "catches"))
        assert case["tolerance"]


@every_output("first_order")
def test_first_order(name, right):
    quantity = outputs_of(name)[right["name"]]
    value, u = right["first_order"]
    found = quantity.estimate(engine="linear")
    assert (agrees(found.mean, value), agrees(found.sd, u)) == (True, True), (found.mean, found.sd)
    handed_over = quantity.to_uncertainties()
    assert handed_over.nominal_value == pytest.approx(found.mean, rel=1e-12, abs=1e-300)
    assert handed_over.std_dev == pytest.approx(found.sd, rel=1e-12, abs=1e-300)


@every_output("mean", "quantiles")
def test_a_million_random_draws(name, right):
    found = outputs_of(name)[right["name"]].estimate(engine="random", draws=DRAWS, seed=20)
    draws = found.law.draws[0]
    # where the figures are themselves drawn, their error adds up with ours
    effective = 1.0 / (1.0 / DRAWS + (1.0 / float(right["drawn"]) if "drawn" in right else 0.0))
    sd = sd_of(right)
    if sd is not None:
        scaled = (draws - draws.mean()) / draws.std()
        error_of_sd = sd * math.sqrt((np.mean(scaled**4) - 1.0) / (4.0 * effective))
        assert abs(found.sd - sd) <= 4.0 * error_of_sd
        assert abs(found.mean - float(right["mean"])) <= 4.0 * sd / math.sqrt(effective)
    for text, end in right.get("quantiles", {}).items():
        reached, p = np.count_nonzero(draws <= float(end)) / DRAWS, float(text)
        assert abs(reached - p) <= 4.0 * math.sqrt(p * (1.0 - p) / effective), (p, reached)


@every_output("mean", "quantiles")
def test_sobol_points(name, right):
    found = outputs_of(name)[right["name"]].estimate(engine="sobol", seed=3)
    drawn = float(right.get("drawn", math.inf))
    if "mean" in right:
        means = found.law.draws.mean(axis=1)
        error = means.std(ddof=1) / math.sqrt(len(means))
        spread = sd_of(right) or 0.0
        assert abs(found.mean - float(right["mean"])) <= 4.0 * math.hypot(error, spread / math.sqrt(drawn)) + 1e-12
    for p, end in right.get("quantiles", {}).items():
        probability = float(p)
        # the error of a figure that was drawn: in probability, over the density near it
        width = found.quantile(min(probability + 0.002, 1.0)) - found.quantile(max(probability - 0.002, 0.0))
        of_figure = math.sqrt(probability * (1.0 - probability) / drawn) * width / 0.004
        error = math.hypot(found.standard_error(probability), of_figure)
        assert abs(found.quantile(probability) - float(end)) <= 4.0 * error + half_unit(end), p


WITHOUT_DRAWS = {"O01", "O06", "O15", "O17", "O19", "O20", "O21", "O27"}
NEEDS_DRAWS = {"product", "U*V"}  # of factors that can be negative


@every_output("mean", "quantiles", only=WITHOUT_DRAWS, but=NEEDS_DRAWS)
def test_without_draws(name, right):
    found = outputs_of(name)[right["name"]].estimate()
    assert found.engine in ("exact", "convolution")
    for p, end in right.get("quantiles", {}).items():
        error = found.standard_error(float(p))
        assert abs(found.quantile(float(p)) - float(end)) <= max(error, 1e-9 * abs(float(end)), half_unit(end)), p
    sd = sd_of(right)
    if sd is not None:
        precision = 1e-12 if found.engine == "exact" else 1e-8
        assert found.sd == pytest.approx(sd, rel=precision)
        assert abs(found.mean - float(right["mean"])) <= precision * sd


# --- the verdict on first order ----------------------------------------------------------------------------------

FIRST_ORDER_FAILS = ("O05", "O10", "O19", "O20", "O21", "O27")
FIRST_ORDER_HOLDS = ("O01", "O06", "O07", "O08", "O26")


def outputs_for_the_verdict(*names):
    pairs = [
        (name, output["name"])
        for name in names
        for output in CASES[name]["output"]
        if name != "O10" or output["name"].endswith("0.001")
    ]
    return pytest.mark.parametrize(("name", "output"), [pytest.param(*each, id="-".join(each)) for each in pairs])


@outputs_for_the_verdict(*FIRST_ORDER_FAILS)
def test_the_verdict_misses_none(name, output):
    quantity = outputs_of(name)[output]
    for seed in (0, 1):
        verdict = quantity.linearity(seed=seed)
        assert verdict.holds is False
        # not a near thing: no other seed or number of digits would say otherwise
        assert max(abs(verdict.low_difference), abs(verdict.high_difference)) > 4 * verdict.tolerance
    with pytest.warns(bp.LinearityWarning):
        quantity.estimate(engine="linear", seed=2)


@outputs_for_the_verdict(*FIRST_ORDER_HOLDS)
def test_the_verdict_raises_no_false_alarm(name, output):
    quantity = outputs_of(name)[output]
    for seed in (0, 1):
        verdict = quantity.linearity(seed=seed)
        assert verdict.holds is True
        assert max(abs(verdict.low_difference), abs(verdict.high_difference)) < 0.6 * verdict.tolerance
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert quantity.estimate(engine="linear").linearity == quantity.linearity()


@of_case("O26")
def test_the_verdict_holds_with_student_inputs_too(case):
    inputs = Inputs(case)
    for spec in case["inputs"]:
        law = bp.StudentT(float(spec["mean"]), float(spec["sd"]), float(spec["dof"]))
        inputs[spec["name"]] = unknown(law, spec["unit"], spec["name"])
    assert MODELS["O26"](inputs)["y"].linearity().holds


@of_case("O05", "O07", "O21")
@pytest.mark.parametrize("factor", [1.3, 2.0, 3.7, 6.1, 10.0])
def test_the_verdict_does_not_depend_on_the_unit(case, factor):
    (quantity,) = outputs_of(case["id"]).values()
    plain, scaled = quantity.linearity(), (quantity * factor).linearity()
    assert plain.holds is scaled.holds
    assert scaled.tolerance == pytest.approx(factor * plain.tolerance)


def test_the_reference_of_the_verdict_is_refined():
    """Three digits of a value of a million say nothing about a spread of one."""
    factors = [unknown(bp.Uniform(-1.0, 1.0)) for _ in range(60)]
    quantity = 1e6 + sum(one * other + 0.3 * one for one, other in pairwise(factors))
    verdict = quantity.linearity()
    allowed = 0.2 * verdict.tolerance
    plain, refined = quantity.estimate(), reference(quantity.node, 0, verdict.tolerance, engines.estimate)
    assert plain.engine == refined.engine == verdict.reference == "sobol"
    assert plain.standard_error(0.975) > allowed
    assert max(refined.standard_error(0.025), refined.standard_error(0.975)) <= allowed
    assert quantity.to_uncertainties().nominal_value + 1.959964 * quantity.to_uncertainties().std_dev == pytest.approx(
        refined.quantile(0.975) + verdict.high_difference, abs=1e-6
    )


def test_the_verdict_refuses_arrays_and_takes_exact_numbers():
    with pytest.raises(bp.ShapeError, match="along layer"):
        bp.stacked(["1 +/- 0.1 mm", "2 +/- 0.1 mm"], "layer").linearity()
    assert bp.exact("3 neuron").linearity().holds


# --- cases with something of their own ---------------------------------------------------------------------------


@of_case("O03")
def test_correlated_outputs(case):
    import uncertainties

    reference = case["reference"]
    outputs = outputs_of("O03")
    rounded = reference["from the rounded inputs above"]
    check_correlations(uncertainties, outputs, rounded)
    for name, quantity in impedance(Inputs(case | {"correlation": ()})).items():
        assert agrees(quantity.to_uncertainties().std_dev, rounded[f"{name}_u_if_correlation_ignored"])


def check_correlations(uncertainties, outputs, right):
    handed = [outputs[name].to_uncertainties() for name in "RXZ"]
    matrix = uncertainties.correlation_matrix(handed)
    for (row, column), name in {(0, 1): "r_RX", (0, 2): "r_RZ", (1, 2): "r_XZ"}.items():
        assert agrees(matrix[row, column], right[name], 1e-8), name


@of_case("O03")
def test_correlations_from_raw_readings(case):
    import uncertainties

    reference = case["reference"]
    raw = {name: np.array([float(text) for text in texts]) for name, texts in reference["raw readings"].items()}
    raw["I"] = raw.pop("I_mA") * 1e-3
    made = {
        name: unknown(bp.Normal(readings.mean(), readings.std(ddof=1) / math.sqrt(len(readings))), name=name)
        for name, readings in raw.items()
    }
    inputs = Inputs({"inputs": ()})
    pairs = {("V", "I"): "r_VI", ("V", "phi"): "r_Vphi", ("I", "phi"): "r_Iphi"}
    found = {}
    for (one, other), name in pairs.items():
        found[made[one], made[other]] = np.corrcoef(raw[one], raw[other])[0, 1]
        assert agrees(found[made[one], made[other]], reference["correlations from raw data"][name], 1e-10)
    for quantity in bp.correlate(found, kind="normal-scores"):
        inputs[quantity.name] = quantity
    right = reference["from the five raw readings (approach 1)"]
    outputs = impedance(inputs)
    for name, quantity in outputs.items():
        handed = quantity.to_uncertainties()
        assert agrees(handed.nominal_value, right[name][0])
        assert agrees(handed.std_dev, right[name][1])
    check_correlations(uncertainties, outputs, right)


@of_case("O03")
def test_functions_of_each_reading(case):
    raw = case["reference"]["raw readings"]
    labelled = {
        name: bp.exact(dict(zip("abcde", map(float, texts), strict=True)), "1", axis="reading")
        for name, texts in raw.items()
    }
    ratio = 1000 * labelled["V"] / labelled["I_mA"]
    outputs = {"R": ratio * bp.cos(labelled["phi"]), "X": ratio * bp.sin(labelled["phi"]), "Z": ratio}
    right = case["reference"]["approach 2 (functions of each reading)"]
    values = {name: np.asarray(quantity.value, dtype=float) for name, quantity in outputs.items()}
    for name, each in values.items():
        assert agrees(each.mean(), right[name][0])
        assert agrees(each.std(ddof=1) / math.sqrt(5), right[name][1])
    for name in ("RX", "RZ", "XZ"):
        assert agrees(np.corrcoef(values[name[0]], values[name[1]])[0, 1], right[f"r_{name}"])


@of_case("O04")
def test_a_fitted_line_predicts_with_its_correlation(case):
    t, b = (np.array([float(text) for text in each["values"].split()]) for each in case["inputs"])
    right = case["reference"]
    design = np.column_stack([np.ones_like(t), t - 20.0])
    (intercept, slope), squares_left, _, _ = np.linalg.lstsq(design, b, rcond=None)
    covariance = np.linalg.inv(design.T @ design) * squares_left[0] / (len(t) - 2)
    u1, u2 = np.sqrt(np.diag(covariance))
    r = covariance[0, 1] / (u1 * u2)
    assert agrees(squares_left[0], right["ss"], 1e-8)
    assert agrees(r, right["r"])
    y1, y2 = unknown(bp.Normal(intercept, u1), "K"), unknown(bp.Normal(slope, u2), "K/K")
    ten = bp.exact("30 degC") - bp.exact("20 degC")
    apart = y1 + y2 * ten
    y1, y2 = bp.correlate({(y1, y2): r}, kind="normal-scores")
    together = y1 + y2 * ten
    for engine in ("linear", "exact"):
        found = together.estimate(engine=engine)
        assert agrees(found.mean, right["b30"])
        assert agrees(found.sd, right["u_b30"])
        assert agrees(apart.estimate(engine=engine).sd, right["u_b30_if_correlation_ignored"])
    assert (agrees(y1.sd(), right["u1"]), agrees(y2.sd(), right["u2"])) == (True, True)


@of_case("O07", "O08")
def test_budget_by_input(case):
    quantity = outputs_of(case["id"])["c"]
    names = {leaf.uid: leaf.name for leaf in leaves_of(quantity)}
    parts = {names[uid]: math.sqrt(variance) for uid, (variance,) in linear.variances(quantity.node).items()}
    aliases = {"lin_tare": "L_tare", "lin_gross": "L_gross"} | {f"M_{atom}": atom for atom in "CHOK"}
    right = {aliases.get(name, name): text for name, text in case["reference"]["comps"].items()}
    assert parts.keys() == right.keys()
    for name, text in right.items():
        assert agrees(parts[name], text, 1e-7), name


def leaves_of(quantity):
    return unknowns([quantity.node])


@of_case("O08")
def test_budget_by_intermediate_result(case):
    inputs = Inputs(case)
    parts = linear.variances(titration(inputs)["c"].node)
    together = {
        name: math.sqrt(sum(float(parts[leaf.uid][0]) for each in members for leaf in leaves_of(inputs[each])))
        for name, members in {"V_T": ("V_cal", "V_temp"), "m_KHP": ("L_tare", "L_gross"), "M_KHP": "CHOK"}.items()
    }
    printed = dict(entry.split() for entry in case["published"]["budget"].split(", "))
    for name, found in together.items():
        assert f"{found:.5e}" == f"{float(printed[name]):.5e}", name


@of_case("O11")
def test_three_ways_to_state_a_lognormal(case):
    beliefs = {spec["name"]: belief(spec) for spec in case["inputs"]}
    beliefs["extra_90_percent_1_to_10"] = bp.LogNormal.from_interval(1.0, 10.0, level=0.90)
    for name, law in beliefs.items():
        right = case["reference"][name]
        found = {"mu": law.mu, "sigma": law.sigma, "median": law.ppf(0.5), "mean": law.mean, "sd": law.sd}
        found |= {"p5": law.ppf(0.05), "p95": law.ppf(0.95)}
        for figure, text in right.items():
            assert float(found[figure]) == pytest.approx(float(text), rel=1e-12), (name, figure)


@of_case("O12")
def test_a_normal_by_two_quantiles(case):
    for spec in case["inputs"]:
        (low, left), (high, right) = (part.split(" = ") for part in spec["quantiles"].split(", "))
        law = bp.Normal.from_interval(float(left), float(right), level=(int(high[1:]) - int(low[1:])) / 100)
        figures = case["reference"][spec["name"]]
        assert float(law.mean) == pytest.approx(float(figures["mean"]), rel=1e-12)
        assert float(law.sd) == pytest.approx(float(figures["sd"]), rel=1e-12)


@of_case("O13", "O30")
def test_sensitivity_indices(case):
    (quantity,) = outputs_of(case["id"]).values()
    right = case["reference"]
    for driver in quantity.drivers():
        assert driver.share == pytest.approx(float(right[f"S{driver.name[-1]}"]), abs=0.012)
    for index in quantity.sobol_indices():
        assert index.first_order == pytest.approx(float(right[f"S{index.name[-1]}"]), abs=0.01)
        assert index.total == pytest.approx(float(right[f"ST{index.name[-1]}"]), abs=0.01)


IDENTITIES = {
    "x - x": (lambda i: i.x - i.x, lambda i: 0),
    "x / x": (lambda i: i.x / i.x, lambda i: 1),
    "x + x - 2 x": (lambda i: (i.x + i.x) - 2 * i.x, lambda i: 0),
    "x x - x^2": (lambda i: i.x * i.x - i.x**2, lambda i: 0),
    "sin^2 + cos^2": (lambda i: bp.sin(i.x) ** 2 + bp.cos(i.x) ** 2, lambda i: 1),
    "exp log x": (lambda i: bp.exp(bp.log(i.x)), lambda i: i.x),
    "a + b - a - b": (lambda i: (i.a + i.b) - i.a - i.b, lambda i: 0),
    "x y / y": (lambda i: i.x * i.y / i.y, lambda i: i.x),
}


@of_case("O14")
@pytest.mark.parametrize("identity", IDENTITIES)
def test_identities(case, identity):
    left, right = IDENTITIES[identity]
    inputs = Inputs(case)
    found, expected = left(inputs), right(inputs)
    if isinstance(expected, int):
        expected = bp.exact(expected, "1")
    first_order = (found - expected).to_uncertainties()
    assert abs(getattr(first_order, "nominal_value", first_order)) <= 1e-14
    assert getattr(first_order, "std_dev", 0.0) <= 1e-14 * 8.4
    ours, theirs = (drawn(each) for each in (found, expected))
    scale = np.maximum(np.abs(theirs), 8.4 if identity.startswith(("x", "a")) else 1.0)
    assert np.all(np.abs(ours - theirs) <= 4 * np.spacing(scale))


def drawn(quantity):
    return quantity.estimate(engine="random", draws=10_000, seed=7).law.draws[0]


@of_case("O14")
def test_identities_after_a_copy(case, tmp_path):
    x = Inputs(case).x
    copies = [copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), bp.load(x.save(tmp_path / "x.json"))]
    for each in copies:
        assert (x - each).value == 0
        assert (x / each).value == 1
        assert (drawn(x) == drawn(each)).all()


TRAPEZOID, CURVED = "symmetric trapezoid(0.9,1.7,beta=0.4)", "curvilinear trapezoid(0.9,1.7,d=0.1)"
POISSON = [math.exp(count * math.log(3.2) - 3.2 - math.lgamma(count + 1)) for count in range(60)]
BINOMIAL = [math.comb(12, count) * 0.3**count * 0.7 ** (12 - count) for count in range(13)]
SHAPES = {
    "rectangular(0.9,1.7)": bp.Uniform(0.9, 1.7),
    "symmetric triangular(0.9,1.7)": bp.Triangular(0.9, 1.3, 1.7),
    "asymmetric triangular(0.9, mode 1.1, 1.7)": bp.Triangular(0.9, 1.1, 1.7),
    "t, nu=5, location 2, scale 0.3": bp.StudentT(2, 0.3, 5),
    "t, nu=3, location 2, scale 0.3": bp.StudentT(2, 0.3, 3),
    "exponential mean 0.7": bp.Gamma(1, 0.7),
    "gamma shape q+1=8, scale 1 (7 counts observed)": bp.Gamma(8, 1),
    "beta(2.5,4) on (0,1)": bp.Beta(2.5, 4),
    "Poisson(3.2)": bp.Discrete.normalised(list(range(60)), POISSON),
    "binomial(12,0.3)": bp.Discrete.normalised(list(range(13)), BINOMIAL),
    "log-uniform(2, 500)": bp.LogUniform(2, 500),
    "normal from 95% interval (-3, 9)": bp.Normal.from_interval(-3, 9, level=0.95),
}


@of_case("O18")
def test_mean_and_sd_of_every_shape(case):
    assert case["reference"].keys() == SHAPES.keys() | {TRAPEZOID, CURVED, "arcsine U-shaped(0.9,1.7)"}
    for name, law in SHAPES.items():
        mean, sd = map(float, case["reference"][name])
        assert float(law.mean) == pytest.approx(mean, rel=1e-12), name
        assert float(law.sd) == pytest.approx(sd, rel=1e-12), name
        assert unknown(law).sd() == pytest.approx(sd, rel=1e-12), name


@of_case("O18")
def test_shapes_that_are_sums_and_products(case):
    arcsine = 0.9 + 0.8 * unknown(bp.Beta(0.5, 0.5))
    mean, sd = map(float, case["reference"]["arcsine U-shaped(0.9,1.7)"])
    assert (arcsine.mean(), arcsine.sd()) == (pytest.approx(mean, rel=1e-12), pytest.approx(sd, rel=1e-12))
    # a trapezoid is the sum of two rectangulars, a curvilinear one a rectangular of uncertain width
    trapezoid = 1.3 + unknown(bp.Uniform(-0.28, 0.28)) + unknown(bp.Uniform(-0.12, 0.12))
    curved = 1.3 + unknown(bp.Uniform(0.3, 0.5)) * unknown(bp.Uniform(-1.0, 1.0))
    assert trapezoid.to_uncertainties().std_dev == pytest.approx(float(case["reference"][TRAPEZOID][1]), rel=1e-12)
    for quantity, name in ((trapezoid, TRAPEZOID), (curved, CURVED)):
        mean, sd = map(float, case["reference"][name])
        found = quantity.estimate(engine="random", draws=DRAWS)
        assert abs(found.mean - mean) <= 4 * sd / math.sqrt(DRAWS)
        assert abs(found.sd - sd) <= 4 * sd * math.sqrt(0.8 / (4 * DRAWS))  # a kurtosis of 1.8 at most, less one


@of_case("O18")
def test_a_student_t_with_two_degrees_of_freedom_has_no_sd(case):
    assert math.isinf(bp.StudentT(2, 0.3, 2).sd)


@of_case("O19")
def test_the_shortest_interval(case):
    quantity = outputs_of("O19")["y"]
    (right,) = case["output"]
    low, high = map(float, right["shortest_95"])
    interval = quantity.shortest_interval(0.95)
    found = interval.high - interval.low
    assert found == pytest.approx(high - low, rel=2e-3)
    central = quantity.interval(0.95)
    assert central.high - central.low > 1.05 * found


def lowry(found, right):
    return 15.0 if found == right else -math.log10(abs(found - right) / abs(right))


@of_case("O20")
@pytest.mark.parametrize("mean", [0.0, 0.1, 1.0])
def test_even_and_odd_powers_of_a_number_of_either_sign(case, mean):
    from scipy.stats import norm

    x = unknown(bp.Normal(mean, 0.3))
    for p in (1e-4, 0.01, 0.3, 0.5, 0.9, 0.999):
        cube = norm.ppf(p, mean, 0.3) ** 3
        assert (x**3).quantile(p) == pytest.approx(cube, rel=1e-9)
        square = (x**2).quantile(p)
        reached = norm.cdf(math.sqrt(square), mean, 0.3) - norm.cdf(-math.sqrt(square), mean, 0.3)
        assert reached == pytest.approx(p, rel=1e-6)
        root = bp.sqrt(x**2).estimate()
        assert abs(root.quantile(p) ** 2 - square) <= 2 * root.quantile(p) * 4 * root.standard_error(p) + 1e-9


@of_case("O22")
def test_mean_and_sd_of_awkward_data(case):
    (first, _) = case["inputs"]
    rows = {
        "NumAcc1": ([float(text) for text in first["values"].split(",")], 1e7 + 2, 1.0, 14),
        "NumAcc2": ([1.2] + [1.1, 1.3] * 500, 1.2, 0.1, 13),
    }
    for name, (values, mean, sd, digits) in rows.items():
        drawn_law = Drawn(np.array([values]))
        given_law = bp.Empirical(values)
        assert lowry(drawn_law.mean(), mean) >= digits, name
        assert lowry(drawn_law.sd(), sd) >= digits, name
        assert lowry(float(given_law.mean), mean) >= digits, name


@of_case("O22")
def test_sd_of_awkward_observations(case):
    values = [float(text) for text in case["inputs"][0]["values"].split(",")]
    assert lowry(float(bp.Empirical(values).sd) * math.sqrt(3 / 2), 1.0) >= 14


@of_case("O23")
def test_a_shared_factor_is_one_unknown(case):
    inputs = Inputs(case)
    redrawn = [unknown(belief(case["inputs"][0]), "synapse/neuron") for _ in range(6)]
    total = sum(k * inputs[f"n{each}"] for each, k in enumerate(redrawn, 1))
    assert agrees(total.to_uncertainties().std_dev, case["reference"]["sd_if_factor_wrongly_redrawn_per_layer"], 0.005)
    assert layers(inputs)["T"].sd() > 2 * total.to_uncertainties().std_dev


@of_case("O24")
def test_a_temperature_difference_is_in_kelvin(case):
    warm = bp.assumed("37 +/- 0.5 degC", because="reference case")
    assert (warm.unit, warm.sd()) == ("K", 0.5)
    difference = warm - bp.exact("24 degC")
    assert difference.mean() == pytest.approx(13.0)
    assert difference.sd() == pytest.approx(0.5)


@of_case("O25")
def test_counts_beyond_64_bits(case):
    product = bp.exact(10**15, "synapse") * bp.exact(10**9, "1/s")
    assert product.value == int(case["reference"]["exact"])
    assert product.value != int(case["reference"]["int64_wrong"])
    table = bp.exact({"a": 10**15, "b": 3}, "synapse", axis="row") * bp.exact(10**9, "1/s")
    assert table["a"].value == 10**24
    assert table.total("row").value == 10**24 + 3 * 10**9


def effective_degrees_of_freedom(case):
    """Welch and Satterthwaite, from the budget of first order."""
    quantity = outputs_of(case["id"])["y"]
    degrees = {spec["name"]: float(spec.get("dof", "inf")) for spec in case["inputs"]}
    names = {leaf.uid: leaf.name for leaf in leaves_of(quantity)}
    parts = {uid: float(part) for uid, (part,) in linear.variances(quantity.node).items()}
    return sum(parts.values()) ** 2 / sum(part**2 / degrees[names[uid]] for uid, part in parts.items())


@of_case("O26", "O28")
def test_degrees_of_freedom_from_the_budget(case):
    reference = case["reference"]
    found = effective_degrees_of_freedom(case)
    assert agrees(found, reference.get("nu", reference.get("nu_eff")))
    if "U95" in reference:
        u = outputs_of("O26")["y"].to_uncertainties().std_dev
        assert agrees(float(bp.StudentT(0.0, u, found).ppf(0.975)), reference["U95"])


@of_case("O28")
def test_infinite_degrees_of_freedom_survive_a_file(case, tmp_path):
    a, b = (
        unknown(bp.StudentT(0.0, float(spec["sd"]), float(spec.get("dof", "inf"))), name=spec["name"])
        for spec in case["inputs"]
    )
    back = bp.load((a + b).save(tmp_path / "y.json"))
    assert (a + b - back).value == 0
    assert "nfinity" in (tmp_path / "y.json").read_text("utf-8")
    # the scale of a t is not its standard deviation
    assert back.to_uncertainties().std_dev == pytest.approx(math.hypot(0.57 * math.sqrt(9 / 7), 0.25), rel=1e-12)


@of_case("O29")
def test_ten_inputs_or_one(case):
    ten = outputs_of("O29")["R"].to_uncertainties()
    assert agrees(ten.std_dev / ten.nominal_value, case["reference"]["relative_u"])
    one = unknown(bp.Normal(10_000.0, 500.0))
    shared = (1 / sum(1 / one for _ in range(10))).to_uncertainties()
    assert agrees(shared.std_dev / shared.nominal_value, case["reference"]["if_one_shared_input"])


@of_case("O31")
def test_an_input_that_cancels_drops_out(case):
    inputs = Inputs(case)
    h = chain(inputs)["h"]
    parts = linear.variances(h.node)
    (y,) = leaves_of(inputs.y)
    assert parts.get(y.uid, 0.0) == 0.0
    assert all(driver.share == 0.0 for driver in h.drivers() if driver.uid == y.uid)
    np.testing.assert_allclose(drawn(h), drawn(inputs.x) ** 2, rtol=4 * 2.0**-52)


@of_case("O32")
def test_units_that_trap(case):
    reference = case["reference"]
    per_day = bp.exact("20 W").to("J/day").value / 4184
    assert agrees(per_day, reference["20 W in kcal(4184 J)/day"], 1e-14)
    assert bp.exact("1.2e6 mm^3").to("L").value == 1.2
    assert bp.exact("60 1/min").to("Hz").value == 1
    for turning in ("60 rpm", "1 cycle/s"):
        with pytest.raises(bp.UnitError, match="2π"):
            bp.exact(turning)
    assert (bp.exact("1 m") / bp.exact("1 mm")).value == 1000
    assert (bp.exact("34 degC") - bp.exact("24 degC")).to("K").value == pytest.approx(10, rel=1e-13)
    assert bp.exact("37 degC").value == float(reference["37 degC in kelvin"])


# --- a public estimate that uses one input twice -----------------------------------------------------------------

# rethinkpriorities/future-assessment-model, "(1A) Cotra Bioanchors.ipynb" and modules/anchors.py: log10 of the FLOP to
# train a transformative network, before any update, with a horizon of one second. All inputs are log10 but for the
# scaling exponent; ranges are 90 %. The network of reference has 10^11.2 parameters and needs 10^12 samples.
ANCHOR_SHARED = {0.01: 20.7, 0.05: 23.1, 0.50: 30.0, 0.95: 39.1, 0.99: 43.8}
ANCHOR_REDRAWN = {0.01: 19.9, 0.05: 22.7, 0.50: 30.2, 0.95: 38.8, 0.99: 42.8}


def log10_brain():
    return unknown(bp.LogNormal.from_interval(11.0, 19.5, level=0.90), name="log10 FLOP/s of a brain")


def scaling_exponent():
    return unknown(bp.Normal.from_interval(0.5, 1.1, level=0.90), name="scaling exponent")


def log10_training(brain, again, exponent, exponent_again):
    efficiency = 1
    beside_human = unknown(bp.Normal.from_interval(-2.0, 2.0, level=0.90), name="transformative beside human")
    per_parameter = unknown(bp.Normal.from_interval(1.0, 2.0, level=0.90), name="log10 FLOP/s per parameter")
    parameters = again + efficiency - per_parameter
    return brain + efficiency + beside_human + 12 - exponent * Fraction("11.2") + exponent_again * parameters


def test_the_anchors_share_brain_and_exponent():
    brain, exponent = log10_brain(), scaling_exponent()
    asked = {"engine": "sobol", "digits": 5}
    shared = log10_training(brain, brain, exponent, exponent).estimate(**asked)
    redrawn = log10_training(log10_brain(), log10_brain(), scaling_exponent(), scaling_exponent()).estimate(**asked)
    for p, right in ANCHOR_SHARED.items():
        # printed to one decimal from draws
        assert shared.quantile(p) == pytest.approx(right, abs=0.06), p
        assert redrawn.quantile(p) == pytest.approx(ANCHOR_REDRAWN[p], abs=0.06), p
        assert abs(shared.quantile(p) - redrawn.quantile(p)) > 0.15, p


# --- coverage ----------------------------------------------------------------------------------------------------

TRUTHS = 1000
READINGS = 5


def coverage(interval_for_truth):
    generator = np.random.default_rng(95)
    hits = 0
    for _ in range(TRUTHS):
        truth, quantity = interval_for_truth(generator)
        low, high = quantity.interval(0.95)
        hits += low <= truth <= high
    return hits / TRUTHS


def lognormal_product(generator):
    """Counts known up to a factor."""
    truths, spreads = np.exp(generator.normal([25.0, 8.0, 0.0], 1.0)), np.array([0.1, 0.7, 1.2])
    measured = truths * np.exp(spreads * generator.standard_normal(3))
    n, s, p = (unknown(bp.LogNormal(math.log(m), sd)) for m, sd in zip(measured, spreads, strict=True))
    return truths.prod(), n * s * p


def few_readings(generator):
    """A mean of five readings, times a constant: Student's t."""
    truth, spread = generator.normal(50.0, 10.0), generator.uniform(1.0, 10.0)
    readings = generator.normal(truth, spread, READINGS)
    law = bp.StudentT(readings.mean(), readings.std(ddof=1) / math.sqrt(READINGS), READINGS - 1)
    return 3.0 * truth, unknown(law) * 3


def layers_with_one_factor(generator):
    """Two layers measured with error, times one factor known up to a factor."""
    counts = generator.uniform(5.0, 10.0, 2)
    factor = np.exp(generator.normal(0.0, 1.0))
    n1, n2 = (unknown(bp.Normal(count + generator.normal(0.0, 0.5), 0.5)) for count in counts)
    k = unknown(bp.LogNormal(math.log(factor) + generator.normal(0.0, 0.3), 0.3))
    return factor * counts.sum(), k * n1 + k * n2


@pytest.mark.parametrize("world", [lognormal_product, few_readings, layers_with_one_factor])
def test_intervals_cover_as_often_as_they_say(world):
    assert 0.936 <= coverage(world) <= 0.964

"""The cortical microcircuit of Potjans and Diesmann: synapses from connection probabilities, by a named rule.

Run it with ``python examples/07_microcircuit.py``. Numbers typed from the paper, doi:10.1093/cercor/bhs358.
"""

import brainparams as bp

NEURONS = {"L23E": 20683, "L23I": 5834, "L4E": 21915, "L4I": 5479, "L5E": 4850, "L5I": 1065, "L6E": 14395, "L6I": 2948}
OUTSIDE = {"L23E": 1600, "L23I": 1500, "L4E": 2100, "L4I": 1900, "L5E": 2000, "L5I": 1900, "L6E": 2900, "L6I": 2100}
# rows: targets; columns: sources, both in the order above
CHANCES = """
0.1009 0.1689 0.0437 0.0818 0.0323 0.0    0.0076 0.0
0.1346 0.1371 0.0316 0.0515 0.0755 0.0    0.0042 0.0
0.0077 0.0059 0.0497 0.135  0.0067 0.0003 0.0453 0.0
0.0691 0.0029 0.0794 0.1597 0.0033 0.0    0.1057 0.0
0.1004 0.0622 0.0505 0.0057 0.0831 0.3726 0.0204 0.0
0.0548 0.0269 0.0257 0.0022 0.06   0.3158 0.0086 0.0
0.0156 0.0066 0.0211 0.0166 0.0572 0.0197 0.0396 0.2252
0.0364 0.001  0.0034 0.0005 0.0277 0.008  0.0658 0.1443
"""

rows = [map(float, line.split()) for line in CHANCES.split("\n") if line]
chances = {target: dict(zip(NEURONS, row, strict=True)) for target, row in zip(NEURONS, rows, strict=True)}
circuits = bp.estimators.circuits

neurons = bp.exact(NEURONS, "neuron", axis="population")
inside = circuits.projection_synapses(neurons, chances, rule="at least one contact", rounding="nearest").total()
low = circuits.projection_synapses(neurons, chances, rule="pairwise", rounding="nearest").total()
outside = circuits.external_synapses(neurons, bp.exact(OUTSIDE, "synapse/neuron", axis="population"))

print("neurons             ", neurons.total())
print("synapses            ", inside)
print("as p times all pairs", low)
print(low.explain("brief").split("Caveats: ")[1].split("[")[0])
print("from outside        ", outside)

one = bp.exact("1 parameter/synapse", because="one weight a synapse")
print("parameters          ", ((inside + outside) * one).named("parameters of the microcircuit"))

"""Neurons of cortical areas from a table: shared errors, totals, what drives them, a table and a picture out.

Run it with ``python examples/05_regions_from_a_table.py``. The numbers are made up; the shape is that of a table of
stereological counts, with a mean and a standard deviation for every area and layer.
"""

import brainparams as bp

AREAS = ["V1", "V2", "V4", "MT", "A1", "S1", "M1", "PFC", "ACC", "OFC", "TE", "EC"]
LAYERS = {"L2/3": 60e3, "L4": 90e3, "L5": 45e3, "L6": 50e3}
ROWS = [
    {"area": area, "layer": layer, "mean": mean * (1.6 if area == "V1" else 1.0), "sd": 0.1 * mean}
    for area in AREAS
    for layer, mean in LAYERS.items()
]

# One call makes 48 unknowns; counts of one laboratory share their calibration.
density = bp.from_table(
    ROWS, axis=("area", "layer"), value="mean", sd="sd", unit="neuron/mm^3",
    because="a made-up table in the shape of published ones", name="density",
)  # fmt: skip
density = bp.correlate(density, axis=("area", "layer"), r=0.5)
volume = bp.exact(dict.fromkeys(LAYERS, 250), "mm^3", axis="layer", because="made up", name="volume of a layer")
shrinkage = bp.assumed("0.75 to 0.9 1", because="linear shrinkage of paraffin sections", name="shrinkage")

neurons = (density * volume * shrinkage**3).named("neurons", symbol="N")
print(neurons.total())
print(neurons.total("layer").share()["V1"])
print(neurons.total().drivers())
print(neurons.total("layer").to_csv())

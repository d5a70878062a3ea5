"""One wiring, two numbers: the model of the fly's visual system has 1,513,231 connections and 734 free parameters.

Run it with ``python examples/08_fly_visual_model.py``.
"""

import brainparams as bp

paper = bp.Citation(
    key="lappalainen2024",
    authors=("Lappalainen JK", "Tschopp FD", "Macke JH", "Turaga SC"),
    title="Connectome-constrained networks predict neural activity across the fly visual system",
    year=2024,
    container="Nature",
    volume="634",
    pages="1132-1140",
    doi="10.1038/s41586-024-07939-3",
    note="four of its ten authors",
)

connections = bp.measured("1513231 connection", source=paper, name="connections of the model")
each = bp.exact("1 parameter/connection", because="a weight of its own for every connection")
free = bp.measured("734 parameter", source=paper, name="free parameters of the model")

# The connectome says who connects to whom and by how many synapses. What it does not say is free, and is shared by all
# cells of a type and by all connections between two types.
wired = (connections * each).named("a parameter for every connection", symbol="P")
print(bp.compare({"a weight for every connection": wired, "stated free parameters": free}))
print(f"{(wired / free).value:,.0f} connections stand behind one free parameter")

# A wiring of your own answers both with one table of neurons:
wiring = [("Mi1", "T4a", 8), ("Mi1'", "T4a'", 9), ("Tm3", "T4a", 5), ("Tm3'", "T4a'", 6)]
types = {name: name.rstrip("'") for row in wiring for name in row[:2]}
rules = bp.connectome(wiring, weight="synapses", nodes=types).parameters(by="type")
print(rules)

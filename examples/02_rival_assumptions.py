"""Rival assumptions: the same brain under three readings of "connection", and where they part.

Run it with ``python examples/02_rival_assumptions.py``.
"""

import brainparams as bp

neurons = bp.exact("86e9 neuron", because="the round number that everybody quotes", name="neurons")
partners = bp.exact("10000 connection/neuron", because="a cortical figure, taken for the whole brain")

# 1. A weight and a bias for every connection: 1.72e15, because the bias is repeated 10,000 times a neuron.
doubled = bp.connection_parameters(
    neurons, partners, bp.exact("2 parameter/connection", because="a weight and, wrongly, a bias")
)

# 2. A weight for every connection and a bias for every neuron: 860,086,000,000,000, to the last digit.
counted = bp.weights_and_biases(neurons, partners)

# 3. Synapses counted region by region, one weight each.
regional = bp.evidence("human/brain/synapses") * bp.exact("1 parameter/synapse", because="one scalar weight a synapse")

for title, answer in (
    ("a bias per connection", doubled),
    ("a bias per neuron", counted),
    ("region by region", regional.named("parameters, region by region", symbol="P")),
):
    print(f"{title:>22}: {answer}")

print(f"\nThe doubled count is {(doubled / counted).median():.4f} times the other: a bias belongs to a neuron.")

chance = bp.probability_greater(counted, regional)
print(f"The sum over regions stays below the product of round numbers with probability {float(chance):.3f}.")

print("\n" + doubled.explain())

# And the machine side of the same exchange: a thousand layers have 999 gaps.
print("\n" + bp.dense_parameters([1000] * 1000, bias=False).explain())

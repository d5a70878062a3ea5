"""A first estimate: a brain's parameters from three numbers, with what stands behind them.

Run it with ``python examples/01_first_estimate.py``.
"""

import brainparams as bp

neurons = bp.evidence("human/brain/neurons")  # measured; Azevedo et al. 2009
synapses = bp.assumed("1000 to 10000 synapse/neuron", because="range given by textbooks")
weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse")

brain = bp.synaptic_parameters(neurons, synapses, weights)

print(brain.explain())

# The parts that a paper quotes:
low, high = brain.interval(0.90)
print(f"\n90 % interval: {low:.1e} to {high:.1e} {brain.unit}, equal-tailed")
print(brain.drivers())
print(brain.bibliography("bibtex"))

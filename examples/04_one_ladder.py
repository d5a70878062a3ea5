"""One ladder: ten routes to the parameters of a human brain, beside machine models, and why they differ.

Run it with ``python examples/04_one_ladder.py``.
"""

import brainparams as bp

# What the routes share is said once, and is one unknown on the whole ladder.
synapses = bp.evidence("human/brain/synapses")
bits = bp.evidence("synapse/bits/ca1/bartol2015")
eight = bp.precision("int8")
life = bp.evidence("human/lifetime")
share = bp.assumed(bp.Uniform(0.7, 0.85), "1", because="most cells are pyramidal, by textbooks", name="pyramidal share")
pyramidal = (bp.evidence("human/neocortex/neurons") * share).named("pyramidal cells", symbol="N_pyr")
learned = bp.learned_information(
    bp.evidence("human/long-term-memory/rate"), "1.2e9 s", loss_rate=bp.evidence("human/long-term-memory/loss-rate")
)
genome = bp.genome_information(bp.evidence("human/genome/base-pairs"))

routes = {
    "what the genome can hold": bp.parameters_at_precision(genome, eight),
    "what is remembered": bp.parameters_at_precision(learned, eight),
    "what experience can fix": bp.constraint_limited_parameters(life, bp.evidence("learning/perceptual-constraints")),
    "a weight per synapse": synapses * bp.evidence("synapse/parameters/static"),
    "4.7 bits per synapse": bp.parameters_at_precision(bp.stored_information(synapses, bits), eight),
    "a model per synapse": synapses * bp.evidence("synapse/parameters/tsodyks-markram"),
    "a small network per cell": bp.neuronal_parameters(
        pyramidal, bp.evidence("neuron/parameters/expressive-leaky-memory")
    ),
    "a deep network per cell": bp.neuronal_parameters(pyramidal, bp.evidence("neuron/parameters/temporal-convolution")),
    "as many operations": "cotra-2020-parameters",
    "a bias per connection": "izikeros-2023-bias-per-connection",
}
machines = {"GPT-2 XL": "gpt-2-xl", "GPT-3": "gpt-3", "Llama 3.1 405B": "llama-3-1-405b", "Kimi K2": "kimi-k2"}

ladder = bp.compare(routes | machines, reference="Kimi K2")
print(ladder)

# Two routes that share the synapses: all of their difference lies in what a synapse holds.
weights, packed = routes["a weight per synapse"], routes["4.7 bits per synapse"]
print(f"\nA weight per synapse is always {(weights / packed).value:.3g} times 4.7 bits per synapse.")

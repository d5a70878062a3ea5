"""The numbers of the paper beside this file; run it, then ``brainparams check paper.tex``."""

from pathlib import Path

import brainparams as bp

neurons = bp.evidence("human/brain/neurons")
synapses = bp.assumed("1000 to 10000 synapse/neuron", because="range given by textbooks", name="synapses per neuron")
weight = bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="parameters per synapse")
brain = bp.synaptic_parameters(neurons, synapses, weight)
machine = bp.evidence("model/gpt-3/parameters")

found = bp.numbers(
    {
        "neurons": neurons,
        "synapses per neuron": synapses,
        "parameters": brain,
        "times GPT-3": (brain / machine).named("brain over machine"),
    }
)

if __name__ == "__main__":
    print(found.write(Path(__file__).with_name("numbers.tex")))
    brain.save(Path(__file__).with_name("parameters.json"))

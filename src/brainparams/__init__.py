"""If this brain were a deep-learning model, how many parameters would it have? Estimates with units and sources.

Estimator functions take neuron counts, synapses per neuron and parameters per connection as quantities with units,
spread and sources, and return parameter counts with every reasoning step traced.

>>> import brainparams as bp
>>> neurons = bp.evidence("human/brain/neurons")
>>> synapses = bp.assumed("1000 to 10000 synapse/neuron", because="range given by textbooks")
>>> weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse")
>>> bp.synaptic_parameters(neurons, synapses, weights).unit
'parameter'
"""

# The front door. Names and where they live stand in __init__.pyi; each is loaded on first use.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The worm from a wiring file: neurons, connections, synapses, and parameters under several rules.

Run it with ``python examples/06_the_worm_from_a_file.py [file]``. Without the table of WormAtlas
(NeuronConnectFormatted.xlsx) it writes a small one of its own, laid out alike: every synapse from both ends, every gap
junction from both sides.
"""

import sys
import tempfile
from pathlib import Path

import brainparams as bp

OWN = """Neuron 1,Neuron 2,Type,Nbr
AVAL,VA1,S,4
AVAL,VA02,Sp,3
VA1,AVAL,R,4
VA02,AVAL,Rp,3
AVAL,AVAR,EJ,2
AVAR,AVAL,EJ,2
VA1,NMJ,NMJ,5
"""

with tempfile.TemporaryDirectory() as folder:
    path = Path(sys.argv[1]) if sys.argv[1:] else Path(folder, "worm.csv")
    if not sys.argv[1:]:
        path.write_text(OWN, encoding="utf-8")
    worm = bp.connectome(path, weight="synapses")

print(worm.report)  # what became of the rows: a blind sum of the column would count most of it twice
print(worm.neurons, worm.connections, worm.synapses, worm.gap_junctions, sep="; ")
print(f"density {worm.density.value:.3g} of the possible pairs")
print(worm.out_degree())

rules = worm.parameters()
print(rules)
print(bp.compare({**rules, "GPT-2": "124439808 parameter"}))  # parameters

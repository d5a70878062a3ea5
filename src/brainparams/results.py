"""What questions, comparisons and look-ups return: rows and tables that print themselves, and that nobody makes."""

from .comparison.differences import Difference, DifferencePart
from .comparison.ladder import Ladder, Rung
from .comparison.notable_models import NotableModel, NotableModels
from .comparison.trends import Crossing, Trend, TrendPoint
from .estimate import Estimate, Interval
from .estimators.neurons import NeuronModel
from .estimators.scaling import ScalingLaw
from .estimators.synapse_models import SynapseModel
from .findings import Findings, Rivals
from .findings.beside import Beside
from .findings.disagreement import Disagreement, Study
from .findings.finding import Finding
from .findings.reconciling import Adjustment, Residual
from .interchange.connectome.degrees import Degrees
from .interchange.connectome.report import Report
from .interchange.connectome.rules import Rules
from .interchange.connectome.wiring import Connectome
from .literature import Analogies, Analogy, Claim, Claims, PublishedEstimate, PublishedEstimates
from .literature.search import Hit, Hits
from .questions.assumptions import Sweep, SweepRow
from .questions.given import GivenThat, Moved
from .questions.probability import Probability
from .records import Change, Compared, NamedNumber, Numbers, RecordDifference, Verification
from .sensitivity import Driver, Drivers
from .sensitivity.budget import BudgetRow, UncertaintyBudget
from .sensitivity.conditioning import KnownInput, Swing, Swings, ValueOfInformation
from .sensitivity.sobol import SobolIndex, SobolIndices

__all__ = [
    "Adjustment",
    "Analogies",
    "Analogy",
    "Beside",
    "BudgetRow",
    "Change",
    "Claim",
    "Claims",
    "Compared",
    "Connectome",
    "Crossing",
    "Degrees",
    "Difference",
    "DifferencePart",
    "Disagreement",
    "Driver",
    "Drivers",
    "Estimate",
    "Finding",
    "Findings",
    "GivenThat",
    "Hit",
    "Hits",
    "Interval",
    "KnownInput",
    "Ladder",
    "Moved",
    "NamedNumber",
    "NeuronModel",
    "NotableModel",
    "NotableModels",
    "Numbers",
    "Probability",
    "PublishedEstimate",
    "PublishedEstimates",
    "RecordDifference",
    "Report",
    "Residual",
    "Rivals",
    "Rules",
    "Rung",
    "ScalingLaw",
    "SobolIndex",
    "SobolIndices",
    "Study",
    "Sweep",
    "SweepRow",
    "Swing",
    "Swings",
    "SynapseModel",
    "Trend",
    "TrendPoint",
    "UncertaintyBudget",
    "ValueOfInformation",
    "Verification",
]

# What the front door resolves, loaded on first use. Names in __all__ are listed. The others, `as` themselves, stand one
# dot further (bp.annotations, bp.architectures, bp.errors, bp.estimators.<family>, bp.makers, bp.records, bp.results)
# and go on resolving.
from . import annotations, architectures, errors, estimators, records, results
from . import makers as makers
from .annotations import (
    BitRate as BitRate,
    BitsPerNeuron as BitsPerNeuron,
    BitsPerParameter as BitsPerParameter,
    BitsPerSynapse as BitsPerSynapse,
    Connections as Connections,
    ConnectionsPerNeuron as ConnectionsPerNeuron,
    Density as Density,
    Duration as Duration,
    EnergyPerEvent as EnergyPerEvent,
    EnergyPerOperation as EnergyPerOperation,
    EnergyPerSpike as EnergyPerSpike,
    EventRate as EventRate,
    FiringRate as FiringRate,
    Information as Information,
    Neurons as Neurons,
    OperationRate as OperationRate,
    Operations as Operations,
    OperationsPerEvent as OperationsPerEvent,
    OperationsPerSpike as OperationsPerSpike,
    Parameters as Parameters,
    ParametersPerConnection as ParametersPerConnection,
    ParametersPerNeuron as ParametersPerNeuron,
    ParametersPerSynapse as ParametersPerSynapse,
    Synapses as Synapses,
    SynapsesPerConnection as SynapsesPerConnection,
    SynapsesPerNeuron as SynapsesPerNeuron,
    Tokens as Tokens,
    TokensPerParameter as TokensPerParameter,
)
from .architectures import (
    Architecture as Architecture,
    Weights as Weights,
    composed as composed,
    parameter_array as parameter_array,
)
from .architectures.blocks import (
    MLP as MLP,
    Attention as Attention,
    Block as Block,
    Experts as Experts,
    LatentAttention as LatentAttention,
)
from .architectures.comparable import (
    ComparableTransformers as ComparableTransformers,
    TransformerDimensions as TransformerDimensions,
    comparable_transformers as comparable_transformers,
    transformer_dimensions as transformer_dimensions,
)
from .architectures.convolution import (
    batch_norm as batch_norm,
    convolution_layer as convolution_layer,
    convolution_network as convolution_network,
    temporal_convolutional_network as temporal_convolutional_network,
)
from .architectures.dense import dense_layer as dense_layer, dense_network as dense_network
from .architectures.readers import from_config
from .architectures.recurrent import recurrent_network as recurrent_network
from .architectures.styles import (
    AspectRatio as AspectRatio,
    FixedDepth as FixedDepth,
    LevineDepth as LevineDepth,
    TransformerStyle as TransformerStyle,
)
from .architectures.transformers import (
    LearnedPositions as LearnedPositions,
    RelativeBuckets as RelativeBuckets,
    RelativeProjection as RelativeProjection,
    encoder_decoder as encoder_decoder,
    transformer as transformer,
)
from .architectures.vision import residual_network as residual_network, vision_transformer as vision_transformer
from .citations import Citation, __citation__, references
from .comparison.differences import (
    Difference as Difference,
    DifferencePart as DifferencePart,
    difference,
    probability_greater,
)
from .comparison.ladder import Ladder as Ladder, Rung as Rung, compare
from .comparison.notable_models import (
    NotableModel as NotableModel,
    NotableModels as NotableModels,
    read_notable_models as read_notable_models,
)
from .comparison.trends import crossing
from .distributions import (
    PERT,
    Beta,
    Discrete,
    Distribution,
    Empirical,
    Gamma,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    ShiftedLogNormal,
    StudentT,
    Triangular,
    Truncated,
    Uniform,
    between,
    from_counts,
    from_percentiles,
)
from .errors import (
    ArgumentError as ArgumentError,
    BrainparamsError as BrainparamsError,
    BrainparamsWarning as BrainparamsWarning,
    ComparisonError as ComparisonError,
    CorrelationError as CorrelationError,
    FileError as FileError,
    KindError as KindError,
    LinearityWarning as LinearityWarning,
    MissingExtraError as MissingExtraError,
    NegativeWarning as NegativeWarning,
    NoClosedForm as NoClosedForm,
    ParseError as ParseError,
    PrecisionWarning as PrecisionWarning,
    RangeError as RangeError,
    ShapeError as ShapeError,
    SourceError as SourceError,
    UnitError as UnitError,
    UnknownNameError as UnknownNameError,
)
from .estimate import Estimate, Interval
from .estimators import estimator
from .estimators.activity import (
    firing_rate_from_event_rate as firing_rate_from_event_rate,
    synapses_from_event_rate as synapses_from_event_rate,
    synaptic_event_rate as synaptic_event_rate,
)
from .estimators.compute import (
    emulation_operation_rate as emulation_operation_rate,
    horizon_training_operations as horizon_training_operations,
    lifetime_operations as lifetime_operations,
    parameters_from_operation_rate as parameters_from_operation_rate,
    retina_operation_rate as retina_operation_rate,
    scaled_operation_rate as scaled_operation_rate,
    synaptic_operation_rate as synaptic_operation_rate,
)
from .estimators.energy import (
    energy_per_bit as energy_per_bit,
    energy_per_event as energy_per_event,
    energy_per_event_from_power as energy_per_event_from_power,
    energy_per_operation as energy_per_operation,
    energy_ratio as energy_ratio,
    event_rate_limit as event_rate_limit,
    firing_rate_limit as firing_rate_limit,
    synapse_limit as synapse_limit,
)
from .estimators.layers import dense_parameters as dense_parameters
from .estimators.learning import (
    constraint_limited_parameters as constraint_limited_parameters,
    constraints_per_second as constraints_per_second,
    data_limited_parameters as data_limited_parameters,
    information_limited_parameters as information_limited_parameters,
    lifetime_tokens as lifetime_tokens,
    training_tokens as training_tokens,
)
from .estimators.neurons import (
    NeuronModel as NeuronModel,
    dendritic_parameters as dendritic_parameters,
    expressive_leaky_memory_neuron as expressive_leaky_memory_neuron,
    neuron_model_parameters,
    neuron_models,
    temporal_convolutional_neuron as temporal_convolutional_neuron,
    two_layer_neuron as two_layer_neuron,
)
from .estimators.regions import regional_total as regional_total
from .estimators.scaling import (
    ScalingLaw as ScalingLaw,
    compute_optimal_parameters as compute_optimal_parameters,
    compute_optimal_tokens as compute_optimal_tokens,
    inference_operations as inference_operations,
    operations_for_optimal_parameters as operations_for_optimal_parameters,
    operations_for_optimal_tokens as operations_for_optimal_tokens,
    scaling_laws as scaling_laws,
    training_loss as training_loss,
    training_operations as training_operations,
)
from .estimators.storage import (
    bits_from_states as bits_from_states,
    emulation_memory as emulation_memory,
    genome_information as genome_information,
    learned_information as learned_information,
    parameter_memory as parameter_memory,
    parameters_at_precision as parameters_at_precision,
    precision as precision,
    state_memory as state_memory,
    stored_information as stored_information,
    wiring_information as wiring_information,
)
from .estimators.synapse_models import (
    SynapseModel as SynapseModel,
    gain_parameters as gain_parameters,
    synapse_model_parameters,
    synapse_models,
)
from .estimators.synapses import (
    connection_count,
    connection_parameters,
    neuronal_parameters,
    synapse_count,
    synapse_count_from_density as synapse_count_from_density,
    synaptic_parameters,
    weights_and_biases as weights_and_biases,
)
from .findings import Findings as Findings, Rivals as Rivals, evidence
from .findings.disagreement import Disagreement as Disagreement, disagreement
from .findings.finding import Finding as Finding
from .findings.pooling import pool
from .findings.reconciling import Adjustment as Adjustment, Residual as Residual, reconcile, routes
from .findings.packaged_adjustments import Route
from .interchange.connectome import connectome
from .interchange.pint_quantities import install_units
from .interchange.frames import from_table
from .literature import (
    Analogies as Analogies,
    Analogy as Analogy,
    Claim as Claim,
    Claims as Claims,
    Published as Published,
    PublishedEstimate as PublishedEstimate,
    PublishedEstimates as PublishedEstimates,
    analogies,
    claims,
    published,
)
from .literature.search import Hit as Hit, Hits as Hits, search
from .makers import (
    arctan as arctan,
    assumed,
    choose,
    concatenated,
    correlate,
    cos as cos,
    exact,
    exp,
    given,
    log,
    log1p as log1p,
    log10 as log10,
    maximum,
    measured,
    minimum,
    shares,
    sin as sin,
    sqrt,
    stacked,
)
from .quantity import Quantity
from .records import (
    Change as Change,
    Compared as Compared,
    NamedNumber as NamedNumber,
    Numbers as Numbers,
    RecordDifference as RecordDifference,
    Verification as Verification,
    diff,
    load,
    numbers,
    verify,
)
from .questions.assumptions import Sweep as Sweep, SweepRow as SweepRow
from .questions.probability import Probability as Probability
from .render import plots
from .render.writers.latex import latex_preamble
from .sensitivity import Driver as Driver, Drivers as Drivers
from .sensitivity.conditioning import Swing as Swing, Swings as Swings, ValueOfInformation as ValueOfInformation
from .sensitivity.sobol import SobolIndex as SobolIndex, SobolIndices as SobolIndices
from .units import Unit
from .version import __version__

__all__ = [  # noqa: RUF022 - one alphabet, capitals before small letters
    "Beta",
    "Citation",
    "Discrete",
    "Distribution",
    "Empirical",
    "Estimate",
    "Gamma",
    "Interval",
    "LogNormal",
    "LogUniform",
    "Mixture",
    "Normal",
    "PERT",
    "Quantity",
    "Route",
    "ShiftedLogNormal",
    "StudentT",
    "Triangular",
    "Truncated",
    "Uniform",
    "Unit",
    "__citation__",
    "__version__",
    "analogies",
    "annotations",
    "architectures",
    "assumed",
    "between",
    "choose",
    "claims",
    "compare",
    "concatenated",
    "connection_count",
    "connection_parameters",
    "connectome",
    "correlate",
    "crossing",
    "diff",
    "difference",
    "disagreement",
    "errors",
    "estimator",
    "estimators",
    "evidence",
    "exact",
    "exp",
    "from_config",
    "from_counts",
    "from_percentiles",
    "from_table",
    "given",
    "install_units",
    "latex_preamble",
    "load",
    "log",
    "maximum",
    "measured",
    "minimum",
    "neuron_model_parameters",
    "neuron_models",
    "neuronal_parameters",
    "numbers",
    "plots",
    "pool",
    "probability_greater",
    "published",
    "reconcile",
    "records",
    "references",
    "results",
    "routes",
    "search",
    "shares",
    "sqrt",
    "stacked",
    "synapse_count",
    "synapse_model_parameters",
    "synapse_models",
    "synaptic_parameters",
    "verify",
]

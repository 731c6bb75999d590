"""The records that travel between the stages: frozen, without database and without screen."""

from doorlicht.records.audits import (
    ALL_OTHERS,
    UNKNOWN_GROUP,
    AuditResult,
    Group,
    Measure,
    Outcomes,
)
from doorlicht.records.events import AssetDone, AssetStarted, Event, Progress, SourceStarted
from doorlicht.records.findings import (
    BlindSpot,
    Finding,
    Kind,
    Signal,
    TriageDecision,
    finding_id,
)
from doorlicht.records.flows import (
    CodePlace,
    Flow,
    FlowSource,
    Hop,
    LostPath,
    Reference,
    RiskModelSeen,
    TraceResult,
    trace_id,
)
from doorlicht.records.places import Asset, Location, Source, Unit
from doorlicht.records.profiles import (
    ColumnKind,
    ColumnProfile,
    Shape,
    TableProfile,
    TextHits,
    ValueHits,
)
from doorlicht.records.scanned import ScannedColumn, ScannedFinding, ScannedTable
from doorlicht.records.schemas import Definition, DefinitionKind, TableColumns

__all__ = [
    "ALL_OTHERS",
    "UNKNOWN_GROUP",
    "Asset",
    "AssetDone",
    "AssetStarted",
    "AuditResult",
    "BlindSpot",
    "CodePlace",
    "ColumnKind",
    "ColumnProfile",
    "Definition",
    "DefinitionKind",
    "Event",
    "Finding",
    "Flow",
    "FlowSource",
    "Group",
    "Hop",
    "Kind",
    "Location",
    "LostPath",
    "Measure",
    "Outcomes",
    "Progress",
    "Reference",
    "RiskModelSeen",
    "ScannedColumn",
    "ScannedFinding",
    "ScannedTable",
    "Shape",
    "Signal",
    "Source",
    "SourceStarted",
    "TableColumns",
    "TableProfile",
    "TextHits",
    "TraceResult",
    "TriageDecision",
    "Unit",
    "ValueHits",
    "finding_id",
    "trace_id",
]

"""The door of statistics: live figures of classes, schools and everything above them."""

from khue.statistics.queries.declared import declared_of
from khue.statistics.queries.figures import (
    Figure,
    FiguresState,
    NoSuchPlace,
    PlaceFigures,
    figures_at,
    figures_below,
    figures_of,
    figures_state,
)
from khue.statistics.queries.tables import TableRow, table_below
from khue.statistics.rules.themes import (
    CODES,
    COLUMNS,
    DIMENSIONS,
    Dimension,
    Guard,
    PlaceKind,
    Theme,
    key_of,
)

__all__ = [
    "CODES",
    "COLUMNS",
    "DIMENSIONS",
    "Dimension",
    "Figure",
    "FiguresState",
    "Guard",
    "NoSuchPlace",
    "PlaceFigures",
    "PlaceKind",
    "TableRow",
    "Theme",
    "declared_of",
    "figures_at",
    "figures_below",
    "figures_of",
    "figures_state",
    "key_of",
    "table_below",
]

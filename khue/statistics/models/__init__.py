"""What statistics keep."""

from khue.statistics.models.declarations import Declaration
from khue.statistics.models.family_days import FamilyDay
from khue.statistics.models.figures import Figure
from khue.statistics.models.following import Follower, Touched

__all__ = ["Declaration", "FamilyDay", "Figure", "Follower", "Touched"]

"""What statistics keep."""

from khue.statistics.models.figures import Figure
from khue.statistics.models.following import Follower, Touched

__all__ = ["Figure", "Follower", "Touched"]

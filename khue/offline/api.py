"""The door of work without a line: what waits for whoever wrote it."""

from khue.offline.queries.own import open_count

__all__ = ["open_count"]

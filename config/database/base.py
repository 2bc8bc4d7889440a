"""The database of the settings: Django's own for PostgreSQL, but for three questions.

Whether a connection still lives is asked only when it has something to say, a server that only
reads is away for us, and one of several servers is asked anew when it hangs.
"""

from __future__ import annotations

import select
from types import TracebackType
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property
from psycopg.errors import ReadOnlySqlTransaction

from kit.silence import Driver, names_several


class DatabaseWrapper(base.DatabaseWrapper):
    """Ask the server whether it lives only when the connection has something to say.

    Django asks `select 1` before the first statement of every request. A server that stopped, fell
    or ended the session has closed its side, and the closed side can be read; a quiet connection
    needs no question.

    A connection to a server that only reads, because another one leads now, lives and yet is of no
    use: it is let go, and the next one looks for the leader.
    """

    only_reads = False
    Database: Any = base.DatabaseWrapper.Database

    def __init__(self, settings_dict: dict[str, Any], *more: Any) -> None:
        super().__init__(settings_dict, *more)
        if names_several(settings_dict["HOST"], settings_dict["OPTIONS"]):
            self.Database = Driver()

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        return _Translator(self)

    def get_new_connection(self, conn_params: Any) -> Any:
        self.only_reads = False
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Whether the connection can be used; asks the server when in doubt."""
        held = self.connection
        if held is None or held.closed or self.only_reads:
            return False
        return _is_quiet(held.fileno()) or super().is_usable()


class _Translator(DatabaseErrorWrapper):
    """Tells a write refused by a server that only reads as what it is: the database is away."""

    def __init__(self, ours: DatabaseWrapper) -> None:
        super().__init__(ours)
        self.ours = ours

    def __exit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(trouble, ReadOnlySqlTransaction):
            self.ours.only_reads = self.ours.errors_occurred = True
            raise OperationalError(*trouble.args).with_traceback(trace) from trouble
        super().__exit__(kind, trouble, trace)


def _is_quiet(socket: int) -> bool:
    watch = select.poll()
    watch.register(socket, select.POLLIN | select.POLLERR | select.POLLHUP)
    return not watch.poll(0)

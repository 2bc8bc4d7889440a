"""The database of the settings: Django's own for PostgreSQL, but for one question."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Ask the server whether it lives only when the connection has something to say.

    Django asks `select 1` before the first statement of every request. A server that stopped, fell
    or ended the session has closed its side, and the closed side can be read; a quiet connection
    needs no question.
    """

    def is_usable(self) -> bool:
        """Whether the connection can be used; asks the server when in doubt."""
        held = self.connection
        if held is None or held.closed:
            return False
        return _is_quiet(held.fileno()) or super().is_usable()


def _is_quiet(socket: int) -> bool:
    watch = select.poll()
    watch.register(socket, select.POLLIN | select.POLLERR | select.POLLHUP)
    return not watch.poll(0)

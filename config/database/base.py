"""The backend (settings.DATABASES names its package)."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections are looked at before each request (CONN_HEALTH_CHECKS), without a question to the server.

    A server that ended, or ended the connection, has closed its side of the socket, which can then be read
    from; a connection at rest has nothing to read. Only if there is something, the server is asked.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        at_rest = select.poll()
        at_rest.register(self.connection.fileno(), select.POLLIN)
        return not at_rest.poll(0) or super().is_usable()

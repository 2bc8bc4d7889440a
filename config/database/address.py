"""DATABASE_URL as libpq itself reads it: several servers, a schema, and what a lost one costs."""

from __future__ import annotations

from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from kit.silence import names_several

OWNER = "owner"
# How often a statement of kit.statements comes before a connection keeps its plan.
KEPT_AFTER = 2
# Where another server can take over, one that fell silent is given up within seconds. A machine
# without power says no farewell; without these a session waits many minutes for its answer.
PATIENCE = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def database_of(url: str, *, role: str) -> dict[str, Any]:
    """What Django is told about the database; `role` is taken on in every session.

    `owner` leaves the role of the address as it is. What the address says goes before PATIENCE.
    """
    given = _read(url)
    options = [given.pop("options", ""), f"-c role={role}" if role != OWNER else ""]
    main = {key: given.pop(name, "") for key, name in _MAIN.items()}
    patience = PATIENCE if names_several(main["HOST"], given) else {}
    return {
        **main,
        "ENGINE": "config.database",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **patience,
            **given,
            "prepare_threshold": KEPT_AFTER,
            "options": " ".join(filter(None, options)),
        },
    }


_MAIN = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}


def _read(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        raise ImproperlyConfigured(
            "DATABASE_URL không đọc được. Dạng đúng: postgresql://vai:mật-khẩu@máy:5432/tên; "
            "nhiều máy thì viết máy1:5432,máy2:5432. Dấu đặc biệt trong mật khẩu phải mã hóa "
            "(@ thành %40)."
        ) from None

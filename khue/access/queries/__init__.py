"""Reading sessions, grants and accounts."""

from khue.access.queries.accounts import AccountCard, accounts_by_ids, suggest_login, suggest_logins
from khue.access.queries.grants import (
    active_grants,
    actor_of_account,
    as_granted,
    living_grants,
    roles_held_below,
)
from khue.access.queries.places import (
    PlaceOption,
    places_below,
    register_place_lister,
    register_school_finder,
)
from khue.access.queries.sessions import (
    actor_of_session,
    find_session,
    find_visit,
    scope_of,
)

__all__ = [
    "AccountCard",
    "PlaceOption",
    "accounts_by_ids",
    "active_grants",
    "actor_of_account",
    "actor_of_session",
    "as_granted",
    "find_session",
    "find_visit",
    "living_grants",
    "places_below",
    "register_place_lister",
    "register_school_finder",
    "roles_held_below",
    "scope_of",
    "suggest_login",
    "suggest_logins",
]

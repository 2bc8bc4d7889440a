"""The door of access: the gate, actors, accounts, grants, navigation."""

from khue.access.navigation import navigation_for
from khue.access.pages import ClientDoor, actor_of, address_of, for_clients, page, public
from khue.access.queries import (
    AccountCard,
    PlaceOption,
    accounts_by_ids,
    actor_of_account,
    register_place_lister,
    register_school_finder,
    roles_held_below,
    scope_of,
    suggest_login,
    suggest_logins,
)
from khue.access.queries.admitted import Admitted, admitted_at
from khue.access.queries.managing import account_places, why_not_manage
from khue.access.queries.phones import PhonePerson, register_phone_finder
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.gate import NothingYet, OutsidePlace, Reach, Refused, explain, permit, reach
from khue.access.rules.navigation import Entry, register_navigation
from khue.access.rules.permissions import register_permission
from khue.access.rules.places import child_place, class_place, class_subject_place
from khue.access.rules.roles import FAMILY, LEADERS, OFFICERS, TEACHERS, Role
from khue.access.rules.tokens import digest_of, new_slip_code, new_token, plain_slip_code
from khue.access.services.accounts import (
    LoginMalformed,
    LoginTaken,
    NewAccount,
    Slip,
    create_account,
    create_accounts,
    issue_slip_code,
    rename_account,
)
from khue.access.services.attempts import TooManyAttempts
from khue.access.services.demonstration import enrol_demo_accounts
from khue.access.services.entry_codes import register_code_sender
from khue.access.services.grants import NewGrant, end_grants, grant_role, grant_roles
from khue.access.services.managing import TooManySlips, print_slips
from khue.access.services.passwords import confirm_password
from khue.access.services.sessions import open_session
from khue.access.services.signing_in import WrongCredentials, guarded

__all__ = [
    "FAMILY",
    "LEADERS",
    "OFFICERS",
    "TEACHERS",
    "AccountCard",
    "Actor",
    "Admitted",
    "ClientDoor",
    "Entry",
    "Granted",
    "LoginMalformed",
    "LoginTaken",
    "NewAccount",
    "NewGrant",
    "NothingYet",
    "OutsidePlace",
    "PhonePerson",
    "PlaceOption",
    "Reach",
    "Refused",
    "Role",
    "Slip",
    "TooManyAttempts",
    "TooManySlips",
    "WrongCredentials",
    "account_places",
    "accounts_by_ids",
    "actor_of",
    "actor_of_account",
    "address_of",
    "admitted_at",
    "child_place",
    "class_place",
    "class_subject_place",
    "confirm_password",
    "create_account",
    "create_accounts",
    "digest_of",
    "end_grants",
    "enrol_demo_accounts",
    "explain",
    "for_clients",
    "grant_role",
    "grant_roles",
    "guarded",
    "issue_slip_code",
    "navigation_for",
    "new_slip_code",
    "new_token",
    "open_session",
    "page",
    "permit",
    "plain_slip_code",
    "print_slips",
    "public",
    "reach",
    "register_code_sender",
    "register_navigation",
    "register_permission",
    "register_phone_finder",
    "register_place_lister",
    "register_school_finder",
    "rename_account",
    "roles_held_below",
    "scope_of",
    "suggest_login",
    "suggest_logins",
    "why_not_manage",
]

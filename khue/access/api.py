"""The door of access: the gate, actors, grants, navigation."""

from khue.access.navigation import navigation_for
from khue.access.pages import actor_of, page, public
from khue.access.queries import actor_of_account, register_school_finder, scope_of
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.gate import OutsidePlace, Reach, Refused, explain, permit, reach
from khue.access.rules.navigation import Entry, register_navigation
from khue.access.rules.permissions import register_permission
from khue.access.rules.places import child_place, class_place, class_subject_place
from khue.access.rules.roles import FAMILY, LEADERS, OFFICERS, TEACHERS, Role

__all__ = [
    "FAMILY",
    "LEADERS",
    "OFFICERS",
    "TEACHERS",
    "Actor",
    "Entry",
    "Granted",
    "OutsidePlace",
    "Reach",
    "Refused",
    "Role",
    "actor_of",
    "actor_of_account",
    "child_place",
    "class_place",
    "class_subject_place",
    "explain",
    "navigation_for",
    "page",
    "permit",
    "public",
    "reach",
    "register_navigation",
    "register_permission",
    "register_school_finder",
    "scope_of",
]

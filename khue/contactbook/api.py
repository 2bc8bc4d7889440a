"""The door of the contact book: words between a school and its families."""

from khue.contactbook.queries.contacts import Contact, register_child_contacts
from khue.contactbook.queries.policies import family_policies, family_policy
from khue.contactbook.rules.policies import FamilyPolicy
from khue.contactbook.services.posting import estimate_posting, post_to_family

__all__ = [
    "Contact",
    "FamilyPolicy",
    "estimate_posting",
    "family_policies",
    "family_policy",
    "post_to_family",
    "register_child_contacts",
]

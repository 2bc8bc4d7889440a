"""The pages of organisations."""

from khue.organisations.views.bundles import bundles, edit_bundle, new_bundle
from khue.organisations.views.class_subjects import (
    add_subject,
    class_subjects,
    follow_programme,
    remove_subject,
)
from khue.organisations.views.classes import (
    class_page,
    classes,
    close,
    edit_class,
    new_class,
    roll_forward,
)
from khue.organisations.views.codes import code_list, codes
from khue.organisations.views.loading import schools_from_sheet
from khue.organisations.views.schools import edit_school, edit_site, new_site, school
from khue.organisations.views.tree import new_branch, new_school, tree
from khue.organisations.views.years import edit_year, new_year, years

__all__ = [
    "add_subject",
    "bundles",
    "class_page",
    "class_subjects",
    "classes",
    "close",
    "code_list",
    "codes",
    "edit_bundle",
    "edit_class",
    "edit_school",
    "edit_site",
    "edit_year",
    "follow_programme",
    "new_branch",
    "new_bundle",
    "new_class",
    "new_school",
    "new_site",
    "new_year",
    "remove_subject",
    "roll_forward",
    "school",
    "schools_from_sheet",
    "tree",
    "years",
]

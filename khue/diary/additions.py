"""What this context adds below: the import of teaching plans, a tab on the page of a class."""

from khue.diary.permissions import VIEW
from khue.diary.sheets.plans import TEACHING_PLANS
from khue.intake.api import register_kind
from khue.organisations.api import Tab, register_class_tab


def register() -> None:
    register_kind(TEACHING_PLANS)
    register_class_tab(Tab("Sổ đầu bài", "diary.week", VIEW, order=35))

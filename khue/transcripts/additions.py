"""What this context adds below: a tab on the page of a class and of a pupil."""

from khue.organisations.api import Tab, register_class_tab
from khue.records.api import register_student_tab
from khue.transcripts.permissions import VIEW


def register() -> None:
    register_class_tab(Tab("Học bạ số", "transcripts.class", VIEW, order=60))
    register_student_tab(Tab("Học bạ số", "transcripts.student", VIEW, order=45))

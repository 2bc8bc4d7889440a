"""What this context adds below: tabs of a class and of a pupil, and what follows a merge."""

from khue.organisations.api import Tab, register_class_tab
from khue.records.api import (
    register_kept_away_listener,
    register_merge_mover,
    register_student_tab,
)
from khue.transcripts.permissions import VIEW
from khue.transcripts.services.merging import move_transcripts, return_transcripts
from khue.transcripts.services.shares import end_codes_of


def register() -> None:
    register_class_tab(Tab("Học bạ số", "transcripts.class", VIEW, order=60))
    register_student_tab(Tab("Học bạ số", "transcripts.student", VIEW, order=45))
    register_merge_mover("transcripts", move_transcripts, return_transcripts)
    register_kept_away_listener("transcripts", end_codes_of)

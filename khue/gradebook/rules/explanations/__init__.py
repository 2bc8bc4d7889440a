"""Cách tính: how every computed value was made, from the same functions as the value itself."""

from khue.gradebook.rules.explanations.averages import (
    ARTICLE,
    explain_comment_semester,
    explain_comment_year,
    explain_semester_average,
    explain_year_average,
)
from khue.gradebook.rules.explanations.base import Condition, Explanation, Part
from khue.gradebook.rules.explanations.levels import explain_gdtx_learning, explain_learning
from khue.gradebook.rules.explanations.of_pupils import (
    explain_pupil_award,
    explain_pupil_learning,
    explain_pupil_reassessment,
    explain_waiting,
)
from khue.gradebook.rules.explanations.old_years import (
    explain_mean_of_subjects,
    explain_old_level,
    explain_old_semester_average,
)
from khue.gradebook.rules.explanations.primary import explain_primary_award, explain_primary_year
from khue.gradebook.rules.explanations.subjects import (
    explain_brought_term,
    explain_subject_term,
    explain_subject_year,
)
from khue.gradebook.rules.explanations.years import (
    CONTINUING,
    GENERAL,
    YearLaw,
    explain_award,
    explain_conduct_year,
    explain_gdtx_award,
    explain_promotion,
    explain_reassessment,
)

__all__ = [
    "ARTICLE",
    "CONTINUING",
    "GENERAL",
    "Condition",
    "Explanation",
    "Part",
    "YearLaw",
    "explain_award",
    "explain_brought_term",
    "explain_comment_semester",
    "explain_comment_year",
    "explain_conduct_year",
    "explain_gdtx_award",
    "explain_gdtx_learning",
    "explain_learning",
    "explain_mean_of_subjects",
    "explain_old_level",
    "explain_old_semester_average",
    "explain_primary_award",
    "explain_primary_year",
    "explain_promotion",
    "explain_pupil_award",
    "explain_pupil_learning",
    "explain_pupil_reassessment",
    "explain_reassessment",
    "explain_semester_average",
    "explain_subject_term",
    "explain_subject_year",
    "explain_waiting",
    "explain_year_average",
]

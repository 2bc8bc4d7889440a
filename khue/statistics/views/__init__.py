"""The pages of figures."""

from khue.statistics.views.declaring import declared
from khue.statistics.views.exports import place_excel, place_pdf
from khue.statistics.views.places import place, school_class, start
from khue.statistics.views.reports import form, form_excel, form_official, form_pdf

__all__ = [
    "declared",
    "form",
    "form_excel",
    "form_official",
    "form_pdf",
    "place",
    "place_excel",
    "place_pdf",
    "school_class",
    "start",
]

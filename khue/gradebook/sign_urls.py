"""Addresses of papers that are handed in to be signed."""

from django.urls import path

from khue.gradebook.views import signing

BOOK = "trinh-ky/mon/<int:class_subject_id>/<int:term>/"

REGISTER = "trinh-ky/truong/<int:school_id>/so-dang-bo/<int:year>/"

urlpatterns = [
    path("trinh-ky/", signing.signing, name="gradebook.signing"),
    path("trinh-ky/lop/<int:class_id>/", signing.signing_class, name="gradebook.signing_class"),
    path(
        "trinh-ky/lop/<int:class_id>/<slug:paper>/",
        signing.hand_in_class,
        name="gradebook.hand_in_class",
    ),
    path(BOOK, signing.hand_in_book, name="gradebook.hand_in_book"),
    path(REGISTER, signing.hand_in_register, name="gradebook.hand_in_register"),
    path(f"{REGISTER}ban-in/", signing.print_register, name="gradebook.print_register"),
    path(f"{BOOK}ban-in/", signing.print_book, name="gradebook.print_book"),
]

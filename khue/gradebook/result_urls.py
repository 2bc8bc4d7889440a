"""Addresses of what results depend on: circumstances, pupils who came, choices."""

from django.urls import URLPattern, path

from khue.gradebook.views import circumstances, family_results, policies, results
from khue.gradebook.views.grid import cell_history, grid, save

APART = "so-diem/lop/<int:class_id>/truong-hop-rieng/"
CAME = "so-diem/lop/<int:class_id>/chuyen-den/"

STRAND = "so-diem/<int:class_subject_id>/<int:term>/phan-mon/<int:strand>/"

urlpatterns: list[URLPattern] = [
    path(
        "gui-ket-qua/",
        family_results.family_results,
        name="gradebook.family_results",
    ),
    path(
        "so-diem/<int:class_subject_id>/<int:term>/kiem-tra-bu/",
        results.makeups,
        name="gradebook.makeups",
    ),
    path(STRAND, grid, name="gradebook.strand"),
    path(f"{STRAND}luu/", save, name="gradebook.save_strand"),
    path(
        f"{STRAND}lich-su/<int:student_id>/<slug:slot>/",
        cell_history,
        name="gradebook.strand_history",
    ),
    path(APART, circumstances.circumstances, name="gradebook.circumstances"),
    path(
        f"{APART}<int:circumstance_id>/bo/",
        circumstances.withdraw,
        name="gradebook.withdraw_circumstance",
    ),
    path(
        f"{APART}<int:circumstance_id>/ly-do/",
        circumstances.reason,
        name="gradebook.circumstance_reason",
    ),
    path(CAME, results.arrivals, name="gradebook.arrivals"),
    path(f"{CAME}<int:student_id>/nhan/", results.bring, name="gradebook.bring_marks"),
    path(f"{CAME}<int:student_id>/ket-qua/", results.carried, name="gradebook.carried"),
    path("lua-chon-danh-gia/", policies.policies, name="gradebook.policies"),
    path("lua-chon-danh-gia/<int:node_id>/", policies.policies_of, name="gradebook.policies_of"),
    path("lua-chon-danh-gia/<int:node_id>/dat/", policies.choose, name="gradebook.choose_policy"),
]

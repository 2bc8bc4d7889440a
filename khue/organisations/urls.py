"""Addresses of this context."""

from django.urls import path

from khue.organisations import views

urlpatterns = [
    path("don-vi/", views.tree, name="organisations.tree"),
    path("don-vi/<int:parent_id>/them/", views.new_branch, name="organisations.new_branch"),
    path(
        "don-vi/<int:parent_id>/nap-truong/",
        views.schools_from_sheet,
        name="organisations.schools_from_sheet",
    ),
    path("don-vi/<int:parent_id>/them-truong/", views.new_school, name="organisations.new_school"),
    path("truong/<int:school_id>/", views.school, name="organisations.school"),
    path("truong/<int:school_id>/sua/", views.edit_school, name="organisations.edit_school"),
    path("truong/<int:school_id>/diem-truong/", views.new_site, name="organisations.new_site"),
    path(
        "truong/<int:school_id>/diem-truong/<int:site_id>/",
        views.edit_site,
        name="organisations.edit_site",
    ),
    path("nam-hoc/", views.years, name="organisations.years"),
    path("nam-hoc/<int:province_id>/moi/", views.new_year, name="organisations.new_year"),
    path(
        "nam-hoc/<int:province_id>/<int:start_year>/sua/",
        views.edit_year,
        name="organisations.edit_year",
    ),
    path("lop/", views.classes, name="organisations.classes"),
    path("lop/moi/", views.new_class, name="organisations.new_class"),
    path("lop/len-nam-hoc-moi/", views.roll_forward, name="organisations.roll_forward"),
    path("lop/<int:class_id>/", views.class_page, name="organisations.class"),
    path("lop/<int:class_id>/sua/", views.edit_class, name="organisations.edit_class"),
    path("lop/<int:class_id>/giai-the/", views.close, name="organisations.close_class"),
    path("lop/<int:class_id>/mon-hoc/", views.class_subjects, name="organisations.class_subjects"),
    path(
        "lop/<int:class_id>/mon-hoc/chuong-trinh/",
        views.follow_programme,
        name="organisations.follow_programme",
    ),
    path("lop/<int:class_id>/mon-hoc/them/", views.add_subject, name="organisations.add_subject"),
    path(
        "mon-hoc-lop/<int:class_subject_id>/bo/",
        views.remove_subject,
        name="organisations.remove_subject",
    ),
    path("to-hop/", views.bundles, name="organisations.bundles"),
    path("to-hop/moi/", views.new_bundle, name="organisations.new_bundle"),
    path("to-hop/<int:bundle_id>/", views.edit_bundle, name="organisations.edit_bundle"),
    path("danh-muc/", views.codes, name="organisations.codes"),
    path("danh-muc/<slug:name>/", views.code_list, name="organisations.code_list"),
]

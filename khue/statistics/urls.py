"""Addresses of this context."""

from django.urls import path

from khue.statistics import views

urlpatterns = [
    path("so-lieu/", views.start, name="statistics.start"),
    path("so-lieu/<int:node_id>/", views.place, name="statistics.place"),
    path("so-lieu/<int:node_id>/excel/", views.place_excel, name="statistics.excel"),
    path("so-lieu/<int:node_id>/pdf/", views.place_pdf, name="statistics.pdf"),
    path("so-lieu/<int:node_id>/lop/<int:class_id>/", views.school_class, name="statistics.class"),
    path("so-lieu/<int:node_id>/bieu/<str:form>/", views.form, name="statistics.form"),
    path(
        "so-lieu/<int:node_id>/bieu/<str:form>/excel/",
        views.form_excel,
        name="statistics.form_excel",
    ),
    path("so-lieu/<int:node_id>/bieu/<str:form>/pdf/", views.form_pdf, name="statistics.form_pdf"),
    path(
        "so-lieu/<int:node_id>/bieu/<str:form>/ban-chinh-thuc/",
        views.form_official,
        name="statistics.form_official",
    ),
    path("so-lieu/<int:node_id>/bieu/<str:form>/khai/", views.declared, name="statistics.declare"),
]

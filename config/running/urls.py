"""Addresses for those who run the product."""

from django.urls import path

from config.running import views

urlpatterns = [
    path("suc-khoe/", views.live, name="running.live"),
    path("suc-khoe/san-sang/", views.ready, name="running.ready"),
    path("suc-khoe/so-do/", views.metrics, name="running.metrics"),
]

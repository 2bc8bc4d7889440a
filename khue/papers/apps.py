from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "khue.papers"
    verbose_name = "In ấn"

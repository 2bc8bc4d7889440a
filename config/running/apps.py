from django.apps import AppConfig


class RunningConfig(AppConfig):
    name = "config.running"
    label = "running"
    verbose_name = "Vận hành"

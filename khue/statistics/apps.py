from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "khue.statistics"
    verbose_name = "Số liệu"

    def ready(self) -> None:
        from khue.statistics import permissions

        permissions.register()

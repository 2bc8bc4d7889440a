from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "khue.statistics"
    verbose_name = "Số liệu"

    def ready(self) -> None:
        from khue.gradebook.api import register_recount_listener
        from khue.statistics import permissions
        from khue.statistics.services.touching import touch_recounted

        permissions.register()
        register_recount_listener(touch_recounted)

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "khue.records"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from khue.records import permissions

        permissions.register()

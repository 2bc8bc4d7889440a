from django.apps import AppConfig


class OfflineConfig(AppConfig):
    name = "khue.offline"
    verbose_name = "Làm việc khi mất mạng"

    def ready(self) -> None:
        from khue.offline import permissions

        permissions.register()

from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "khue.background"
    verbose_name = "Việc nền"

    def ready(self) -> None:
        from khue.background import permissions

        permissions.register()

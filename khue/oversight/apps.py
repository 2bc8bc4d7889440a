from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "khue.oversight"
    verbose_name = "Việc của Sở và xã"

    def ready(self) -> None:
        from khue.oversight import permissions

        permissions.register()

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "khue.intake"
    verbose_name = "Tiếp nhận dữ liệu"

    def ready(self) -> None:
        from khue.intake import permissions

        permissions.register()

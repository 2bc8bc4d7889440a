from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "khue.intake"
    verbose_name = "Tiếp nhận dữ liệu"

    def ready(self) -> None:
        from khue.intake import permissions
        from khue.intake.services import works

        permissions.register()
        works.register()

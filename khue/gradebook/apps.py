from django.apps import AppConfig


class GradebookConfig(AppConfig):
    name = "khue.gradebook"
    verbose_name = "Sổ điểm"

    def ready(self) -> None:
        from khue.gradebook import additions, permissions

        permissions.register()
        additions.register()

from django.apps import AppConfig


class GradebookConfig(AppConfig):
    name = "khue.gradebook"
    verbose_name = "Sổ điểm"

    def ready(self) -> None:
        from khue.gradebook import additions, cases, permissions

        permissions.register()
        additions.register()
        cases.register()

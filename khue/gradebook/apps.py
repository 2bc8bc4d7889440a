from django.apps import AppConfig


class GradebookConfig(AppConfig):
    name = "khue.gradebook"
    verbose_name = "Sổ điểm"

    def ready(self) -> None:
        from khue.gradebook import additions, cases, permissions
        from khue.gradebook.sheets.past_years import PAST_YEARS
        from khue.intake.api import register_kind

        permissions.register()
        register_kind(PAST_YEARS)
        additions.register()
        cases.register()

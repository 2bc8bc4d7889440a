from django.apps import AppConfig


class TimetableConfig(AppConfig):
    name = "khue.timetable"
    verbose_name = "Phân công"

    def ready(self) -> None:
        from khue.timetable import additions, cases, permissions

        permissions.register()
        additions.register()
        cases.register()
        self._register_imports()

    def _register_imports(self) -> None:
        from khue.intake.api import register_kind
        from khue.timetable.sheets.teaching import TEACHING

        register_kind(TEACHING)

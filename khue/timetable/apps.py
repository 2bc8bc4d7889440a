from django.apps import AppConfig


class TimetableConfig(AppConfig):
    name = "khue.timetable"
    verbose_name = "Phân công"

    def ready(self) -> None:
        from khue.timetable import additions, permissions

        permissions.register()
        additions.register()

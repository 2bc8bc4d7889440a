from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "khue.attendance"
    verbose_name = "Điểm danh"

    def ready(self) -> None:
        from khue.attendance import permissions
        from khue.attendance.services import merging
        from khue.attendance.sheets.absences import ABSENCES
        from khue.intake.api import register_kind

        permissions.register()
        merging.register()
        register_kind(ABSENCES)

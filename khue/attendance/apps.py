from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "khue.attendance"
    verbose_name = "Điểm danh"

    def ready(self) -> None:
        from khue.attendance import permissions

        permissions.register()

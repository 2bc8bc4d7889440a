from django.apps import AppConfig


class SectorConfig(AppConfig):
    name = "khue.sector"
    verbose_name = "Đồng bộ cơ sở dữ liệu ngành"

    def ready(self) -> None:
        from khue.sector import permissions

        permissions.register()

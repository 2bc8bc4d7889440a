from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "khue.interchange"
    verbose_name = "Trao đổi dữ liệu"

    def ready(self) -> None:
        from khue.interchange import permissions
        from khue.interchange.sheets import exports

        permissions.register()
        exports.register()

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "khue.diary"
    verbose_name = "Sổ ghi đầu bài"

    def ready(self) -> None:
        from khue.diary import additions, permissions

        permissions.register()
        additions.register()

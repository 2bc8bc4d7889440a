from django.apps import AppConfig


class AnswersConfig(AppConfig):
    name = "khue.answers"
    verbose_name = "Tra cứu kết quả"

    def ready(self) -> None:
        from khue.answers import permissions
        from khue.answers.services import building

        permissions.register()
        building.register()

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "khue.messaging"
    verbose_name = "Tin nhắn"

    def ready(self) -> None:
        from khue.messaging import cases, permissions
        from khue.messaging.services.channels import register

        permissions.register()
        cases.register()
        register.register()

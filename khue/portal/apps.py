from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "khue.portal"
    verbose_name = "Cổng"

    def ready(self) -> None:
        from khue.portal import permissions
        from khue.portal.services.by_sms import register_words

        permissions.register()
        register_words()

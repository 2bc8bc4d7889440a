from django.apps import AppConfig


class ContactbookConfig(AppConfig):
    name = "khue.contactbook"
    verbose_name = "Sổ liên lạc"

    def ready(self) -> None:
        from khue.background.api import register_work
        from khue.contactbook import permissions
        from khue.contactbook.services import merging
        from khue.contactbook.services.notice_acts import REMINDING, remind_in_background
        from khue.contactbook.services.notices import SENDING, send_in_background

        permissions.register()
        merging.register()
        register_work(SENDING, send_in_background)
        register_work(REMINDING, remind_in_background)

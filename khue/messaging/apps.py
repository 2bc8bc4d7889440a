from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "khue.messaging"
    verbose_name = "Tin nhắn"

    def ready(self) -> None:
        from khue.access.api import register_code_sender
        from khue.messaging import cases, permissions
        from khue.messaging.services import merging
        from khue.messaging.services.channels import register
        from khue.messaging.services.entry_codes import codes_have_a_way, send_entry_code
        from khue.messaging.services.keeping_away import call_off_messages
        from khue.records.api import register_kept_away_listener

        permissions.register()
        cases.register()
        merging.register()
        register.register()
        register_code_sender(send_entry_code, codes_have_a_way)
        register_kept_away_listener("messaging", call_off_messages)

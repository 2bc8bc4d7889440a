from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    name = "khue.transcripts"
    verbose_name = "Học bạ số"

    def ready(self) -> None:
        from khue.transcripts import permissions
        from khue.transcripts.services import parts, signed_pdf

        permissions.register()
        parts.register()
        signed_pdf.register()

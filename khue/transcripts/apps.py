from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    name = "khue.transcripts"
    verbose_name = "Học bạ số"

    def ready(self) -> None:
        from khue.transcripts import additions, permissions
        from khue.transcripts.services import parts, school_work, signed_pdf, verify_codes

        permissions.register()
        additions.register()
        parts.register()
        school_work.register()
        signed_pdf.register()
        verify_codes.register()

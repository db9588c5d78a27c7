"""The server's folder as an app of Django's: its table is made when Doccano's are."""

from django.apps import AppConfig


class TawsimConfig(AppConfig):
    """Holds what Doccano does not: when annotators worked on which document."""

    name = "server"
    label = "tawsim"
    default_auto_field = "django.db.models.BigAutoField"

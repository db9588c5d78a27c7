"""The one table of ours in Doccano's database."""

from django.contrib.auth.models import User
from django.db import models
from examples.models import Example


class Visit(models.Model):
    """That an annotator opened a document: since when, until when, and for how many seconds."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visits")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    class Meta:
        """One row a person and document."""

        unique_together = (("example", "user"),)
        indexes = (models.Index(fields=["user", "last_at"], name="tawsim_last_visit"),)

"""Our two tables in Doccano's database."""

from django.contrib.auth.models import User
from django.db import models
from examples.models import Example
from projects.models import Project


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


class Guideline(models.Model):
    """That a version of the guidelines is what a project's annotators read, since when."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="guidelines")
    version = models.CharField(max_length=20)
    since = models.DateTimeField()

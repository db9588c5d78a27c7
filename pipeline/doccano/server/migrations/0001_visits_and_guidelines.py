"""Makes the tables of visits and of guidelines.

Whether a document that was there before was ever opened, nobody knows: each counts as opened.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def count_as_opened(apps, schema_editor):
    """Note a visit of each annotator to each document of theirs."""
    visit = apps.get_model("tawsim", "Visit")
    for member in apps.get_model("projects", "Member").objects.all():
        examples = apps.get_model("examples", "Example").objects.filter(project=member.project)
        visit.objects.bulk_create(
            visit(
                example=example,
                user=member.user,
                opened_at=example.created_at,
                last_at=example.created_at,
            )
            for example in examples
        )


class Migration(migrations.Migration):
    """The first of ours."""

    initial = True
    dependencies = (
        ("examples", "0007_example_score"),
        ("projects", "0008_project_allow_member_to_create_label_type_and_more"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
                (
                    "example",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="examples.example",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "unique_together": {("example", "user")},
                "indexes": [models.Index(fields=["user", "last_at"], name="tawsim_last_visit")],
            },
        ),
        migrations.CreateModel(
            name="Guideline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("since", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guidelines",
                        to="projects.project",
                    ),
                ),
            ],
        ),
        migrations.RunPython(count_as_opened, migrations.RunPython.noop),
    )

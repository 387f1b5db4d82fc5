import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """Built beside the work that goes on."""

    atomic = False

    dependencies = [
        ("experts", "0010_account_life"),
        ("search", "0001_initial"),  # pg_trgm
    ]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower("name"), name="gin_trgm_ops"
                ),
                name="user_name_trigrams",
            ),
        ),
    ]

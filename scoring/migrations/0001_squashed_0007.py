"""All tables as they are, made at once: what a new database runs instead of the migrations that led here.

A database that has some of those already runs the rest of them and is then marked as having run this one. Squashed because
most of the time of migrating went into rebuilding Django's picture of the models after each small step.
"""

import django.core.validators
import django.db.models.deletion
import scoring.models.lines
from django.conf import settings
from django.db import migrations, models

from scoring.migrations._default_scorecard import ship


class Migration(migrations.Migration):
    replaces = [
        ("scoring", "0001_initial"),
        ("scoring", "0002_default_scorecard"),
        ("scoring", "0003_frozen_scores"),
        ("scoring", "0004_compact_scores"),
        ("scoring", "0005_one_staleness_index"),
        ("scoring", "0006_conversion_report"),
        ("scoring", "0007_board_views"),
    ]

    initial = True

    dependencies = [
        ("leads", "0001_squashed_0014"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=80)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "lease",
                "verbose_name_plural": "leases",
            },
        ),
        migrations.CreateModel(
            name="ReportBuild",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("built_at", models.DateTimeField()),
                ("seen", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("retired", "Retired")],
                        default="draft",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "entry_threshold",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="MQL from",
                    ),
                ),
                (
                    "leaving_threshold",
                    models.PositiveSmallIntegerField(
                        default=45,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="back below",
                    ),
                ),
                (
                    "minimum_stay_days",
                    models.PositiveSmallIntegerField(default=3, verbose_name="stays at least (days)"),
                ),
                (
                    "cooldown_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="cool-down after rejection or loss (days)"
                    ),
                ),
                ("sql_rule_enabled", models.BooleanField(default=True, verbose_name="move MQLs to SQL automatically")),
                (
                    "sql_score",
                    models.PositiveSmallIntegerField(
                        default=85,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="SQL from",
                    ),
                ),
                ("sql_window_days", models.PositiveSmallIntegerField(default=14, verbose_name="in the last (days)")),
                (
                    "band_a",
                    models.PositiveSmallIntegerField(
                        default=75,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="band A from",
                    ),
                ),
                (
                    "band_b",
                    models.PositiveSmallIntegerField(
                        default=50,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="band B from",
                    ),
                ),
                (
                    "band_c",
                    models.PositiveSmallIntegerField(
                        default=25,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="band C from",
                    ),
                ),
                (
                    "fit_cap",
                    models.PositiveSmallIntegerField(blank=True, default=40, null=True, verbose_name="fit: at most"),
                ),
                (
                    "engagement_cap",
                    models.PositiveSmallIntegerField(
                        blank=True, default=60, null=True, verbose_name="engagement: at most"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="what changed")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="live since")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "sql_signals",
                    models.ManyToManyField(blank=True, related_name="+", to="leads.signal", verbose_name="and one of"),
                ),
            ],
            options={
                "verbose_name": "scorecard",
                "verbose_name_plural": "scorecards",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "live")), fields=("status",), name="one_live_scorecard"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leaving_threshold__lte", models.F("entry_threshold"))),
                        name="hysteresis_is_a_gap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("band_a__gt", models.F("band_b")), ("band_b__gt", models.F("band_c"))),
                        name="bands_descend",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, verbose_name="key")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "axis",
                    models.CharField(
                        choices=[("fit", "Fit"), ("engagement", "Engagement")], max_length=10, verbose_name="part of"
                    ),
                ),
                ("cap", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most")),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="scoring.scorecard"
                    ),
                ),
            ],
            options={
                "verbose_name": "rule group",
                "verbose_name_plural": "rule groups",
                "constraints": [models.UniqueConstraint(fields=("scorecard", "key"), name="rule_group_once")],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=80, verbose_name="key")),
                ("name", models.CharField(max_length=160, verbose_name="statement")),
                (
                    "axis",
                    models.CharField(
                        choices=[("fit", "Fit"), ("engagement", "Engagement")], max_length=10, verbose_name="part of"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="on")),
                (
                    "points",
                    models.SmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(-100),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="points",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("every", "Every time"), ("once", "Once"), ("tiers", "By number")],
                        default="every",
                        max_length=5,
                        verbose_name="counts",
                    ),
                ),
                ("tiers", models.JSONField(blank=True, default=list, verbose_name="tiers")),
                ("cap", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most")),
                ("daily_cap", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most a day")),
                (
                    "half_life",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="half-life (days)",
                    ),
                ),
                (
                    "window",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="window (days)",
                    ),
                ),
                ("floor", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at least")),
                ("condition", models.JSONField(blank=True, default=dict, verbose_name="condition")),
                (
                    "needs",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("email", "E-mail marketing"),
                            ("tracking", "Web tracking"),
                            ("email_tracking", "Open and click tracking"),
                            ("phone", "Phone"),
                        ],
                        max_length=16,
                        verbose_name="needs consent to",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="leads.product",
                        verbose_name="speaks for",
                    ),
                ),
                (
                    "signals",
                    models.ManyToManyField(blank=True, related_name="rules", to="leads.signal", verbose_name="signals"),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rules",
                        to="scoring.rulegroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="scoring.scorecard"
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "verbose_name_plural": "rules",
                "constraints": [models.UniqueConstraint(fields=("scorecard", "key"), name="rule_once")],
            },
        ),
        migrations.CreateModel(
            name="Persona",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, verbose_name="key")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("condition", models.JSONField(blank=True, default=dict, verbose_name="condition")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="personas", to="scoring.scorecard"
                    ),
                ),
            ],
            options={
                "verbose_name": "persona",
                "verbose_name_plural": "personas",
                "constraints": [models.UniqueConstraint(fields=("scorecard", "key"), name="persona_once")],
            },
        ),
        migrations.CreateModel(
            name="ScoreHistory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("score", models.PositiveSmallIntegerField()),
                ("fit", models.SmallIntegerField()),
                ("engagement", models.SmallIntegerField()),
                ("band", models.CharField(max_length=1)),
                ("stage", models.CharField(max_length=14)),
                ("version", models.PositiveIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("facts", "New facts"),
                            ("version", "New weights"),
                            ("time", "Time passed"),
                            ("stage", "New stage"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="score_history", to="leads.lead"
                    ),
                ),
            ],
            options={
                "verbose_name": "score history",
                "verbose_name_plural": "score history",
                "indexes": [models.Index(fields=["lead", "-at", "-id"], name="score_history_lead")],
            },
        ),
        migrations.CreateModel(
            name="ScoreSeen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("score", models.PositiveSmallIntegerField()),
                ("lines", models.JSONField(default=list)),
                ("previous_at", models.DateTimeField(null=True)),
                ("previous_score", models.PositiveSmallIntegerField(null=True)),
                ("previous_lines", models.JSONField(default=list)),
                (
                    "lead",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "score seen",
                "verbose_name_plural": "scores seen",
                "constraints": [models.UniqueConstraint(fields=("user", "lead"), name="score_seen_once")],
            },
        ),
        migrations.CreateModel(
            name="BoardView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("is_start", models.BooleanField(default=False, verbose_name="start view")),
                ("created_at", models.DateTimeField(editable=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="board_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.team",
                        verbose_name="shared with",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="board_view_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_start", True)), fields=("owner",), name="board_view_one_start"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConversionCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("cut", models.CharField(blank=True, max_length=8)),
                ("key", models.BigIntegerField(default=0)),
                ("steps", models.PositiveSmallIntegerField()),
                ("leads", models.PositiveIntegerField()),
                ("seconds", models.JSONField(default=dict)),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month"], name="conversion_cell_month")],
            },
        ),
        migrations.CreateModel(
            name="LeadPath",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="path",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("stage", models.CharField(max_length=14)),
                ("created_at", models.DateTimeField()),
                ("stage_since", models.DateTimeField()),
                ("touch", models.DateTimeField()),
                ("created_on", models.DateField()),
                ("steps", models.PositiveSmallIntegerField()),
                ("band", models.CharField(max_length=1)),
                ("reference_at", models.DateTimeField(null=True)),
                ("to_lead", models.PositiveIntegerField(null=True)),
                ("to_mql", models.PositiveIntegerField(null=True)),
                ("to_sql", models.PositiveIntegerField(null=True)),
                ("to_opportunity", models.PositiveIntegerField(null=True)),
                ("to_customer", models.PositiveIntegerField(null=True)),
                ("created_to_touch", models.PositiveIntegerField(null=True)),
                ("mql_to_touch", models.PositiveIntegerField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.campaign",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.product",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.source",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_on"], name="lead_path_created_on")],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="score",
                        serialize=False,
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                ("rule_score", models.PositiveSmallIntegerField(verbose_name="rule score")),
                ("prediction", models.PositiveSmallIntegerField(null=True, verbose_name="prediction")),
                ("fit", models.SmallIntegerField(verbose_name="fit")),
                ("engagement", models.SmallIntegerField(verbose_name="engagement")),
                ("band", models.CharField(max_length=1, verbose_name="band")),
                ("lines", scoring.models.lines.LinesField(default=list, verbose_name="lines")),
                ("products", models.JSONField(default=dict, verbose_name="points by product")),
                ("persona", models.CharField(blank=True, max_length=60, verbose_name="persona")),
                ("revision", models.PositiveIntegerField(verbose_name="revision of the contact")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("model_version", models.PositiveIntegerField(null=True, verbose_name="version of the model")),
                ("engine", models.PositiveSmallIntegerField(verbose_name="engine")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("valid_until", models.DateField(verbose_name="valid until")),
                ("scored_at", models.DateTimeField(verbose_name="scored")),
                ("is_frozen", models.BooleanField(default=False, verbose_name="frozen")),
                ("digest", models.BigIntegerField(default=0, verbose_name="digest")),
                ("history_at", models.DateTimeField(null=True, verbose_name="history written")),
                (
                    "top_product",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.product",
                        verbose_name="top product",
                    ),
                ),
            ],
            options={
                "verbose_name": "score",
                "verbose_name_plural": "scores",
                "indexes": [
                    models.Index(fields=["-score", "lead"], name="score_rank"),
                    models.Index(
                        condition=models.Q(("is_frozen", False)),
                        fields=["version", "engine", "valid_until"],
                        name="score_staleness",
                    ),
                ],
            },
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]

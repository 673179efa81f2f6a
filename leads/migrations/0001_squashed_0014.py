"""All tables as they are, made at once: what a new database runs instead of the migrations that led here.

A database that has some of those already runs the rest of them and is then marked as having run this one. Squashed because
most of the time of migrating went into rebuilding Django's picture of the models after each small step.
"""

import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("leads", "0001_initial"),
        ("leads", "0002_interactions_counted_from_an_index"),
        ("leads", "0003_imported_rows"),
        ("leads", "0004_counts_from_partial_indexes"),
        ("leads", "0005_few_are_not_profiled"),
        ("leads", "0006_deals_changes_and_imports"),
        ("leads", "0007_keys_of_import_runs"),
        ("leads", "0008_import_runs_have_keys"),
        ("leads", "0009_leases_of_import_runs"),
        ("leads", "0010_actions_on_deals"),
        ("leads", "0011_actions_come_in_batches"),
        ("leads", "0012_contact_alias"),
        ("leads", "0013_consent_is_the_senders"),
        ("leads", "0014_names_of_columns"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("rep", "Sales rep"),
                            ("manager", "Manager"),
                            ("marketer", "Marketer"),
                            ("administrator", "Administrator"),
                            ("data_protection", "Data protection"),
                        ],
                        default="rep",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=8, verbose_name="language")),
                ("time_zone", models.CharField(blank=True, max_length=64, verbose_name="time zone")),
                ("shortcuts_enabled", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_folded", models.CharField(db_index=True, editable=False, max_length=200)),
                ("domain", models.CharField(blank=True, max_length=253, null=True, unique=True, verbose_name="domain")),
                ("website", models.URLField(blank=True, max_length=500, verbose_name="website")),
                ("industry", models.CharField(blank=True, max_length=120, verbose_name="industry")),
                ("industry_folded", models.CharField(blank=True, editable=False, max_length=120)),
                ("employees", models.PositiveIntegerField(blank=True, null=True, verbose_name="employees")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                ("city_folded", models.CharField(blank=True, editable=False, max_length=120)),
                ("custom", models.JSONField(blank=True, default=dict, verbose_name="custom fields")),
                ("custom_folded", models.JSONField(blank=True, default=dict, editable=False)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
            ],
            options={
                "verbose_name": "company",
                "verbose_name_plural": "companies",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("domain__isnull", True)),
                        fields=("name_folded",),
                        name="company_name_once_without_domain",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entity",
                    models.CharField(
                        choices=[("contact", "Contact"), ("company", "Company")],
                        max_length=10,
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "key",
                    models.SlugField(
                        help_text="Used in conditions and exports; cannot be changed later.",
                        max_length=60,
                        verbose_name="key",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="label")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("boolean", "Yes or no"),
                            ("date", "Date"),
                            ("choice", "Choice"),
                        ],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "known_at",
                    models.CharField(
                        choices=[
                            ("intake", "Known at intake"),
                            ("sales", "Filled in by sales"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="known",
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
            ],
            options={
                "verbose_name": "custom field",
                "verbose_name_plural": "custom fields",
                "constraints": [models.UniqueConstraint(fields=("entity", "key"), name="custom_field_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leads", "Leads and contacts"),
                            ("companies", "Companies"),
                            ("deals", "Deals"),
                            ("interactions", "Interactions"),
                            ("follow_ups", "Follow-ups"),
                            ("campaigns", "Campaigns and their costs"),
                        ],
                        default="leads",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("mapping", models.JSONField(default=dict, verbose_name="mapping")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved mapping",
                "verbose_name_plural": "saved mappings",
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("website", "Website"),
                            ("web_form", "Web form"),
                            ("whitepaper", "Whitepaper"),
                            ("sweepstakes", "Sweepstakes"),
                            ("special_offer", "Special offer"),
                            ("lead_ad", "Social lead ad"),
                            ("email", "E-mail"),
                            ("event", "Trade fair or event"),
                            ("import", "Import"),
                            ("api", "API"),
                            ("manual", "Entered by hand"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sources",
                        to="leads.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="key")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                (
                    "cost",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="cost"),
                ),
                ("utm_campaign", models.CharField(blank=True, max_length=150, verbose_name="UTM campaign")),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="campaigns",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(blank=True, max_length=120, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=120, verbose_name="last name")),
                ("name_folded", models.CharField(blank=True, editable=False, max_length=250)),
                (
                    "email",
                    models.CharField(blank=True, max_length=320, null=True, unique=True, verbose_name="e-mail address"),
                ),
                ("email_domain", models.CharField(blank=True, editable=False, max_length=253)),
                ("is_free_mail", models.BooleanField(default=False, editable=False, verbose_name="free-mail address")),
                (
                    "is_disposable",
                    models.BooleanField(default=False, editable=False, verbose_name="throw-away address"),
                ),
                ("source_system", models.CharField(blank=True, max_length=60, verbose_name="source system")),
                (
                    "external_id",
                    models.CharField(blank=True, db_index=True, max_length=120, verbose_name="external id"),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("job_title", models.CharField(blank=True, max_length=160, verbose_name="job title")),
                ("job_title_folded", models.CharField(blank=True, editable=False, max_length=160)),
                ("language", models.CharField(blank=True, max_length=8, verbose_name="language")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                ("city_folded", models.CharField(blank=True, editable=False, max_length=120)),
                ("custom", models.JSONField(blank=True, default=dict, verbose_name="custom fields")),
                ("custom_folded", models.JSONField(blank=True, default=dict, editable=False)),
                ("do_not_profile", models.BooleanField(default=False, verbose_name="do not profile")),
                ("cooldown_until", models.DateTimeField(blank=True, null=True, verbose_name="no MQL before")),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("seen_revision", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed")),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="contacts",
                        to="leads.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="leads.source",
                        verbose_name="first source",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("revision", models.F("seen_revision")), _negated=True),
                        fields=["id"],
                        name="contact_unseen",
                    ),
                    models.Index(fields=["name_folded"], name="contact_name_folded"),
                    models.Index(
                        condition=models.Q(("do_not_profile", True)), fields=["id"], name="contact_do_not_profile"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source_system", "external_id"),
                        name="contact_external_id_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("subscriber", "Subscriber"),
                            ("lead", "Lead"),
                            ("mql", "MQL"),
                            ("sql", "SQL"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("nurture", "Back to nurture"),
                            ("disqualified", "Disqualified"),
                        ],
                        default="lead",
                        max_length=14,
                        verbose_name="stage",
                    ),
                ),
                ("stage_since", models.DateTimeField(verbose_name="in this stage since")),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("won", "Won"), ("lost", "Lost")], max_length=4, verbose_name="outcome"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "reject_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_need", "No need"),
                            ("no_budget", "No budget"),
                            ("no_authority", "Not the decision-maker"),
                            ("bad_timing", "Not the right time"),
                            ("unreachable", "Could not be reached"),
                            ("competitor", "Competitor, student or applicant"),
                            ("duplicate", "Already a customer or a duplicate"),
                            ("other", "Other reason"),
                        ],
                        max_length=14,
                        verbose_name="reason",
                    ),
                ),
                ("snoozed_until", models.DateTimeField(blank=True, null=True, verbose_name="snoozed until")),
                ("first_mql_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("first_touch_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "last_activity_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last activity"),
                ),
                ("last_activity_kind", models.CharField(blank=True, editable=False, max_length=14)),
                ("is_undated", models.BooleanField(default=False, editable=False)),
                ("import_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leads",
                        to="leads.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads",
                        to="leads.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leads",
                        to="leads.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
                ("tags", models.ManyToManyField(blank=True, related_name="leads", to="leads.tag", verbose_name="tags")),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leads",
                        to="leads.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
                "indexes": [
                    models.Index(fields=["team", "stage"], name="lead_team_stage"),
                    models.Index(fields=["owner", "stage"], name="lead_owner_stage"),
                    models.Index(fields=["-last_activity_at", "-id"], name="lead_last_activity"),
                    models.Index(fields=["-created_at", "-id"], name="lead_created"),
                    models.Index(fields=["stage", "stage_since"], name="lead_stage_since"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("contact",),
                        name="one_open_lead_per_contact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), ("outcome__in", ["won", "lost"])),
                            _connector="OR",
                        ),
                        name="closed_leads_have_an_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("takes_leads", models.BooleanField(default=True, verbose_name="takes new leads")),
                ("last_assigned_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="leads.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [models.UniqueConstraint(fields=("team", "user"), name="membership_once")],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=5000, verbose_name="note")),
                ("created_at", models.DateTimeField(editable=False)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="leads.lead"
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
            },
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("page_view", "Page view"),
                            ("email_open", "E-mail opened"),
                            ("email_click", "E-mail link clicked"),
                            ("email_reply", "E-mail reply"),
                            ("download", "Download"),
                            ("form", "Form sent"),
                            ("video", "Video watched"),
                            ("webinar", "Webinar"),
                            ("newsletter", "Newsletter sign-up"),
                            ("preference", "Preference chosen"),
                            ("social", "Social media"),
                            ("chat", "Chat"),
                            ("call", "Call"),
                            ("meeting", "Meeting"),
                            ("unsubscribe", "Unsubscribed"),
                            ("bounce", "E-mail bounced"),
                            ("custom", "Other interaction"),
                        ],
                        max_length=14,
                        verbose_name="interaction",
                    ),
                ),
                ("asset", models.CharField(blank=True, max_length=200, verbose_name="asset")),
                (
                    "path",
                    models.CharField(blank=True, help_text="For example /pricing", max_length=300, verbose_name="path"),
                ),
                ("is_prefix", models.BooleanField(default=False, verbose_name="also everything below this path")),
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
                        help_text="Whoever sends such interactions needs this consent; the scorecard shows how many contacts have given it.",
                        max_length=16,
                        verbose_name="needs consent to",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signals",
                        to="leads.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signals",
                        to="leads.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "signal",
                "verbose_name_plural": "signals",
            },
        ),
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("email", "E-mail marketing"),
                            ("tracking", "Web tracking"),
                            ("email_tracking", "Open and click tracking"),
                            ("phone", "Phone"),
                        ],
                        max_length=16,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("confirmed", "Confirmed"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("wording", models.TextField(blank=True, verbose_name="wording")),
                ("proof", models.JSONField(blank=True, default=dict, verbose_name="proof")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consent_events",
                        to="leads.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent event",
                "verbose_name_plural": "consent events",
                "indexes": [models.Index(fields=["contact", "purpose", "-at", "-id"], name="consent_newest")],
            },
        ),
        migrations.CreateModel(
            name="StageChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("subscriber", "Subscriber"),
                            ("lead", "Lead"),
                            ("mql", "MQL"),
                            ("sql", "SQL"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("nurture", "Back to nurture"),
                            ("disqualified", "Disqualified"),
                        ],
                        max_length=14,
                        verbose_name="from stage",
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("subscriber", "Subscriber"),
                            ("lead", "Lead"),
                            ("mql", "MQL"),
                            ("sql", "SQL"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("nurture", "Back to nurture"),
                            ("disqualified", "Disqualified"),
                        ],
                        max_length=14,
                        verbose_name="to stage",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("intake", "New interaction"),
                            ("import", "Import"),
                            ("person", "A person"),
                            ("threshold", "Score threshold"),
                            ("sql_rule", "SQL rule of the scorecard"),
                            ("undo", "Undo"),
                            ("api", "API"),
                        ],
                        max_length=10,
                        verbose_name="cause",
                    ),
                ),
                ("run", models.UUIDField(blank=True, null=True, verbose_name="run")),
                ("band", models.CharField(blank=True, max_length=1, verbose_name="band")),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="score")),
                ("is_imported", models.BooleanField(default=False, verbose_name="imported")),
                ("is_dated", models.BooleanField(default=True, editable=False, verbose_name="dated")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_changes",
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
            ],
            options={
                "verbose_name": "stage change",
                "verbose_name_plural": "stage changes",
                "indexes": [models.Index(fields=["lead", "-at", "-id"], name="stage_change_lead")],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="keyed hash of the address")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("opt_out", "Opted out"),
                            ("objection", "Objected"),
                            ("hard_bounce", "Hard bounce"),
                            ("complaint", "Complaint"),
                            ("erased", "Erased"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="since")),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "suppression",
                "verbose_name_plural": "suppressions",
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leads", "Leads and contacts"),
                            ("companies", "Companies"),
                            ("deals", "Deals"),
                            ("interactions", "Interactions"),
                            ("follow_ups", "Follow-ups"),
                            ("campaigns", "Campaigns and their costs"),
                        ],
                        default="leads",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("waiting", "Waiting for a worker"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="done",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("file", models.CharField(blank=True, editable=False, max_length=120)),
                ("preset", models.CharField(blank=True, max_length=40, verbose_name="preset")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                ("mapping", models.JSONField(default=dict, verbose_name="mapping")),
                ("report", models.JSONField(default=dict, verbose_name="report")),
                ("rows_total", models.PositiveIntegerField(blank=True, null=True, verbose_name="rows")),
                ("rows_done", models.PositiveIntegerField(default=0, verbose_name="rows done")),
                ("wants_cancel", models.BooleanField(default=False, editable=False)),
                ("holder", models.CharField(blank=True, editable=False, max_length=40)),
                ("held_until", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.source",
                        verbose_name="source",
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
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running", "undoing"])),
                        fields=["id"],
                        name="import_run_unfinished",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("prefix", models.CharField(editable=False, max_length=12, unique=True, verbose_name="begins with")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("scopes", models.JSONField(default=list, verbose_name="scopes")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked")),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Reads only this team's leads; empty: all leads.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to="leads.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
            },
        ),
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(editable=False)),
                ("last_seen_at", models.DateTimeField(editable=False)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="visitors",
                        to="leads.contact",
                    ),
                ),
            ],
            options={
                "verbose_name": "visitor",
                "verbose_name_plural": "visitors",
            },
        ),
        migrations.CreateModel(
            name="Interaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.CharField(max_length=120, unique=True, verbose_name="event id")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("human", "Human"), ("machine", "Machine"), ("retracted", "Taken back")],
                        default="human",
                        max_length=9,
                        verbose_name="verdict",
                    ),
                ),
                ("verdict_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for the verdict")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("page_view", "Page view"),
                            ("email_open", "E-mail opened"),
                            ("email_click", "E-mail link clicked"),
                            ("email_reply", "E-mail reply"),
                            ("download", "Download"),
                            ("form", "Form sent"),
                            ("video", "Video watched"),
                            ("webinar", "Webinar"),
                            ("newsletter", "Newsletter sign-up"),
                            ("preference", "Preference chosen"),
                            ("social", "Social media"),
                            ("chat", "Chat"),
                            ("call", "Call"),
                            ("meeting", "Meeting"),
                            ("unsubscribe", "Unsubscribed"),
                            ("bounce", "E-mail bounced"),
                            ("custom", "Other interaction"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="occurred")),
                ("day", models.DateField(verbose_name="day")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("asset", models.CharField(blank=True, max_length=200, verbose_name="asset")),
                ("path", models.CharField(blank=True, max_length=500, verbose_name="path")),
                ("payload", models.JSONField(blank=True, default=dict, verbose_name="payload")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interactions",
                        to="leads.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "signal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="interactions",
                        to="leads.signal",
                        verbose_name="signal",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="interactions",
                        to="leads.visitor",
                        verbose_name="visitor",
                    ),
                ),
            ],
            options={
                "verbose_name": "interaction",
                "verbose_name_plural": "interactions",
                "indexes": [
                    models.Index(fields=["contact", "-occurred_at", "-id"], name="interaction_timeline"),
                    models.Index(
                        condition=models.Q(("verdict", "human")),
                        fields=["contact", "signal", "day", "verdict"],
                        name="interaction_counted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_system", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=120)),
                ("run", models.UUIDField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="leads.contact"
                    ),
                ),
            ],
            options={
                "verbose_name": "further id",
                "verbose_name_plural": "further ids",
                "constraints": [
                    models.UniqueConstraint(fields=("source_system", "external_id"), name="contact_alias_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="found")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.contact",
                        verbose_name="found by e-mail",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.contact",
                        verbose_name="found by external id",
                    ),
                ),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "constraints": [models.UniqueConstraint(fields=("kept", "other"), name="duplicate_pair_once")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("body", models.JSONField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "api_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="idempotency_keys", to="leads.apikey"
                    ),
                ),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "indexes": [models.Index(fields=["at"], name="idempotency_key_at")],
                "constraints": [models.UniqueConstraint(fields=("api_key", "key"), name="idempotency_key_once")],
            },
        ),
        migrations.CreateModel(
            name="ImportEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("verb", models.CharField(choices=[("created", "Created"), ("changed", "Changed")], max_length=7)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="leads.importrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of an import",
                "verbose_name_plural": "entries of imports",
                "indexes": [models.Index(fields=["run", "model", "id"], name="import_entry_run")],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("mail", "Mail"),
                            ("meeting", "Meeting"),
                            ("offer", "Offer"),
                            ("other", "Other"),
                        ],
                        default="call",
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("created_at", models.DateTimeField(editable=False)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="follow_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_ups", to="leads.lead"
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "indexes": [
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                        fields=["lead", "due_at", "id"],
                        name="follow_up_pending",
                    ),
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                        fields=["owner", "due_at", "id"],
                        name="follow_up_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("accept", "Accepted"),
                            ("reject", "Rejected"),
                            ("snooze", "Snoozed"),
                            ("log_call", "Call logged"),
                            ("follow_up", "Follow-up set"),
                            ("assign", "Assigned"),
                            ("advance", "Moved to another stage"),
                            ("close", "Closed"),
                            ("deal", "Deal opened"),
                            ("win", "Deal won"),
                            ("lose", "Deal lost"),
                            ("tag", "Tagged"),
                            ("team", "Put into a team"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("batch", models.UUIDField(editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="leads.lead"
                    ),
                ),
            ],
            options={
                "verbose_name": "action",
                "verbose_name_plural": "actions",
                "indexes": [
                    models.Index(condition=models.Q(("batch__isnull", False)), fields=["batch"], name="action_batch")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mql_assigned", "New MQL for you"),
                            ("lead_assigned", "New lead for you"),
                            ("rescored", "Rescoring finished"),
                            ("imported", "Import finished"),
                        ],
                        max_length=14,
                    ),
                ),
                ("payload", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="notification_user"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notification_unread"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=32)),
                ("run", models.UUIDField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imported_rows", to="leads.contact"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.source"),
                ),
            ],
            options={
                "verbose_name": "imported row",
                "verbose_name_plural": "imported rows",
                "constraints": [
                    models.UniqueConstraint(fields=("contact", "source", "digest"), name="imported_row_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=120, verbose_name="field")),
                ("old", models.JSONField(null=True, verbose_name="old value")),
                ("new", models.JSONField(null=True, verbose_name="new value")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("run", models.UUIDField(blank=True, null=True, verbose_name="run")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_changes",
                        to="leads.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_changes",
                        to="leads.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_changes",
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "field change",
                "verbose_name_plural": "field changes",
                "indexes": [
                    models.Index(fields=["contact", "-at", "-id"], name="field_change_contact"),
                    models.Index(fields=["company", "-at", "-id"], name="field_change_company"),
                    models.Index(fields=["lead", "-at", "-id"], name="field_change_lead"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("company__isnull", True), ("contact__isnull", False), ("lead__isnull", True)),
                            models.Q(("company__isnull", False), ("contact__isnull", True), ("lead__isnull", True)),
                            models.Q(("company__isnull", True), ("contact__isnull", True), ("lead__isnull", False)),
                            _connector="OR",
                        ),
                        name="field_change_of_one_record",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"),
                ),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected close")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                        default="open",
                        max_length=4,
                        verbose_name="status",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("external_id", models.CharField(blank=True, max_length=120, verbose_name="external id")),
                ("is_imported", models.BooleanField(default=False, editable=False, verbose_name="imported")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deals",
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deals",
                        to="leads.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "deal",
                "verbose_name_plural": "deals",
                "indexes": [models.Index(fields=["status", "closed_on", "id"], name="deal_closed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", True), ("status", "open")),
                            models.Q(("closed_on__isnull", False), ("status__in", ["won", "lost"])),
                            _connector="OR",
                        ),
                        name="closed_deals_have_a_date",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="deal_external_id_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="team",
            name="members",
            field=models.ManyToManyField(related_name="teams", through="leads.Membership", to=settings.AUTH_USER_MODEL),
        ),
    ]

"""What all admin pages share: permissions by role, and writes through the doors of the domain."""

from functools import cached_property

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import ngettext

from leads.enums import Role

CONFIGURERS = (Role.MARKETER, Role.ADMINISTRATOR)


class CappedPaginator(Paginator):
    """Counts at most so many rows: counting ten million interactions takes longer than reading a page of them."""

    MOST = 10_000

    @cached_property
    def count(self):
        return self.object_list.order_by()[: self.MOST].count()


class ByRole:
    """Permissions by role, for pages and for the rows inside them."""

    viewers = CONFIGURERS
    editors = CONFIGURERS
    adds = True
    deletes = True

    def _is_one_of(self, request, roles):
        user = request.user
        return user.is_active and getattr(user, "role", None) in roles

    def has_module_permission(self, request):
        return self._is_one_of(request, self.viewers)

    def has_view_permission(self, request, obj=None):
        return self._is_one_of(request, self.viewers)

    def has_add_permission(self, request, obj=None):
        return self.adds and self._is_one_of(request, self.editors)

    def has_change_permission(self, request, obj=None):
        return self._is_one_of(request, self.editors)

    def has_delete_permission(self, request, obj=None):
        return self.deletes and self._is_one_of(request, self.editors)


class RoleAdmin(ByRole, admin.ModelAdmin):
    """An admin page that some roles may see and some may change. To everybody else it does not exist.

    `store` and `drop` are where writes go: a page whose model has a door overrides them with one call to it.
    """

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator

    def get_actions(self, request):
        """Nothing is deleted by the dozen: one at a time, after a page that says what goes with it."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def lookup_allowed(self, lookup, value, request):
        """Only what the filters of the page offer: addresses may ask for no other column, and bring no regular expressions."""
        offered = {item if isinstance(item, str) else item[0] for item in self.get_list_filter(request)}
        return (
            lookup.partition("__")[0] in offered
            and not lookup.endswith("regex")
            and super().lookup_allowed(lookup, value, request)
        )

    def store(self, request, obj, *, form, change, now):
        """Write a new or changed object."""
        obj.save()

    def drop(self, request, obj, *, now):
        """Remove an object."""
        obj.delete()

    def save_model(self, request, obj, form, change):
        self.store(request, obj, form=form, change=change, now=timezone.now())

    def delete_model(self, request, obj):
        self.drop(request, obj, now=timezone.now())

    def say_rejudged(self, request, count):
        """Tell how many past interactions are read differently now."""
        if count:
            text = ngettext(
                "%(count)d past interaction is read differently now; its contact is scored again.",
                "%(count)d past interactions are read differently now; their contacts are scored again.",
                count,
            )
            messages.info(request, text % {"count": count})


class RecordAdmin(RoleAdmin):
    """What has happened: everybody with access may read it, nobody may change or delete it."""

    adds = False
    deletes = False
    editors = ()

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields if not field.primary_key]

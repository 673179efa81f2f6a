"""Who may do what. Which leads somebody sees is decided by `Lead.objects.visible_to`; here is what they may do with them."""

import rules

from leads.enums import Role


@rules.predicate
def is_active(user):
    return bool(getattr(user, "is_authenticated", False) and user.is_active)


@rules.predicate
def may_work_leads(user):
    return bool(getattr(user, "may_work_leads", False))


@rules.predicate
def is_in_charge(user):
    """Answers for other people's leads."""
    return getattr(user, "role", None) in (Role.MANAGER, Role.ADMINISTRATOR)


@rules.predicate
def is_administrator(user):
    return getattr(user, "role", None) == Role.ADMINISTRATOR


@rules.predicate
def configures(user):
    return bool(getattr(user, "may_configure", False))


@rules.predicate
def works_in_its_team(user, lead):
    """The lead lies in the user's scope; the same rule as `visible_to`, without a query per lead."""
    if lead is None:
        return True
    if user.role == Role.ADMINISTRATOR:
        return True
    if lead.team_id is None:
        return user.role == Role.MANAGER
    return lead.team_id in user.team_ids


@rules.predicate
def is_own_or_free(user, lead):
    """The user owns the lead, or nobody does."""
    return lead is None or lead.owner_id in (None, user.pk)


@rules.predicate
def is_actor(user, action):
    return action is not None and action.by_id == user.pk


@rules.predicate
def may_work_its_lead(user, thing):
    """The user may work the lead that a note, follow-up or action belongs to."""
    return thing is None or (may_work_leads(user) and works_in_its_team(user, thing.lead))


works = is_active & may_work_leads & works_in_its_team

rules.add_perm("leads.work_lead", works)
rules.add_perm("leads.assign_lead", works & (is_in_charge | is_own_or_free))
rules.add_perm("leads.close_lead", works)
rules.add_perm("leads.put_into_team", is_active & is_in_charge)
rules.add_perm("leads.undo_action", is_active & may_work_its_lead & (is_actor | is_in_charge))
rules.add_perm("leads.delete_note", is_active & may_work_its_lead & (is_actor | is_in_charge))
rules.add_perm("leads.enter_admin", is_active & configures)
rules.add_perm("leads.configure", is_active & configures)
# An import reaches people of every team, so it is for those who see them all.
rules.add_perm("leads.import_files", is_active & configures)
rules.add_perm("leads.manage_people", is_active & is_administrator)

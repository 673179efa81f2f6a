"""Addresses under which a lead's deals, notes, tags, follow-ups and contact data are changed."""

from django.urls import path

from leads.web import contacts, deals, followups, notes

urlpatterns = [
    path("leads/<int:lead_id>/contact/", contacts.edit, name="contact-edit"),
    path("leads/<int:lead_id>/profiling/", contacts.profiling, name="contact-profiling"),
    path("leads/<int:lead_id>/deals/new/", deals.new, name="deal-new"),
    path("deals/<int:deal_id>/", deals.edit, name="deal-edit"),
    path("deals/<int:deal_id>/won/", deals.win, name="deal-win"),
    path("deals/<int:deal_id>/reopen/", deals.reopen, name="deal-reopen"),
    path("leads/<int:lead_id>/notes/", notes.add, name="lead-note"),
    path("notes/<int:note_id>/delete/", notes.delete, name="note-delete"),
    path("notes/<int:note_id>/restore/", notes.restore, name="note-restore"),
    path("leads/<int:lead_id>/tags/", notes.tag, name="lead-tag"),
    path("leads/<int:lead_id>/tags/remove/", notes.untag, name="lead-untag"),
    path("follow-ups/<int:follow_up_id>/done/", followups.done, name="follow-up-done"),
    path("follow-ups/<int:follow_up_id>/cancel/", followups.cancel, name="follow-up-cancel"),
    path("follow-ups/<int:follow_up_id>/reopen/", followups.reopen, name="follow-up-reopen"),
]

"""Who may open which address. Written by hand, one line per name and method; nothing writes it for us.

A line names an address (for the few without a name: its route), the method, and what each of these may do:

  nobody      not signed in
  rep         rita, of team North, with a lead of team North
  stranger    sven, a rep of team South, with that lead of team North
  manager     mona, manager of team North
  marketer    maja
  admin       anton, administrator
  privacy     dora, data protection
  key         a program with a key of team North that has the scope the address asks for

  allow   the address answers, whoever the object belongs to
  own     it answers for objects of team North; one of team South is answered exactly like a missing one
  deny    it does not answer: sign in first (nobody), no such page, or not for you
"""

from dataclasses import dataclass

ROLES = ("nobody", "rep", "stranger", "manager", "marketer", "admin", "privacy", "key")

MATRIX = """
# address                       method   nobody  rep    stranger  manager  marketer  admin  privacy  key

# signing in, help, health
login                           GET      allow   allow  allow     allow    allow     allow  allow    allow
logout                          POST     allow   allow  allow     allow    allow     allow  allow    allow
password_reset                  GET      allow   allow  allow     allow    allow     allow  allow    allow
password_reset_done             GET      allow   allow  allow     allow    allow     allow  allow    allow
password_reset_confirm          GET      allow   allow  allow     allow    allow     allow  allow    allow
password_reset_complete         GET      allow   allow  allow     allow    allow     allow  allow    allow
password_change                 GET      deny    allow  allow     allow    allow     allow  allow    deny
profile                         GET      deny    allow  allow     allow    allow     allow  allow    deny
set_language                    POST     allow   allow  allow     allow    allow     allow  allow    allow
help                            GET      deny    allow  allow     allow    allow     allow  allow    deny
notifications                   GET      deny    allow  allow     allow    allow     allow  allow    deny
notifications-read              POST     deny    allow  allow     allow    allow     allow  allow    deny
icons                           GET      allow   allow  allow     allow    allow     allow  allow    allow
healthz                         GET      allow   allow  allow     allow    allow     allow  allow    allow
healthz_live                    GET      allow   allow  allow     allow    allow     allow  allow    allow
healthz_ready                   GET      allow   allow  allow     allow    allow     allow  allow    allow
# from this machine, or with its token: who it is plays no part (tests/ops/test_metrics.py)
metrics                         GET      allow   allow  allow     allow    allow     allow  allow    allow

# the board
board                           GET      deny    allow  allow     allow    allow     allow  allow    deny
board-rows                      GET      deny    allow  allow     allow    allow     allow  allow    deny
board-export                    GET      deny    allow  allow     allow    allow     allow  allow    deny
board-bulk                      POST     deny    own    deny      own      deny      allow  deny     deny
batch-undo                      POST     deny    own    deny      own      deny      allow  deny     deny
board-view-save                 POST     deny    allow  allow     allow    allow     allow  allow    deny
# rita's saved view: hers alone
board-view-change               POST     deny    own    deny      deny     deny      deny   deny     deny
board-view-delete               POST     deny    own    deny      deny     deny      deny   deny     deny
search                          GET      deny    allow  allow     allow    allow     allow  allow    deny
followups                       GET      deny    allow  allow     allow    allow     allow  allow    deny
lead-new                        GET      deny    allow  allow     allow    deny      allow  deny     deny
lead-new                        POST     deny    allow  allow     allow    deny      allow  deny     deny

# reports: everybody sees the numbers of the leads that they see
report                          GET      deny    allow  allow     allow    allow     allow  allow    deny
report-leads                    GET      deny    allow  allow     allow    allow     allow  allow    deny
report-export                   GET      deny    allow  allow     allow    allow     allow  allow    deny

# one lead: reading
lead                            GET      deny    own    deny      own      allow     allow  allow    deny
company                         GET      deny    own    deny      own      allow     allow  allow    deny

# one lead: working
lead-accept                     POST     deny    own    deny      own      deny      allow  deny     deny
lead-reject                     POST     deny    own    deny      own      deny      allow  deny     deny
lead-snooze                     POST     deny    own    deny      own      deny      allow  deny     deny
lead-log-call                   POST     deny    own    deny      own      deny      allow  deny     deny
lead-follow-up                  POST     deny    own    deny      own      deny      allow  deny     deny
lead-assign                     POST     deny    own    deny      own      deny      allow  deny     deny
lead-advance                    POST     deny    own    deny      own      deny      allow  deny     deny
lead-close                      POST     deny    own    deny      own      deny      allow  deny     deny
action-undo                     POST     deny    own    deny      own      deny      allow  deny     deny
deal-new                        GET      deny    own    deny      own      deny      allow  deny     deny
deal-new                        POST     deny    own    deny      own      deny      allow  deny     deny
deal-edit                       GET      deny    own    deny      own      deny      allow  deny     deny
deal-edit                       POST     deny    own    deny      own      deny      allow  deny     deny
deal-win                        POST     deny    own    deny      own      deny      allow  deny     deny
deal-lose                       POST     deny    own    deny      own      deny      allow  deny     deny
deal-reopen                     POST     deny    own    deny      own      deny      allow  deny     deny
lead-note                       POST     deny    own    deny      own      deny      allow  deny     deny
note-delete                     POST     deny    own    deny      own      deny      allow  deny     deny
note-restore                    POST     deny    own    deny      own      deny      allow  deny     deny
lead-tag                        POST     deny    own    deny      own      deny      allow  deny     deny
lead-untag                      POST     deny    own    deny      own      deny      allow  deny     deny
followup-move                   POST     deny    own    deny      own      deny      allow  deny     deny
follow-up-done                  POST     deny    own    deny      own      deny      allow  deny     deny
follow-up-cancel                POST     deny    own    deny      own      deny      allow  deny     deny
follow-up-reopen                POST     deny    own    deny      own      deny      allow  deny     deny
contact-edit                    GET      deny    own    deny      own      deny      allow  deny     deny
contact-edit                    POST     deny    own    deny      own      deny      allow  deny     deny
contact-profiling               POST     deny    deny   deny      own      deny      allow  allow    deny

# imports reach people of every team: for those who see them all
imports                         GET     deny    deny   deny      deny     allow     allow  deny     deny
import-new                      GET     deny    deny   deny      deny     allow     allow  deny     deny
import-new                      POST    deny    deny   deny      deny     allow     allow  deny     deny
import                          GET     deny    deny   deny      deny     allow     allow  deny     deny
import-mapping                  GET     deny    deny   deny      deny     allow     allow  deny     deny
import-mapping                  POST    deny    deny   deny      deny     allow     allow  deny     deny
import-preview                  GET     deny    deny   deny      deny     allow     allow  deny     deny
import-start                    POST    deny    deny   deny      deny     allow     allow  deny     deny
import-discard                  POST    deny    deny   deny      deny     allow     allow  deny     deny
import-progress                 GET     deny    deny   deny      deny     allow     allow  deny     deny
import-cancel                   POST    deny    deny   deny      deny     allow     allow  deny     deny
import-continue                 POST    deny    deny   deny      deny     allow     allow  deny     deny
import-rejected                 GET     deny    deny   deny      deny     allow     allow  deny     deny
import-again                    POST    deny    deny   deny      deny     allow     allow  deny     deny
import-undo                     GET     deny    deny   deny      deny     allow     allow  deny     deny
import-undo                     POST    deny    deny   deny      deny     allow     allow  deny     deny
import-scores                   GET     deny    deny   deny      deny     allow     allow  deny     deny

# the API: sessions count for nothing, keys for their scope and team
api:openapi-json                GET      allow   allow  allow     allow    allow     allow  allow    allow
api:openapi-view                GET      allow   allow  allow     allow    allow     allow  allow    allow
api:api-root                    GET      deny    deny   deny      deny     deny      deny   deny     deny
api:events                      POST     deny    deny   deny      deny     deny      deny   deny     allow
api:events-batch                POST     deny    deny   deny      deny     deny      deny   deny     allow
api:leads                       GET      deny    deny   deny      deny     deny      deny   deny     allow
api:leads                       POST     deny    deny   deny      deny     deny      deny   deny     allow
api:leads-bulk                  POST     deny    deny   deny      deny     deny      deny   deny     allow
api:leads-stage                 POST     deny    deny   deny      deny     deny      deny   deny     own
api:lead                        GET      deny    deny   deny      deny     deny      deny   deny     own
api:lead                        PATCH    deny    deny   deny      deny     deny      deny   deny     own
api:lead-score                  GET      deny    deny   deny      deny     deny      deny   deny     own
api:lead-stage                  POST     deny    deny   deny      deny     deny      deny   deny     own
api:contacts                    GET      deny    deny   deny      deny     deny      deny   deny     allow
api:contacts                    POST     deny    deny   deny      deny     deny      deny   deny     own
api:contacts-bulk               POST     deny    deny   deny      deny     deny      deny   deny     own
api:contact                     GET      deny    deny   deny      deny     deny      deny   deny     own
api:contact                     PATCH    deny    deny   deny      deny     deny      deny   deny     own
api:companies                   GET      deny    deny   deny      deny     deny      deny   deny     allow
api:companies                   POST     deny    deny   deny      deny     deny      deny   deny     own
api:companies-bulk              POST     deny    deny   deny      deny     deny      deny   deny     own
api:company                     GET      deny    deny   deny      deny     deny      deny   deny     own
api:company                     PATCH    deny    deny   deny      deny     deny      deny   deny     own
api:deals                       GET      deny    deny   deny      deny     deny      deny   deny     allow
api:deals                       POST     deny    deny   deny      deny     deny      deny   deny     own
api:deals-bulk                  POST     deny    deny   deny      deny     deny      deny   deny     own
api:deal                        GET      deny    deny   deny      deny     deny      deny   deny     own
api:deal                        PATCH    deny    deny   deny      deny     deny      deny   deny     own
api:deal-win                    POST     deny    deny   deny      deny     deny      deny   deny     own
api:deal-lose                   POST     deny    deny   deny      deny     deny      deny   deny     own
api:follow-ups                  GET      deny    deny   deny      deny     deny      deny   deny     allow
api:follow-ups                  POST     deny    deny   deny      deny     deny      deny   deny     own
api:follow-ups-bulk             POST     deny    deny   deny      deny     deny      deny   deny     own
api:follow-up                   GET      deny    deny   deny      deny     deny      deny   deny     own
api:follow-up                   PATCH    deny    deny   deny      deny     deny      deny   deny     own
api:notes                       GET      deny    deny   deny      deny     deny      deny   deny     allow
api:notes                       POST     deny    deny   deny      deny     deny      deny   deny     own
api:notes-bulk                  POST     deny    deny   deny      deny     deny      deny   deny     own
api:note                        GET      deny    deny   deny      deny     deny      deny   deny     own
api:products                    GET      deny    deny   deny      deny     deny      deny   deny     allow
api:product                     GET      deny    deny   deny      deny     deny      deny   deny     allow
# products are everybody's: a key of a team reads them only
api:product                     PUT      deny    deny   deny      deny     deny      deny   deny     deny
# whatever else is below the address of the API
api-missing                     GET      deny    deny   deny      deny     deny      deny   deny     deny
"""

# The admin is for marketers and administrators. Everybody else is denied every line of it, so these lines name only the two.
ADMIN = """
# address                                          method  marketer  admin

admin:index                                        GET     allow     allow
# the one sign-in page is /login/; the admin's leads there, or to the index (as does signing out for those it does not know)
admin:login                                        GET     deny      deny
admin:logout                                       POST    allow     allow
admin:password_change                              GET     allow     allow
admin:password_change_done                         GET     allow     allow
admin:autocomplete                                 GET     allow     allow
admin:jsi18n                                       GET     allow     allow
admin:app_list                                     GET     allow     allow
# nothing of ours has a page of its own outside the admin that this could lead to
admin:view_on_site                                 GET     deny      deny
admin/(?P<url>.*)$                                 GET     deny      deny

# the scorecard
admin:scoring_scorecard_changelist                 GET     allow     allow
admin:scoring_scorecard_changelist                 POST    allow     allow
admin:scoring_scorecard_progress                   GET     allow     allow
admin:scoring_scorecard_history                    GET     allow     allow
admin:scoring_scorecard_change                     GET     allow     allow
admin:scoring_scorecard_rollback                   POST    allow     allow
admin:leads_signal_changelist                      GET     allow     allow
admin:leads_signal_add                             GET     allow     allow
admin:leads_signal_change                          GET     allow     allow
admin:leads_signal_change                          POST    allow     allow
admin:leads_signal_history                         GET     allow     allow
admin:leads_signal_delete                          GET     allow     allow
admin/leads/signal/<path:object_id>/               GET     allow     allow

# custom fields hold values, so they are not deleted
admin:leads_customfield_changelist                 GET     allow     allow
admin:leads_customfield_add                        GET     allow     allow
admin:leads_customfield_change                     GET     allow     allow
admin:leads_customfield_change                     POST    allow     allow
admin:leads_customfield_history                    GET     allow     allow
admin:leads_customfield_delete                     GET     deny      deny
admin/leads/customfield/<path:object_id>/          GET     allow     allow

# where leads come from
admin:leads_source_changelist                      GET     allow     allow
admin:leads_source_add                             GET     allow     allow
admin:leads_source_change                          GET     allow     allow
admin:leads_source_change                          POST    allow     allow
admin:leads_source_history                         GET     allow     allow
admin:leads_source_delete                          GET     allow     allow
admin/leads/source/<path:object_id>/               GET     allow     allow
admin:leads_product_changelist                     GET     allow     allow
admin:leads_product_add                            GET     allow     allow
admin:leads_product_change                         GET     allow     allow
admin:leads_product_change                         POST    allow     allow
admin:leads_product_history                        GET     allow     allow
admin:leads_product_delete                         GET     allow     allow
admin/leads/product/<path:object_id>/              GET     allow     allow
admin:leads_campaign_changelist                    GET     allow     allow
admin:leads_campaign_add                           GET     allow     allow
admin:leads_campaign_change                        GET     allow     allow
admin:leads_campaign_change                        POST    allow     allow
admin:leads_campaign_history                       GET     allow     allow
admin:leads_campaign_delete                        GET     allow     allow
admin/leads/campaign/<path:object_id>/             GET     allow     allow

# accounts and teams are the administrators'; accounts are switched off, not deleted
admin:leads_user_changelist                        GET     deny      allow
admin:leads_user_add                               GET     deny      allow
admin:leads_user_change                            GET     deny      allow
admin:leads_user_change                            POST    deny      allow
admin:leads_user_history                           GET     deny      allow
admin:leads_user_delete                            GET     deny      deny
admin:leads_user_link                              POST    deny      allow
admin:auth_user_password_change                    GET     deny      allow
admin/leads/user/<path:object_id>/                 GET     deny      allow
admin:leads_team_changelist                        GET     allow     allow
admin:leads_team_add                               GET     deny      allow
admin:leads_team_change                            GET     allow     allow
admin:leads_team_change                            POST    deny      allow
admin:leads_team_history                           GET     allow     allow
admin:leads_team_delete                            GET     deny      allow
admin/leads/team/<path:object_id>/                 GET     allow     allow

# keys are revoked, not deleted
admin:leads_apikey_changelist                      GET     allow     allow
admin:leads_apikey_add                             GET     allow     allow
admin:leads_apikey_change                          GET     allow     allow
admin:leads_apikey_history                         GET     allow     allow
admin:leads_apikey_delete                          GET     deny      deny
admin/leads/apikey/<path:object_id>/               GET     allow     allow

# people and companies: corrected by administrators; they come in through intake and go by erasure
admin:leads_contact_changelist                     GET     allow     allow
admin:leads_contact_add                            GET     deny      deny
admin:leads_contact_change                         GET     allow     allow
admin:leads_contact_change                         POST    deny      allow
admin:leads_contact_history                        GET     allow     allow
admin:leads_contact_delete                         GET     deny      deny
admin/leads/contact/<path:object_id>/              GET     allow     allow
admin:leads_company_changelist                     GET     allow     allow
admin:leads_company_add                            GET     deny      deny
admin:leads_company_change                         GET     allow     allow
admin:leads_company_change                         POST    deny      allow
admin:leads_company_history                        GET     allow     allow
admin:leads_company_delete                         GET     deny      deny
admin/leads/company/<path:object_id>/              GET     allow     allow

# records: read by both, written by nobody
admin:leads_duplicatepair_changelist               GET     allow     allow
admin:leads_duplicatepair_add                      GET     deny      deny
admin:leads_duplicatepair_change                   GET     allow     allow
admin:leads_duplicatepair_change                   POST    deny      deny
admin:leads_duplicatepair_history                  GET     allow     allow
admin:leads_duplicatepair_delete                   GET     deny      deny
admin/leads/duplicatepair/<path:object_id>/        GET     allow     allow
admin:leads_interaction_changelist                 GET     allow     allow
admin:leads_interaction_add                        GET     deny      deny
admin:leads_interaction_change                     GET     allow     allow
admin:leads_interaction_change                     POST    deny      deny
admin:leads_interaction_history                    GET     allow     allow
admin:leads_interaction_delete                     GET     deny      deny
admin/leads/interaction/<path:object_id>/          GET     allow     allow
admin:leads_stagechange_changelist                 GET     allow     allow
admin:leads_stagechange_add                        GET     deny      deny
admin:leads_stagechange_change                     GET     allow     allow
admin:leads_stagechange_change                     POST    deny      deny
admin:leads_stagechange_history                    GET     allow     allow
admin:leads_stagechange_delete                     GET     deny      deny
admin/leads/stagechange/<path:object_id>/          GET     allow     allow
admin:leads_deal_changelist                        GET     allow     allow
admin:leads_deal_add                               GET     deny      deny
admin:leads_deal_change                            GET     allow     allow
admin:leads_deal_change                            POST    deny      deny
admin:leads_deal_history                           GET     allow     allow
admin:leads_deal_delete                            GET     deny      deny
admin/leads/deal/<path:object_id>/                 GET     allow     allow
admin:leads_fieldchange_changelist                 GET     allow     allow
admin:leads_fieldchange_add                        GET     deny      deny
admin:leads_fieldchange_change                     GET     allow     allow
admin:leads_fieldchange_change                     POST    deny      deny
admin:leads_fieldchange_history                    GET     allow     allow
admin:leads_fieldchange_delete                     GET     deny      deny
admin/leads/fieldchange/<path:object_id>/          GET     allow     allow
admin:leads_consentevent_changelist                GET     allow     allow
admin:leads_consentevent_add                       GET     deny      deny
admin:leads_consentevent_change                    GET     allow     allow
admin:leads_consentevent_change                    POST    deny      deny
admin:leads_consentevent_history                   GET     allow     allow
admin:leads_consentevent_delete                    GET     deny      deny
admin/leads/consentevent/<path:object_id>/         GET     allow     allow
admin:leads_suppression_changelist                 GET     allow     allow
admin:leads_suppression_add                        GET     deny      deny
admin:leads_suppression_change                     GET     allow     allow
admin:leads_suppression_change                     POST    deny      deny
admin:leads_suppression_history                    GET     allow     allow
admin:leads_suppression_delete                     GET     deny      deny
admin/leads/suppression/<path:object_id>/          GET     allow     allow
admin:leads_importrun_changelist                   GET     allow     allow
admin:leads_importrun_add                          GET     deny      deny
admin:leads_importrun_change                       GET     allow     allow
admin:leads_importrun_change                       POST    deny      deny
admin:leads_importrun_history                      GET     allow     allow
admin:leads_importrun_delete                       GET     deny      deny
admin/leads/importrun/<path:object_id>/            GET     allow     allow
admin:scoring_score_changelist                     GET     allow     allow
admin:scoring_score_add                            GET     deny      deny
admin:scoring_score_change                         GET     allow     allow
admin:scoring_score_change                         POST    deny      deny
admin:scoring_score_history                        GET     allow     allow
admin:scoring_score_delete                         GET     deny      deny
admin/scoring/score/<path:object_id>/              GET     allow     allow
"""


@dataclass(frozen=True)
class Line:
    """One line: the address, the method, and role → verdict."""

    address: str
    method: str
    verdicts: dict

    def __str__(self):
        return f"{self.method} {self.address}"


def lines():
    """All lines of both tables."""
    found = []
    for words in _rows(MATRIX):
        found.append(Line(words[0], words[1], dict(zip(ROLES, words[2:], strict=True))))
    for address, method, marketer, admin in _rows(ADMIN):
        found.append(Line(address, method, dict.fromkeys(ROLES, "deny") | {"marketer": marketer, "admin": admin}))
    return found


def _rows(table):
    return [line.split() for line in table.splitlines() if line.strip() and not line.startswith("#")]

"""Addresses of the board, the lead page and the actions on a lead."""

from django.urls import include, path

from scoring.web import actions, agenda, board, boardviews, bulk, imports, reports, search

urlpatterns = [
    path("", include("scoring.web.lead_urls")),
    path("", board.board_page, name="board"),
    path("board/rows/", board.board_rows, name="board-rows"),
    path("board/export/", board.board_export, name="board-export"),
    path("board/bulk/", bulk.bulk, name="board-bulk"),
    path("board/bulk/<uuid:batch>/undo/", bulk.undo, name="batch-undo"),
    path("board/views/", boardviews.save, name="board-view-save"),
    path("board/views/<int:view_id>/", boardviews.change, name="board-view-change"),
    path("board/views/<int:view_id>/delete/", boardviews.delete, name="board-view-delete"),
    path("followups/", agenda.followups_page, name="followups"),
    path("followups/<int:follow_up_id>/move/", agenda.move, name="followup-move"),
    path("imports/<int:run_id>/scores/", imports.import_scores, name="import-scores"),
    path("reports/conversion/", reports.conversion_page, name="report"),
    path("reports/conversion/leads/", reports.conversion_leads, name="report-leads"),
    path("reports/conversion/export/", reports.conversion_export, name="report-export"),
    path("search/", search.search_page, name="search"),
    path("leads/<int:lead_id>/accept/", actions.accept, name="lead-accept"),
    path("leads/<int:lead_id>/reject/", actions.reject, name="lead-reject"),
    path("leads/<int:lead_id>/snooze/", actions.snooze, name="lead-snooze"),
    path("leads/<int:lead_id>/log-call/", actions.log_call, name="lead-log-call"),
    path("leads/<int:lead_id>/follow-up/", actions.follow_up, name="lead-follow-up"),
    path("leads/<int:lead_id>/assign/", actions.assign, name="lead-assign"),
    path("leads/<int:lead_id>/advance/", actions.advance, name="lead-advance"),
    path("leads/<int:lead_id>/close/", actions.close, name="lead-close"),
    path("actions/<uuid:action_id>/undo/", actions.undo, name="action-undo"),
]

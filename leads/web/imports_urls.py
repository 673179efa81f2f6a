"""Addresses of imports."""

from django.urls import path

from leads.web import imports, imports_draft

urlpatterns = [
    path("imports/", imports.imports_page, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<int:run_id>/", imports.run_page, name="import"),
    path("imports/<int:run_id>/mapping/", imports_draft.mapping_page, name="import-mapping"),
    path("imports/<int:run_id>/preview/", imports_draft.preview_page, name="import-preview"),
    path("imports/<int:run_id>/start/", imports.start, name="import-start"),
    path("imports/<int:run_id>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:run_id>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:run_id>/cancel/", imports.cancel, name="import-cancel"),
    path("imports/<int:run_id>/continue/", imports.go_on, name="import-continue"),
    path("imports/<int:run_id>/rejected/", imports.rejected, name="import-rejected"),
    path("imports/<int:run_id>/again/", imports.again, name="import-again"),
    path("imports/<int:run_id>/undo/", imports.undo, name="import-undo"),
]

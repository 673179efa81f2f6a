"""The REST API: one document and one docs page over the routers of all apps."""

from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError

from leads.api.events import router as events
from leads.api.schemas import BatchIn, EventIn
from scoring.api.leads import router as leads


class _Api(NinjaAPI):
    """Adds the schemas of bodies that operations read by themselves."""

    def get_openapi_schema(self, **kwargs):
        schema = super().get_openapi_schema(**kwargs)
        known = schema.setdefault("components", {}).setdefault("schemas", {})
        for model in (EventIn, BatchIn):
            document = model.model_json_schema(ref_template="#/components/schemas/{model}")
            known.update(document.pop("$defs", {}))
            known[model.__name__] = document
        return schema


api = _Api(
    title="Vorsprung",
    version="1",
    description="Send what people do, read the leads and their scores. Every request carries `Authorization: Bearer <key>`.",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
)
api.add_router("", events)
api.add_router("", leads)


@api.exception_handler(AuthenticationError)
def unauthorised(request, error):
    """401, and how to do better."""
    detail = error.message if error.message != "Unauthorized" else _("Send your key as: Authorization: Bearer <key>")
    response = api.create_response(request, {"detail": detail}, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="Vorsprung"'
    return response

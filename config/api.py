"""The REST API: one document and one docs page over the routers of all apps."""

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from config import apidocs
from leads.api import companies, contacts, events, followups, notes, problems, products, writing
from leads.api.schemas import BatchIn, EventIn
from scoring.api import deals, work


class _Document(OpenAPISchema):
    """Names the scope that each operation asks for, and the bodies that operations read by themselves."""

    def operation_security(self, operation):
        super().operation_security(operation)
        return [{type(auth).__name__: [auth.scope.value]} for auth in operation.auth_callbacks] or None

    def get_components(self):
        components = super().get_components()
        for model in (EventIn, BatchIn, *writing.BODIES.values()):
            document = model.model_json_schema(ref_template="#/components/schemas/{model}")
            components["schemas"].update(document.pop("$defs", {}))
            components["schemas"][model.__name__] = document
        return components


class _Api(NinjaAPI):
    def get_openapi_schema(self, *, path_prefix=None, path_params=None):
        prefix = path_prefix or self.get_root_path(path_params or {})
        return _Document(self, prefix)


api = _Api(
    title="Vorsprung",
    version="1",
    description="Send what people do, read and write leads, and read their scores.",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
    docs=apidocs.Page(),
)
for module in (events, work, contacts, companies, deals, followups, notes, products):
    api.add_router("", module.router)


@api.exception_handler(AuthenticationError)
def unauthorised(request, error):
    """401, and how to do better."""
    detail = error.message if error.message != "Unauthorized" else _("Send your key as: Authorization: Bearer <key>")
    response = api.create_response(request, {"detail": detail}, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="Vorsprung"'
    return response


@api.exception_handler(HttpError)
def refused(request, error):
    """Any other refusal: what is wrong, and with which field or for how long, if that is known."""
    body = {"detail": error.message}
    if isinstance(error, problems.Refused):
        body["field"] = error.field
    response = api.create_response(request, body, status=error.status_code)
    if isinstance(error, problems.TooMany):
        response["Retry-After"] = str(error.wait)
    return response


@api.exception_handler(ValidationError)
def invalid(request, error):
    """422 for a parameter of the address."""
    first = error.errors[0]
    return refused(request, problems.Refused(str(first["loc"][-1])[:60], first["msg"]))


@csrf_exempt  # it changes nothing; with the check, a program's write to a wrong address got a page about cookies
def missing(request):
    """404 for every address below the API that is none."""
    return JsonResponse({"detail": _("There is no such address.")}, status=404)

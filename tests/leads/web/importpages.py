"""How tests go through the pages of an import, as a browser would."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from leads.importing import background
from leads.models import ImportRun

ROWS = (
    "Id,Email,Vorname,Firma,Budget,Status\n"
    "1,a@firma.example,Anna,Firma,5,Won\n"
    "2,b@firma.example,Bert,Firma,6,\n"
    "3,wrong,Carl,Other,7,Lost\n"
)


def file(text=ROWS, name="leads.csv"):
    return SimpleUploadedFile(name, text.encode())


def upload(client, text=ROWS, *, name="leads.csv", kind="leads", knows=""):
    response = client.post("/imports/new/", {"file": file(text, name), "kind": kind, "knows": knows})
    assert response.status_code == 302, response.content.decode()
    return ImportRun.objects.latest("id")


def at(name, run):
    return reverse(name, args=[run.pk])


def entered(client, run, **changes):
    """What a browser sends for the mapping page as it was drawn, with some fields changed."""
    page = client.get(at("import-mapping", run))
    form = page.context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    data |= {f"column-{line.number}": line.chosen for line in page.context["lines"]}
    return data | {
        name.replace("_", "-") if name.startswith(("column_", "sales_")) else name: value
        for name, value in changes.items()
    }


def upload_of(client, path):
    client.post(
        "/imports/new/", {"file": SimpleUploadedFile(path.name, path.read_bytes()), "kind": "leads", "knows": ""}
    )
    return ImportRun.objects.latest("id")


def mapped(client, run, **changes):
    return client.post(at("import-mapping", run), entered(client, run, **changes))


def imported(client, text=ROWS, **changes):
    run = upload(client, text)
    assert mapped(client, run, **changes).status_code == 302
    client.post(at("import-start", run))
    work_off()
    run.refresh_from_db()
    return run


def work_off():
    while background.advance(now=timezone.now()):
        pass


def shown(client, name, run):
    return client.get(at(name, run)).content.decode()

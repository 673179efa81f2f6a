"""`/products`: what leads may buy. Everybody shares them, so only a key without a team keeps them."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from ninja.errors import HttpError

from leads import origins
from leads.api import pages, problems, writing
from leads.api.inputs import ProductIn
from leads.api.outputs import ProductOut, ProductsOut
from leads.apikeys import Scope
from leads.models import Product

Key = Annotated[str, Path(pattern=r"^[-a-zA-Z0-9_]+$")]

router = Router(tags=["Products"])


class Wanted(pages.Wanted):
    """Which products."""

    status: Literal["active", "retired", "all"] = "all"


@router.get("/products", **writing.reads(Scope.PRODUCTS_READ, ProductsOut, is_list=True), url_name="products",
            summary="List products", operation_id="list_products")  # fmt: skip
def list_products(request, wanted: Query[Wanted]):
    """All products, page by page."""
    found = Product.objects.all()
    if wanted.status != "all":
        found = found.filter(is_active=wanted.status == "active")
    page, following = pages.page(request, wanted, found)
    return writing.listed(ProductsOut, products=page, next=following)


@router.get("/products/{slug:key}", **writing.reads(Scope.PRODUCTS_READ, ProductOut), url_name="product",
            summary="Read a product", operation_id="read_product")  # fmt: skip
def read_product(request, key: Key):
    """One product, by its key."""
    return writing.shown(_out(key))


@router.put("/products/{slug:key}", **writing.writes(Scope.PRODUCTS_WRITE, ProductIn, ProductOut, status=(200, 201),
            is_change=True), url_name="product", summary="Add a product, or change it", operation_id="save_product")  # fmt: skip
def save_product(request, key: Key):
    """201 for a new key, 200 for one that is known. A product that is not active any more cannot be chosen."""
    if request.auth.team_id is not None:
        raise HttpError(403, _("Only a key without a team can change products."))

    def save(given, *, now):
        known = Product.objects.select_for_update().filter(slug=key).first()
        if known is not None:
            writing.check_unchanged(request, ProductOut.from_orm(known))
        product = origins.save_product(key=key, name=given.name, is_active=given.is_active)
        return 200 if known else 201, ProductOut.from_orm(product)

    return writing.once(request, ProductIn, save)


def _out(key):
    product = Product.objects.filter(slug=key).first()
    if product is None:
        raise problems.missing()
    return ProductOut.from_orm(product)

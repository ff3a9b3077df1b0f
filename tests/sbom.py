"""软件物料清单 (SBOM): what the program is made of, as CycloneDX JSON, from the locks that the set-up reads: `make sbom`.

The same locks give the same bytes: no time and no number of its own. Licences are those that the packages say of themselves where they are
installed; what is locked for other systems alone has none here.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": "requirements.lock", "sign": "requirements-sign.lock", "test": "requirements-test.lock"}
_SPDX = re.compile(r"[A-Za-z0-9.+-]+")
_OF_CLASSIFIER = {
    "MIT License": "MIT", "MIT No Attribution License (MIT-0)": "MIT-0", "BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "ISC License (ISCL)": "ISC", "Python Software Foundation License": "PSF-2.0",
}  # fmt: skip


def packages(lock: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Name, version, for which systems alone (or nothing), and the SHA-256 of every file that may be taken."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    for found in re.finditer(r"^([a-z0-9-]+)==([^ ;]+)(?: ; ([^\\]+?))? \\\n((?:    --hash=.*\n?)+)", text, flags=re.M):
        yield found[1], found[2], found[3] or "", sorted(re.findall(r"sha256:([0-9a-f]{64})", found[4]))


def licence(name: str) -> list[dict[str, Any]]:
    """What an installed package says of its licence: an expression, else a name."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return []
    if said := about.get("License-Expression"):
        return [{"expression": said}]
    titles = sorted(one.rsplit(" :: ", 1)[1] for one in about.get_all("Classifier") or () if one.startswith("License :: ") and one.count("::") > 1)
    said = (about.get("License") or "").strip().split("\n")[0]  # some put all of its text there
    if said and (len(said) <= 40 or not titles):
        said = _OF_CLASSIFIER.get(said, said)
        return [{"license": {"id": said} if said in _OF_CLASSIFIER.values() else {"name": said}}]
    return [{"license": {"id": _OF_CLASSIFIER[one]} if one in _OF_CLASSIFIER else {"name": one}} for one in titles]


def static(section: str) -> Iterator[dict[str, Any]]:
    """What the pages load (docker/static.txt), with the digest by which it is taken."""
    text = (ROOT / "docker" / "static.txt").read_text(encoding="utf-8")
    body = re.split(r"^\[(\w+)\].*$", text, flags=re.M)
    for line in body[body.index(section) + 1].splitlines():
        if line.strip() and not line.startswith("#"):
            name, version, integrity = line.split()[:3]
            digest = base64.b64decode(integrity.removeprefix("sha512-")).hex()
            purl = f"pkg:npm/{name}@{version}"
            hashes = [{"alg": "SHA-512", "content": digest}]
            yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "hashes": hashes}


def bill(which: str = "run") -> dict[str, Any]:
    """The list: `run` what serves, `sign` what signs letters too, `test` what tests it too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    components = []
    for name, version, only, digests in packages(LOCKS[which]):
        purl = f"pkg:pypi/{name}@{version}"
        one: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        one["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in digests]
        if known := licence(name):
            one["licenses"] = known
        if only:
            one["properties"] = [{"name": "gongkai:only-where", "value": only}]
        components.append(one)
    components += static("static")
    if which == "test":
        components += static("test")
    itself = {
        "type": "application", "bom-ref": "gongkai", "name": project["name"], "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }  # fmt: skip
    refs = sorted(one["bom-ref"] for one in components)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": itself},
        "components": sorted(components, key=lambda one: str(one["bom-ref"])), "dependencies": [{"ref": "gongkai", "dependsOn": refs}],
    }  # fmt: skip


def written(which: str = "run") -> str:
    """The list as text."""
    return json.dumps(bill(which), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written(*sys.argv[1:2]))

"""The Dockerfile without an engine: its steps in a clean folder, then its command, until its health check passes.

`python tests/docker_steps.py` does all of it, from the packages on; the test keeps the fonts that are there already.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "docker" / "Dockerfile"


@dataclass(frozen=True)
class Step:
    """One instruction: its stage (0 builds, 1 runs), its word, and what follows the word."""

    stage: int
    word: str
    rest: str

    @property
    def copied(self) -> tuple[list[str], str]:
        """What a COPY takes from the project's folder, and where to."""
        *sources, target = [part for part in shlex.split(self.rest) if not part.startswith("--")]
        return sources, target


def steps() -> list[Step]:
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.M)
    lines = [line.split(None, 1) for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    stage, found = -1, []
    for word, rest in lines:
        stage += word == "FROM"
        found.append(Step(stage, word, rest))
    return found


def one(word: str) -> str:
    """What follows `word` where the container is made to run (the last stage)."""
    (rest,) = (step.rest for step in steps() if step.word == word and step.stage == 1)
    return rest


def command() -> list[str]:
    return [*json.loads(one("ENTRYPOINT")), *json.loads(one("CMD"))]


def health() -> list[str]:
    return list(json.loads(one("HEALTHCHECK").split("CMD", 1)[1]))


def ignored(path: str) -> bool:
    """Whether the .dockerignore keeps this path out of the build."""
    out = False
    lines = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    parts = path.split("/")
    prefixes = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for line in filter(None, (line.partition("#")[0].strip() for line in lines)):
        pattern, keep = line.lstrip("!"), line.startswith("!")
        names = parts if pattern.startswith("**/") else prefixes
        if any(fnmatch.fnmatchcase(name, pattern.removeprefix("**/")) for name in names):
            out = not keep
    return out


def copy(step: Step, app: Path) -> None:
    sources, target = step.copied
    for source in sources:
        for file in sorted(path for path in [ROOT / source, *(ROOT / source).rglob("*")] if path.is_file()):
            name = str(file.relative_to(ROOT))
            if ignored(name):
                continue
            below = file.relative_to(ROOT / source) if (ROOT / source).is_dir() else Path(file.name)
            (app / target / below).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, app / target / below)


def build(app: Path) -> None:
    for step in (step for step in steps() if step.stage == 0):
        print("==", step.word, step.rest, flush=True)
        if step.word == "COPY":
            copy(step, app)
        if step.word == "RUN":
            subprocess.run(["bash", "-c", step.rest], cwd=app, check=True, stdin=subprocess.DEVNULL)


def serve_until_healthy(app: Path, port: int, seconds: float = 120) -> None:
    """The container's command, on an empty SQLite office, until its own health check says yes."""

    def here(words: list[str]) -> list[str]:
        # 0.0.0.0 is for the container's own network: here the server listens to this machine only.
        swaps = {"/app/": f"{app}/", "8000": str(port), "0.0.0.0": "127.0.0.1"}
        for old, new in swaps.items():
            words = [word.replace(old, new) for word in words]
        return words

    with tempfile.TemporaryDirectory() as data:
        # An office names its hosts; the container's own check asks by the machine's address all the same.
        environment = {**os.environ, "DATA_DIR": data, "ALLOWED_HOSTS": "gongkai.example"}
        environment.pop("DATABASE_URL", None)
        server = subprocess.Popen(here(command()), cwd=app, env=environment, stdin=subprocess.DEVNULL)
        try:
            until = time.monotonic() + seconds
            while subprocess.run(here(health()), capture_output=True, check=False).returncode != 0:
                assert server.poll() is None, "the server ended by itself"
                assert time.monotonic() < until, "not healthy in time"
                time.sleep(0.5)
        finally:
            server.terminate()
            code = server.wait(seconds)
        assert code == 0, f"SIGTERM should end it with 0, not {code}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        serve_until_healthy(Path(folder), port=int(os.environ.get("PORT", "8765")))
    print("the image's steps and its command work", file=sys.stderr)


if __name__ == "__main__":
    main()

"""What can be known of docker/ without an engine to run it."""

from __future__ import annotations

import re
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conftest import free_port
from tests.docker_steps import ROOT, build, command, health, ignored, one, serve_until_healthy, steps

COMPOSE = YAML(typ="safe").load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
SETUP = (ROOT / "docker" / "setup.sh").read_text(encoding="utf-8")
PACKAGES = (ROOT / "docker" / "packages.txt").read_text(encoding="utf-8")


def section(name: str) -> list[list[str]]:
    text = re.sub(r"#.*", "", PACKAGES)
    body = re.split(r"^\[(\w+)\]\s*$", text, flags=re.M)
    return [line.split() for line in body[body.index(name) + 1].splitlines() if line.strip()]


# ---------------------------------------------------------------- the list of packages


def test_the_list_of_packages_has_the_sections_that_the_setup_reads() -> None:
    assert re.findall(r"^\[(\w+)\]", PACKAGES, flags=re.M) == ["system", "ocr", "fonts", "test"]
    assert set(re.findall(r"\$\(section (\w+)\)", SETUP)) == {"system", "ocr", "fonts", "test"}


def test_no_package_is_named_twice() -> None:
    names = [line[0] for part in ("system", "ocr", "fonts", "test") for line in section(part)]
    assert len(names) == len(set(names))


def test_packages_are_installed_from_the_list_and_nowhere_else() -> None:
    """Only .ci/run names one by itself: make, which everything else needs first."""
    for path in [ROOT / "Makefile", *(ROOT / "docker").iterdir(), *(ROOT / ".ci").iterdir()]:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        installs = re.findall(r"apt(?:-get)? install ((?:-\S+ )*)([^;\"\n]*)", text)
        expected = {"setup.sh": {"${missing[*]}"}, "run": {"make"}}
        assert {packages.strip() for _, packages in installs} == expected.get(path.name, set()), path


FONTS = ROOT / "letters" / "fonts"


def test_every_font_on_the_list_is_there() -> None:
    missing = [file for _, *files in section("fonts") for file in files if not (FONTS / file).is_file()]
    assert not missing, f"run `make setup`: {missing}"


# ---------------------------------------------------------------- Dockerfile


@pytest.mark.parametrize("step", [s for s in steps() if s.word == "COPY" and "--from" not in s.rest], ids=str)
def test_what_is_copied_exists_and_is_not_ignored(step) -> None:
    for source in step.copied[0]:
        assert (ROOT / source).exists(), source
        assert not ignored(source), source


def test_nothing_private_or_large_enters_the_build() -> None:
    for path in ("data/gongkai.db", ".git/config", ".venv/bin/python", "docker/secrets/database_url", "docker/office/smtp_url",
                 "letters/fonts/BabelStoneHan.ttf", "tests/test_docker.py"):
        assert ignored(path), path


def test_the_project_s_packages_are_all_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    copied = {source for s in steps() if s.word == "COPY" and s.stage == 0 for source in s.copied[0]}
    assert copied >= set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert "gongkai" in project["project"]["scripts"]


def test_the_steps_are_steps_of_the_setup() -> None:
    called = [name for s in steps() if s.word == "RUN" for name in re.findall(r"docker/setup\.sh (\w+)", s.rest)]
    assert called == ["system", "fonts", "wheels", "static", "project", "system"]
    offered = set(re.findall(r"^    ([a-z]+)\)", SETUP, flags=re.M))
    assert set(called) <= offered


def test_the_image_and_the_bundle_bring_what_signs_letters() -> None:
    """On a machine without a network it could not be added."""
    docker = {name: (ROOT / "docker" / name).read_text(encoding="utf-8") for name in ("install.sh", "bundle.sh")}
    assert re.search(r"^    wheels\) wheels requirements-sign\.lock ;;", SETUP, flags=re.M)
    assert re.search(r"^bash docker/setup\.sh sign$", docker["install.sh"], flags=re.M) and "-r requirements-sign.lock -d" in docker["bundle.sh"]


def test_it_runs_as_an_ordinary_user_who_owns_the_data_alone() -> None:
    words = [step.word for step in steps() if step.stage == 1]
    assert one("USER") == "gongkai"
    assert one("VOLUME") == "/data"
    assert words.index("USER") > words.index("COPY")
    assert not [step for step in steps() if step.word in {"COPY", "ADD"} and "--chown" in step.rest]
    assert re.search(rf"useradd --uid [1-9]\d+ .*--home-dir /data .*{one('USER')} ", str(steps()))


def test_no_secret_stands_in_the_image() -> None:
    text = " ".join(step.rest for step in steps() if step.word in {"ENV", "ARG", "LABEL"})
    assert not re.search(r"PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL", text)


def test_the_command_and_the_health_check_exist() -> None:
    from api.cli import gongkai

    assert command()[0] == "/app/.venv/bin/gongkai"
    assert command()[1] in gongkai.commands
    options = {name for parameter in gongkai.commands[command()[1]].params for name in parameter.opts}
    assert {word for word in command()[2:] if word.startswith("--")} <= options
    assert health()[0] == "/app/.venv/bin/python"
    assert "/health/ready" in health()[2]
    assert f":{one('EXPOSE')}/" in health()[2]


@pytest.mark.slow
def test_the_steps_and_the_command_work_in_a_clean_folder(tmp_path: Path) -> None:
    """The build's steps as they stand, then the container's command until its health check says yes."""
    fonts = tmp_path / "letters" / "fonts"
    fonts.mkdir(parents=True)
    for file in (ROOT / "letters" / "fonts").iterdir():
        (fonts / file.name).symlink_to(file)  # 150 MB need not be fetched again: that step finds them there
    build(tmp_path)
    with free_port() as port:
        serve_until_healthy(tmp_path, port)


# ---------------------------------------------------------------- compose.yaml


def test_compose_names_only_what_it_defines() -> None:
    for name, service in COMPOSE["services"].items():
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"]), name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / "docker" / source).exists() or source == "./office", volume


def test_compose_builds_this_dockerfile_and_waits_for_a_healthy_database() -> None:
    app, database = COMPOSE["services"]["app"], COMPOSE["services"]["db"]
    context = (ROOT / "docker" / app["build"]["context"]).resolve()
    assert context == ROOT
    assert (context / app["build"]["dockerfile"]).is_file()
    assert app["depends_on"]["db"]["condition"] == "service_healthy"
    assert "pg_isready" in database["healthcheck"]["test"][1]
    assert app["ports"] == [f"127.0.0.1:${{PORT:-8000}}:{one('EXPOSE')}"]
    assert app["volumes"][0].split(":")[1] == one("VOLUME")


FIXED = {"DATA_DIR", "HOST", "PORT"}
"""What the image itself says: where its volume is, and how it is reached."""


def test_compose_passes_on_every_setting_and_changes_no_default_but_the_proxies_it_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    from api.settings import _FROM_FILE, Settings

    told = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    table = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", told, flags=re.M))
    assert table == {name.upper() for name in Settings.model_fields}, "the README tells of every setting"
    for service in ("app", "exports", "backups"):
        passed = COMPOSE["services"][service]["environment"]
        assert {name.removesuffix("_FILE") for name in passed} == table - FIXED, service
        assert {name.removesuffix("_FILE") for name in passed if name.endswith("_FILE")} == set(_FROM_FILE), "secrets come as files"
        assert "./office:/office:ro" in COMPOSE["services"][service]["volumes"]
    defaults = {}
    for name, value in passed.items():
        if not value.startswith("/run/secrets/"):
            found = re.fullmatch(rf"\$\{{{name}:-(.*)\}}", value)
            assert found, name
            defaults[name] = found[1]
    for name in table:
        monkeypatch.delenv(name, raising=False)
    own = Settings()
    for name, value in defaults.items():
        if not name.endswith("_FILE"):
            monkeypatch.setenv(name, value)
    changed = {name for name, value in Settings() if value != getattr(own, name)}
    assert changed == {"forwarded_allow_ips", "s3_endpoint"}


@pytest.mark.parametrize("name", ["exports", "backups"])
def test_what_compose_does_every_day_is_a_command_that_exists(name: str) -> None:
    from click.testing import CliRunner

    from api.cli import gongkai

    service = COMPOSE["services"][name]
    assert service["image"] == COMPOSE["services"]["app"]["image"] and service["pull_policy"] == "never", "from nowhere else"
    assert service["volumes"] == COMPOSE["services"]["app"]["volumes"]
    (command,) = service["command"]
    called = re.search(r"/app/\.venv/bin/gongkai ([^;]+);", command)
    assert called
    assert CliRunner().invoke(gongkai, [*called[1].split(), "--help"]).exit_code == 0


def test_a_container_reaches_and_may_no_more_than_it_needs() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["security_opt"] == ["no-new-privileges:true"] and service["logging"]["options"]["max-size"], name
        if service["image"] == "gongkai":
            assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["pids_limit"], name
        else:
            assert service["networks"] == ["inside"] and "ports" not in service, name
    assert COMPOSE["networks"]["inside"]["internal"]
    owned = re.search(r"install --directory --owner gongkai .* --mode 0700 ([^\\\n]+)", "\n".join(step.rest for step in steps()))
    written = {one.split(":")[1] for one in COMPOSE["services"]["app"]["volumes"] if not one.endswith(":ro")}
    assert owned and written == set(owned[1].split()), "a new volume belongs to whom its folder in the image belongs to"


def test_compose_hands_secrets_over_as_files_only() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            if re.search(r"PASSWORD|PASSPHRASE|SECRET|DATABASE_URL|SMTP_URL|TOKEN(_FILE)?$", name):
                assert name.endswith("_FILE"), name
                assert value == f"${{{name}:-}}" or value.removeprefix("/run/secrets/") in service["secrets"], name


def test_the_store_of_the_profile_gets_its_keys_and_the_bucket_that_the_program_is_told() -> None:
    from api.settings import Settings

    app, objects = COMPOSE["services"]["app"]["environment"], COMPOSE["services"]["objects"]
    (command,) = objects["command"]
    assert objects["profiles"] == ["s3"] and "ports" not in objects
    assert app["S3_ENDPOINT"].removesuffix("}").endswith("http://objects:7070") and "--port :7070" in command
    keys = {f"/run/secrets/{one}" for one in objects["secrets"]}
    assert {app["S3_ACCESS_KEY_FILE"], app["S3_SECRET_KEY_FILE"]} == {*objects["environment"].values()} == keys
    (where,) = re.findall(r"FILES_STORE=(s3://\S+)", (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    assert Settings(files_store=where, s3_access_key="a", s3_secret_key="b").files_store == where  # type: ignore[arg-type]
    assert f"mkdir -p /objects/{where.removeprefix('s3://').partition('/')[0]} " in command
    assert Settings(files_store="").files_store == "", "without the profile nothing changes"


def test_the_secrets_are_made_once_and_fit_the_compose_file(tmp_path: Path) -> None:
    script = tmp_path / "docker" / "secrets.sh"
    script.parent.mkdir()
    script.write_bytes((ROOT / "docker" / "secrets.sh").read_bytes())
    made: dict[str, str] = {}
    for again in range(3):
        told = subprocess.run(["bash", str(script)], check=True, capture_output=True, text=True).stdout
        assert ("nothing changed" in told) is (again == 1)
        before, made = made, {path.name: path.read_text() for path in (script.parent / "secrets").iterdir()}
        assert {f"./secrets/{name}" for name in made} == {s["file"] for s in COMPOSE["secrets"].values()}
        assert {name: text for name, text in before.items() if name != "s3_secret_key"}.items() <= made.items()
        if again == 1:  # an installation of before has no such file: it is made, and nothing else is touched
            (script.parent / "secrets" / "s3_secret_key").unlink()
    database = COMPOSE["services"]["db"]["environment"]
    user, name = database["POSTGRES_USER"], database["POSTGRES_DB"]
    assert made["database_url"] == f"postgresql+psycopg://{user}:{made['postgres_password']}@db:5432/{name}"
    assert re.fullmatch(r"[0-9a-f]{48}", made["postgres_password"])
    assert stat.S_IMODE((script.parent / "secrets").stat().st_mode) == 0o700

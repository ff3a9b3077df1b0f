#!/usr/bin/env bash
# One file with all that an installation needs, for a machine without a network (make bundle).
#
#   docker/bundle.sh [FOLDER]       into FOLDER (./dist): gongkai-VERSION-debian12-amd64.tar
#
# For machines of this one's Debian release and processor: the wheels and the Debian packages are theirs. What is committed is
# taken, with the fonts and static files that the set-up has fetched (docker/setup.sh run comes first), the wheels of
# requirements-sign.lock by their digests (what signs letters is 4 MB of them), and the packages of docker/packages.txt with all that they need beside a bare Debian.
# docker/install.sh, in the file, installs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { printf 'bundle: %s\n' "$*" >&2; exit 1; }
command -v dpkg-deb >/dev/null || die "no dpkg here: a bundle is made on Debian, for the same release of it"
into="$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)"
. /etc/os-release
version="$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)"
name="gongkai-$version-$ID$VERSION_ID-$(dpkg --print-architecture)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

docker/setup.sh run
mkdir "$work/$name"
git archive HEAD | tar -x -C "$work/$name"
cp -a letters/fonts/. "$work/$name/letters/fonts/"
mkdir -p "$work/$name/api/pages/shared/static/vendor"
cp -a api/pages/shared/static/vendor/. "$work/$name/api/pages/shared/static/vendor/"
.venv/bin/python -m pip download -qq --disable-pip-version-check --no-input --require-hashes --only-binary :all: --no-deps \
    -r requirements-sign.lock -d "$work/$name/docker/offline/wheels"

# Debian packages: what the program asks for and what that needs, but for what no Debian is without. As an apt repository, so
# that apt decides on the machine what of it is missing there.
wanted="$(awk '{ sub(/#.*/, "") } /^\[/ { on = ($1 == "[system]"); next } on && NF { print $1 }' docker/packages.txt)"
needed="$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances $wanted \
    | grep -E '^[a-z0-9]' | grep -v : | sort -u)"
debs="$work/$name/docker/offline/debs"
mkdir -p "$debs"
apt-cache show --no-all-versions $needed 2>/dev/null \
    | awk -v RS= '!/\n(Essential: yes|Priority: required)(\n|$)/ { sub(/^Package: /, "", $0); sub(/\n.*/, ""); print }' | sort -u >"$work/packages"
(cd "$debs" && xargs apt-get -qq -o APT::Sandbox::User=root download <"$work/packages")
(
    cd "$debs"
    for file in *.deb; do
        dpkg-deb --field "$file"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
    done >Packages
)
printf '%s %s\n' "$ID$VERSION_ID" "$(dpkg --print-architecture)" >"$work/$name/docker/offline/made-for"
(cd "$work/$name" && find docker/offline letters/fonts api/pages/shared/static/vendor -type f -print0 | sort -z | xargs -0 sha256sum >"$work/sums" && mv "$work/sums" docker/offline/SHA256SUMS)
tar -C "$work" -cf "$into/$name.tar" "$name"
printf '%s  %d MB: %d wheels, %d Debian packages\n' "$into/$name.tar" "$(($(stat -c %s "$into/$name.tar") / 1048576))" \
    "$(ls "$work/$name/docker/offline/wheels" | wc -l)" "$(ls "$debs"/*.deb | wc -l)"

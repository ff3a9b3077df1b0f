#!/usr/bin/env bash
# Installs Gongkai from a bundle (docker/bundle.sh), as root, without a network: unpack it where it is to stay, best /srv, then
#
#   cd /srv/gongkai-0.1.0-debian12-amd64 && docker/install.sh
#
# Debian's packages, the virtual environment, a system user `gongkai`, /etc/gongkai.env for the settings, and, where systemd
# runs, the service and a backup each night. Run again it finds everything there; a newer bundle is installed beside the old one
# and takes its place. What was there before stays: the data in /var/lib/gongkai, the settings in /etc/gongkai.env.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { printf 'install: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "this needs root: packages and a service are installed"
[ -f docker/offline/made-for ] || die "this is no bundle: make bundle makes one, on a machine with a network"
. /etc/os-release
here="$ID${VERSION_ID:-} $(dpkg --print-architecture)"
[ "$here" = "$(cat docker/offline/made-for)" ] || die "this bundle is for $(cat docker/offline/made-for), and this machine is $here"
sha256sum --quiet --check docker/offline/SHA256SUMS || die "the bundle is damaged: copy it again"

# apt knows the bundle and nothing else while this runs; pip too.
own="$(mktemp -d)"
trap 'rm -rf "$own"' EXIT
mkdir -p "$own/lists/partial" "$own/parts"
echo "deb [trusted=yes] file:$PWD/docker/offline/debs ./" >"$own/sources.list"
cat >"$own/apt.conf" <<APT
Dir::Etc::sourcelist "$own/sources.list";
Dir::Etc::sourceparts "$own/parts";
Dir::State::lists "$own/lists";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "root";
APT
export APT_CONFIG="$own/apt.conf" PIP_NO_INDEX=1 PIP_FIND_LINKS="$PWD/docker/offline/wheels" PIP_CONFIG_FILE=/dev/null
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL
bash docker/setup.sh sign
.venv/bin/python -m compileall -q workflow letters db api

getent passwd gongkai >/dev/null \
    || useradd --system --user-group --home-dir /var/lib/gongkai --no-create-home --shell /usr/sbin/nologin gongkai
install --directory --owner gongkai --group gongkai --mode 0700 /var/lib/gongkai /var/backups/gongkai
[ -e /etc/gongkai.env ] || install --mode 0640 --group gongkai /dev/null /etc/gongkai.env
mkdir -p /etc/systemd/system
for unit in docker/systemd/*; do sed "s#/srv/gongkai#$PWD#g" "$unit" >"/etc/systemd/system/${unit##*/}"; done
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --now gongkai.service gongkai-backup.timer
    systemctl restart gongkai.service # a newer bundle takes the place of the one that ran
    echo "Gongkai runs: http://127.0.0.1:8000 (settings in /etc/gongkai.env, then systemctl restart gongkai)"
else
    echo "Installed; systemd does not run here. To start it: runuser -u gongkai -- env DATA_DIR=/var/lib/gongkai $PWD/.venv/bin/gongkai serve"
fi
echo "First: runuser -u gongkai -- env DATA_DIR=/var/lib/gongkai $PWD/.venv/bin/gongkai init"

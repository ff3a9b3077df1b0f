#!/usr/bin/env bash
# Both commands of the README in bare roots of Debian, with their minutes and megabytes (make roots).
#
#   docker/roots.sh                 Debian 12 and Debian 13
#   docker/roots.sh forky           another release of Debian, for the Python in it
#   STEPS="run again" docker/roots.sh trixie      some steps only: run, again, setup, test, offline
#
# offline: BUNDLE (a file of docker/bundle.sh for this release) is installed in the root without a network, and serves.
#
# As root, with debootstrap. What is committed is cloned into the root; nothing but git and make is there before. The
# roots are made anew in ROOTS (/var/tmp/gongkai-roots) and stay there to be looked at; MIRROR is where Debian comes from,
# by default where this machine's apt finds it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOTS="${ROOTS:-/var/tmp/gongkai-roots}"
STEPS="${STEPS-run again setup test}"
PORT="${PORT:-8790}"
here=/srv/gongkai

die() { printf 'roots: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "a root is made by root"
command -v debootstrap >/dev/null || die "the Debian package debootstrap is not here"
MIRROR="${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/\?$')}" || true
[ -n "$MIRROR" ] || die "MIRROR=... must say where Debian comes from"

# How this machine reaches its registries is a setting of the machine: a root on it needs the same.
lend_settings() {
    local root=$1 one
    for one in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/npmrc ~/.npmrc ~/.config/pip/pip.conf /usr/local/share/ca-certificates; do
        [ ! -e "$one" ] || { mkdir -p "$root$(dirname "$one")" && cp -rL "$one" "$root$(dirname "$one")/"; }
    done
    env | grep -E '^(PIP_|NODE_|SSL_CERT_|REQUESTS_CA|[a-zA-Z]+_(proxy|PROXY)=)' >"$root/etc/lent" || true
}

make_root() {
    local suite=$1 root=$2 script=/usr/share/debootstrap/scripts
    [ -e "$script/$suite" ] && script="$script/$suite" || script="$script/sid" # a release younger than this debootstrap
    [ ! -d "$root" ] || rm -rf --one-file-system "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=git,make "$suite" "$root" "$MIRROR" "$script" >"$root.log" 2>&1 || die "see $root.log"
    # A mirror may stand still; a release in the making is then told to be out of date.
    echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99-mirror"
    lend_settings "$root"
    git clone -q --no-hardlinks . "$root$here"
}

# A command in the root, whose processes and mounts end with it. Run in the background, so that a signal reaches this script.
within() {
    local root=$1
    shift
    exec unshare --mount --pid --fork --kill-child bash -c '
        root=$1; shift
        mount -t proc proc "$root/proc"; mount --bind /sys "$root/sys"; mount --bind /dev "$root/dev"
        mount --bind /dev/pts "$root/dev/pts"; mount -t tmpfs tmpfs "$root/dev/shm"
        mapfile -t lent <"$root/etc/lent"
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "${lent[@]}" "$@"
    ' within "$root" "$@" </dev/null
}

# The same without a network: but for the machine itself nobody is there.
within_alone() {
    local root=$1
    shift
    unshare --net --mount bash -c 'ip link set lo up; root=$1; shift
        mount -t proc proc "$root/proc" 2>/dev/null || true
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"' alone "$root" "$@" </dev/null
}

install_offline() {
    local root=$1 name
    name="$(basename "${BUNDLE:?a file of docker/bundle.sh}" .tar)"
    tar -xf "$BUNDLE" -C "$root/srv"
    within_alone "$root" bash -c '
        set -e
        ! bash -c "exec 3<>/dev/tcp/192.0.2.1/80" 2>/dev/null
        cd "/srv/$0" && docker/install.sh && docker/install.sh
        serve() { runuser -u gongkai -- env DATA_DIR=/var/lib/gongkai .venv/bin/gongkai "$@"; }
        serve demo && { serve serve & } && for _ in $(seq 240); do
            .venv/bin/python -c "from urllib.request import urlopen; print(urlopen(\"http://127.0.0.1:8000/health/ready\", timeout=4).read().decode())" 2>/dev/null && break
            sleep 0.5
        done
        .venv/bin/python -c "from urllib.request import urlopen; urlopen(\"http://127.0.0.1:8000/health/ready\", timeout=4)"
        runuser -u gongkai -- env DATA_DIR=/var/lib/gongkai .venv/bin/gongkai backup /var/backups/gongkai --keep 14
        kill %1' "$name" >>"$root.log" 2>&1
}

ready() { # whether the program says that it is
    local answer
    exec 3<>"/dev/tcp/127.0.0.1/$PORT" || return 1
    printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
    read -r answer <&3 || true
    exec 3>&-
    [[ "$answer" == *" 200 "* ]]
} 2>/dev/null

run_until_ready() { # what is done when the first page can be opened
    local root=$1 server
    within "$root" make -C "$here" run PORT="$PORT" >>"$root.log" 2>&1 &
    server=$!
    until ready; do
        kill -0 "$server" 2>/dev/null || die "make run ended by itself: see $root.log"
        sleep 0.5
    done
    kill -KILL "$server"
    wait "$server" 2>/dev/null || true
}
trap 'jobs -p | xargs -r kill -KILL' EXIT
trap 'exit 1' INT TERM

megabytes() { du -sxm "$@" | awk '{ print $1 }'; }

step() {
    local name=$1 root=$2 from=$EPOCHREALTIME
    shift 2
    "$@" || die "$name failed: see $root.log"
    awk -v a="$from" -v b="$EPOCHREALTIME" -v n="$name" -v own="$(megabytes "$root$here")" -v all="$(megabytes "$root")" \
        'BEGIN { printf "  %-22s %7.1f s   the folder %4d MB, all else %4d MB\n", n, b - a, own, all - own }'
}

quietly() { local root=$1; shift; within "$root" "$@" >>"$root.log" 2>&1 & wait $!; }

for suite in ${@:-bookworm trixie}; do
    root="$ROOTS/$suite"
    make_root "$suite" "$root"
    printf '\n%s, Debian %s\n' "$suite" "$(cat "$root/etc/debian_version")"
    step "(bare)" "$root" true
    for name in $STEPS; do
        case "$name" in
            run) step "make run until ready" "$root" run_until_ready "$root" ;;
            again) step "set-up again" "$root" quietly "$root" bash "$here/docker/setup.sh" run ;;
            setup)
                step "make setup" "$root" quietly "$root" make -C "$here" setup
                step "set-up again" "$root" quietly "$root" bash "$here/docker/setup.sh" test
                ;;
            offline) step "installed, no network" "$root" install_offline "$root" ;;
            test) step "make test" "$root" quietly "$root" make -C "$here" test ;;
            *) die "no such step: $name" ;;
        esac
    done
    quietly "$root" "$here/.venv/bin/python" --version && tail -1 "$root.log"
    grep -E '[0-9]+ (passed|failed).* in ' "$root.log" | tail -1 || true
done

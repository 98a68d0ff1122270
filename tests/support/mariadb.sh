#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A MariaDB server of the tests' own: a socket, no network, its files in a folder below /tmp.
#
#   socket=$(tests/support/mariadb.sh start)     prints the socket's path once the server answers
#   tests/support/mariadb.sh stop "$socket"      stops the server and removes its folder
#
# Tests find it by PIXELFOX_TEST_MARIADB_SOCKET. It runs as the calling user, root too.
set -eu

PATH=$PATH:/usr/sbin:/sbin
export PATH

fail() {
    echo "mariadb.sh: $1" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null 2>&1 || fail "no $1 here (Debian: mariadb-server-core, mariadb-client-core)"
}

make_data() {
    mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$folder/data" \
        --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve \
        --innodb-buffer-pool-size=32M --innodb-log-file-size=16M >"$folder/install.log" 2>&1 ||
        fail "no data folder: $(tail -n 3 "$folder/install.log")"
}

run_server() {
    setsid mariadbd --no-defaults --user="$(id -un)" --datadir="$folder/data" \
        --socket="$folder/socket" --pid-file="$folder/pid" --log-error="$folder/log" \
        --skip-networking --skip-name-resolve --skip-log-bin --performance-schema=off \
        --innodb-buffer-pool-size=32M --innodb-log-file-size=16M \
        --innodb-flush-log-at-trx-commit=1 --max-connections=300 --max-allowed-packet=64M \
        >"$folder/out" 2>&1 </dev/null &
}

answers() {
    mariadb --no-defaults --user=root --socket="$folder/socket" --execute "DO 1" >/dev/null 2>&1
}

start() {
    need mariadb-install-db
    need mariadbd
    need mariadb
    folder=$(mktemp -d /tmp/pixelfox-mariadb-XXXXXX)
    make_data
    run_server
    tries=0
    until answers; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "no answer after 30 s: $(tail -n 3 "$folder/log")"
        sleep 0.1
    done
    echo "$folder/socket"
}

stop() {
    folder=$(dirname "$1")
    case $folder in
    /tmp/pixelfox-mariadb-*) ;;
    *) fail "'$1' is no socket of this script" ;;
    esac
    if [ -f "$folder/pid" ]; then
        pid=$(cat "$folder/pid")
        kill "$pid" 2>/dev/null || true
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
    fi
    rm -rf "$folder"
}

case ${1:-} in
start) start ;;
stop) stop "${2:?the socket that start printed}" ;;
*) fail "start | stop SOCKET" ;;
esac

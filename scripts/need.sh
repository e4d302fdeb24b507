#!/usr/bin/env bash
# Sees to what the tests need from the machine: Go, Node, PostgreSQL, Chromium and a Chinese font.
# As root on Debian the missing packages are installed; anybody else is told what to install.
set -euo pipefail

for tool in go node npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "need: $tool is missing; install Go 1.26 or newer and Node 20 or newer" >&2
    exit 1
  fi
done

missing=()
[ -n "${OPENWEEK_TEST_POSTGRES:-}" ] || command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || compgen -G '/usr/share/fonts/*/*/*CJK*' >/dev/null || missing+=(fonts-noto-cjk)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "need: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  export RUNLEVEL=1 # no service is to start: the tests run a PostgreSQL of their own
  apt-get install -q -y --no-install-recommends "${missing[@]}"
  exit 0
fi

echo "need: please install: ${missing[*]} (Debian's names; on Debian: sudo apt-get install ${missing[*]})" >&2
exit 1

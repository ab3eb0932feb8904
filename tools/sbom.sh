#!/usr/bin/env bash
# Writes what an installation with all extras consists of, as CycloneDX JSON: each package with version and licence.
set -euo pipefail
python=$1
to=$2
checkout=$(cd "$(dirname "$0")/.." && pwd)
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$to")"

for environment in product tool; do
    "$python" -m venv "$work/$environment"
done
install=(-m pip install -q --disable-pip-version-check -c "$checkout/constraints.txt")
"$work/product/bin/python" "${install[@]}" "$checkout[all,scaled]"
"$work/product/bin/python" -m pip uninstall -q --yes pip setuptools
"$work/tool/bin/python" "${install[@]}" 'pip>=25.1'
"$work/tool/bin/python" "${install[@]}" --group "$checkout/pyproject.toml:sbom"
"$work/tool/bin/cyclonedx-py" environment --pyproject "$checkout/pyproject.toml" --output-reproducible --of JSON -o "$to" \
    "$work/product/bin/python"
"$work/tool/bin/python" - "$to" <<'END'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    components = json.load(file)["components"]
unlicensed = sorted(one["name"] for one in components if not one.get("licenses"))
print(f"{sys.argv[1]}: {len(components)} packages, {len(unlicensed)} without a licence {', '.join(unlicensed)}".rstrip())
END

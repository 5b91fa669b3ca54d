#!/usr/bin/env bash
# Draws the same permit with Loket (tagged PDF/A, sealed), ReportLab and WeasyPrint (unsigned) in one run, and prints
# pages in a second of one core, bytes and ratios. Ends with 1 when a limit is missed.
#
#   benches/papers/compare.sh [FOLDER]     FOLDER keeps the three files, to look at them
set -euo pipefail
cd "$(dirname "$0")/../.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
folder="${1:-$work/papers}"
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"

python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check -r benches/papers/requirements.txt
missed=0
cargo bench --quiet --bench papers -- --to "$folder" || missed=1
"$work/python/bin/python" benches/papers/others.py "$folder" || missed=1
exit "$missed"

#!/bin/sh
# The steps of the Containerfile, each by its name, so that a test runs the same ones without a registry.
#
#   container.sh linker                 the C compiler that links the kernels, by apt-get
#   container.sh wheel SOURCE DIST      the wheel of SOURCE into DIST
#   container.sh program SOURCE DIST TO the wheel in DIST, with what constraints.txt of SOURCE pins, as an environment in TO
#   container.sh system                 tshark, and what PDF needs, by apt-get
#   container.sh check TO               whether what is installed in TO works, for whoever runs this
set -eu

# libpango … fonts: what WeasyPrint loads, and a font for it
SYSTEM="tshark libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
EXTRAS="parquet,pdf,postgres"

installed() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  rm -rf "${APT_LISTS:-/var/lib/apt/lists}"/*
}

step="$1"
shift
case "$step" in
linker) installed gcc libc6-dev ;;
system)
  # shellcheck disable=SC2086 # several packages
  installed $SYSTEM
  ;;
wheel)
  python -m pip install --quiet --no-cache-dir -c "$1/constraints.txt" hatchling llvmlite msgspec numba numpy platformdirs
  cd "$1"
  python -m hatchling build -t wheel -d "$2"
  ;;
program)
  python -m venv "$3"
  for wheel in "$2"/*.whl; do
    "$3/bin/python" -m pip install --quiet --no-cache-dir --no-compile -c "$1/constraints.txt" "$wheel[$EXTRAS]"
  done
  ;;
check)
  "$1/bin/autopath" --version
  "$1/bin/autopath" doctor | tee /dev/stderr | grep -q '^ok *fast scan'
  tshark --version | head -n 1
  ;;
*)
  echo "container.sh: no step $step" >&2
  exit 2
  ;;
esac

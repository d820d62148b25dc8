#!/bin/sh
# Checks the tensor engine on the devices of this machine; `check.sh --help` says how. Only finds a node and starts
# dist/main.js with it: in a bundle that `check.sh pack` made, the node that came along.
set -eu

case $0 in
  */*) here=${0%/*} ;;
  *) here=. ;;
esac

if [ ! -f "$here/dist/main.js" ]; then
  echo "error FILE_MISSING: $here/dist/main.js is not built; run: npm ci && npm run build" >&2
  exit 2
fi
if [ -x "$here/bin/node" ]; then
  exec "$here/bin/node" "$here/dist/main.js" "$@"
fi
if ! command -v node >/dev/null; then
  echo "error FILE_MISSING: no node on this machine; make a bundle on one that has it: check.sh pack FILE.tar.xz" >&2
  exit 2
fi
exec node "$here/dist/main.js" "$@"

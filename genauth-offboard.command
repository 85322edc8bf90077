#!/bin/sh
# Starts the page by a double click. Runs are kept in the folder genauth-offboard of the user who starts it.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
if ! command -v node >/dev/null 2>&1; then
  echo 'genauth-offboard needs Node.js, and it is not on this computer.'
  echo 'Get it from https://nodejs.org (the version called LTS), install it, and start this file again.'
  exit 1
fi
runs=$HOME/genauth-offboard
mkdir -p -m 700 "$runs" && cd "$runs" || exit 1
exec node "$here/dist/cli.js" ui "$@"

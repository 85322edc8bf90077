#!/bin/sh
# Starts the page by a double click. Runs are kept in the folder genauth-offboard of the user who starts it.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
if ! [ -f "$here/dist/cli.js" ]; then
  echo 'The rest of genauth-offboard is not beside this file: unpack all of it, and start this file in the folder that comes out.'
  echo '此文件旁边没有 genauth-offboard 的其余文件：请完整解压，然后在解压得到的文件夹中启动此文件。'
  exit 1
fi
if ! command -v node >/dev/null 2>&1; then
  echo 'genauth-offboard needs Node.js, and it is not on this computer.'
  echo 'Get it from https://nodejs.org (the version called LTS), install it, and start this file again.'
  echo 'genauth-offboard 需要 Node.js，而这台电脑上没有：请从 https://nodejs.org 安装 LTS 版本，然后重新启动此文件。'
  exit 1
fi
runs=$HOME/genauth-offboard
mkdir -p -m 700 "$runs" && cd "$runs" || exit 1
exec node "$here/dist/cli.js" ui "$@"

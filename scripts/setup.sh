# What every script at the root needs first; sourced, not run. All messages go to standard error: standard output is the program's.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configuration=Release
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# Build servers outlive a build and keep the caller's pipes open: whoever reads our output would wait for them.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

need_dotnet() {
  command -v dotnet > /dev/null || die "The .NET SDK 10 is needed (https://dotnet.microsoft.com/download): dotnet is not in the PATH."
  # The program looks for the runtime here or in the system's own place, not in the PATH.
  [ -n "${DOTNET_ROOT:-}" ] || DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export DOTNET_ROOT
}

have_postgres() {
  local folder
  for folder in "$(pg_config --bindir 2> /dev/null)" "$(dirname "$(command -v initdb 2> /dev/null)" 2> /dev/null)" \
    /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/psql" ] && return 0
  done
  return 1
}

# The server's programs, from Debian's packages if there are none. The program itself checks the version.
need_postgres() {
  [ -z "${ConnectionStrings__Crm:-}" ] || return 0
  have_postgres && return 0
  if ! may_install; then
    die "PostgreSQL 15 or newer is needed and was not found. Install it and start again:
  Debian, Ubuntu   sudo apt-get install postgresql
  Fedora           sudo dnf install postgresql-server postgresql-contrib
  macOS            brew install postgresql@17
or set ConnectionStrings__Crm to use a server that runs elsewhere."
  fi

  say "Installing PostgreSQL (Debian package postgresql) …"
  # We only want the programs: without this the package would also start a server of its own.
  local no_server=/etc/postgresql-common/createcluster.d/crm.conf installed=yes
  "${as_root[@]}" mkdir -p "$(dirname "$no_server")"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_server" > /dev/null
  install_packages postgresql || installed=
  "${as_root[@]}" rm -f "$no_server"
  [ -n "$installed" ] || die "PostgreSQL could not be installed; see above."
  have_postgres || die "The package postgresql is installed, but initdb, pg_ctl and psql are not in /usr/lib/postgresql/*/bin."
}

# Node.js and npm, by which tests check the OpenAPI document, from Debian's packages if there are none. Without them those tests fail and say why.
need_node() {
  command -v node > /dev/null && command -v npm > /dev/null && return 0
  if ! may_install; then
    say "Node.js 18 or newer and npm are needed to check the OpenAPI document, and were not found."
    return 0
  fi
  say "Installing Node.js (Debian packages nodejs and npm) …"
  install_packages nodejs npm || say "Node.js could not be installed; see above."
}

# Whether packages can be installed here; as_root is how.
may_install() {
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  command -v apt-get > /dev/null && "${as_root[@]}" true 2> /dev/null
}

# install_packages PACKAGE…: what Debian's tools say is shown only if they fail.
install_packages() {
  local log failed=0
  log=$(mktemp)
  { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } > "$log" 2>&1 < /dev/null || failed=1
  [ "$failed" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$failed"
}

# RabbitMQ's programs, for the tests of the event bus.
need_rabbitmq() {
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && return 0
  local as_root=() log
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if ! command -v apt-get > /dev/null || ! "${as_root[@]}" true 2> /dev/null; then
    die "The tests of the event bus need RabbitMQ, which was not found. Debian, Ubuntu: sudo apt-get install rabbitmq-server"
  fi
  say "Installing RabbitMQ (Debian package rabbitmq-server) …"
  log=$(mktemp)
  # We only want the programs: this keeps the package from starting a server of its own.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e "$policy" ]; then
    made=1
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
    "${as_root[@]}" chmod +x "$policy"
  fi
  if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server; } > "$log" 2>&1 < /dev/null; then
    cat "$log" >&2
    [ -z "$made" ] || "${as_root[@]}" rm -f "$policy"
    die "RabbitMQ could not be installed; see above."
  fi
  [ -z "$made" ] || "${as_root[@]}" rm -f "$policy"
  rm -f "$log"
}

# build NAME PROJECT-OR-SOLUTION RESULT FOLDER…: builds unless the result is there and nothing in the folders is newer than the last
# build of that name, or gone.
build() {
  local name=$1 project=$2 result=$3
  shift 3
  local state="$root/artifacts/$name.built" lock="$root/artifacts/$name.lock"
  mkdir -p "$root/artifacts"
  (
    # Two starts at once build once. The builders must not inherit the lock: one that lingers would keep it.
    if command -v flock > /dev/null; then flock 9; fi
    list_sources "$@" > "$state.now.$$"
    if [ ! -f "$result" ] || ! up_to_date "$state" "$state.now.$$"; then
      say "Building …"
      if ! dotnet msbuild "$root/$project" -restore -p:Configuration="$configuration" -v:quiet -nologo -p:UseSharedCompilation=false < /dev/null >&2 9>&-; then
        rm -f "$state.now.$$"
        die "The build failed; see above."
      fi
      mv "$state.now.$$" "$state"
    fi
    rm -f "$state.now.$$"
  ) 9> "$lock"
}

list_sources() {
  cd "$root" || exit 1
  find "$@" Directory.*.props global.json \( -name bin -o -name obj \) -prune -o -type f -print | LC_ALL=C sort
}

# The state is a list of the sources, written when the build began: it shows what was removed, and its time what was changed since.
up_to_date() {
  [ -f "$1" ] && cmp -s "$1" "$2" || return 1
  [ -z "$(cd "$root" && tr '\n' '\0' < "$2" | xargs -0 sh -c 'state=$0; for f do [ "$f" -nt "$state" ] && echo "$f"; done; true' "$1" | head -n 1)" ]
}

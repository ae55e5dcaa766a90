# shellcheck shell=bash
# What Prorata is built and tested with, as Debian 12 packages. Sourced by ./dev; costs one dpkg question when all is there.

packages=(
  git ca-certificates
  clang-19 lld-19 llvm-19 libclang-rt-19-dev libstdc++-12-dev clang-format-19 clang-tidy-19  # the compiler and its tools
  cmake ninja-build ccache pkg-config
  libfmt-dev libsimdjson-dev libsqlite3-dev libpq-dev libsodium-dev libcli11-dev             # linked
  libboost1.81-dev libssl-dev libcurl4-openssl-dev zlib1g-dev libzstd-dev                    # linked; plain libboost-dev is 1.74
  libhpdf-dev fonts-dejavu-core                                                              # linked, and the typeface of documents
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev                               # tests and benchmarks
  postgresql-15 sqlite3 hledger ledger beancount jq shellcheck openssl poppler-utils          # what tests run beside us
)
# shellcheck disable=SC2034  # ./dev passes it on
bench_packages=(nginx-light wrk)  # the peers of benchmarks; only './dev bench' asks for them
# What only './dev test --clients' asks for: az brings Python's clients along. Some packages of Node carry npm, and clash with Debian's.
client_packages() {
  printf '%s\n' azure-cli python3-azure python3-requests curl nodejs
  command -v npm >/dev/null || echo npm
}

# What only './dev portal' asks for; a browser only where one is looked through.
portal_packages() {
  echo nodejs
  command -v npm >/dev/null || echo npm
  [[ ${1:-} != @(pictures|walk|million|readme) ]] || echo chromium
}

# install_packages [MORE...]: what is in the list above, and more.
install_packages() {
  local missing
  missing=$(missing_packages "$@")
  [[ $missing ]] || return 0
  command -v apt-get >/dev/null || {
    echo "dev: this machine has no apt-get; install what Debian 12 calls: ${missing//$'\n'/ }" >&2
    exit 1
  }
  echo "dev: installing ${missing//$'\n'/ }" >&2
  mkdir -p build
  # shellcheck disable=SC2086  # one word a package
  { apt update && without_services apt install --no-install-recommends $missing; } >build/packages.log 2>&1 || {
    tail -n 20 build/packages.log >&2
    echo "dev: apt-get failed; build/packages.log holds all it said" >&2
    exit 1
  }
}

# dpkg-query fails where it has never heard of one of them, which is the case this is for.
missing_packages() {
  local packages=("${packages[@]}" "$@")
  { dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true; } |
    awk -v wanted="${packages[*]}" '
      $1 == "installed" { present[$2] = 1 }
      END { count = split(wanted, name, " "); for (i = 1; i <= count; ++i) if (!(name[i] in present)) print name[i] }'
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet -o DPkg::Lock::Timeout=300 "$@" </dev/null; }

as_root() {
  if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

# Debian's packages would create and start a cluster on port 5432 and a web server on port 80. Ours are private and live as long as a test
# run, so the machine is left without services that nobody asked for.
without_services() {
  local cluster=/etc/postgresql-common/createcluster.d policy=/usr/sbin/policy-rc.d status=0 ours=
  as_root mkdir -p "$cluster"
  echo 'create_main_cluster = false' | as_root tee "$cluster/prorata.conf" >/dev/null
  if [[ ! -e $policy ]]; then
    ours=yes
    printf '#!/bin/sh\nexit 101  # starts nothing while packages are installed\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
  fi
  "$@" || status=$?
  as_root rm -f "$cluster/prorata.conf"
  [[ ! $ours ]] || as_root rm -f "$policy"
  return "$status"
}

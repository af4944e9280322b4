# Shared by the scripts beside it, which set root; not to be run.

. "$root/bin/launch.sh"

die() {
  echo "limpet: $*" >&2
  exit 1
}

# Installs Debian packages when that is possible; else says in one line what to install.
# need PACKAGES COMMAND… : PACKAGES are wanted when any COMMAND, or file by its whole path, is missing.
need() {
  local packages=$1 missing=() command
  shift
  for command in "$@"; do
    [ "${command:0:1}" = / ] && [ -e "$command" ] && continue
    PATH="$PATH:/usr/sbin:/sbin" command -v "$command" > /dev/null 2>&1 || missing+=("$command")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null 2>&1; then
    echo "limpet: installing $packages (missing: ${missing[*]})" >&2
    # shellcheck disable=SC2086
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages; } \
      > /tmp/limpet-install.$$.log 2>&1 && rm -f /tmp/limpet-install.$$.log && return 0
    echo "limpet: apt-get could not install $packages: see /tmp/limpet-install.$$.log" >&2
    return 1
  fi
  echo "limpet: ${missing[*]} not found: install the packages $packages" >&2
  return 1
}

jdk_packages="openjdk-17-jdk-headless maven"

need_jdk() {
  need "$jdk_packages" javac java mvn || exit 1
  local version
  version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${version:-0}" -ge 17 ] || die "Java ${version:-of unknown version} is too old: install a JDK of version 17 or newer"
}

jar_folder="$root/device-tests/target"

is_built() {
  [ -f "$jar_folder/built" ] || return 1
  local newer
  newer=$(cd "$root" && find pom.xml ./*/pom.xml ./*/src/main -newer "$jar_folder/built" -type f -print -quit)
  [ -z "$newer" ]
}

client_archive="$jar_folder/client.jsa"
native_folder="$jar_folder/native"

# The manual page and the completion, for whoever installs them (docs/command-line.md).
make_reference() {
  local limpet=(java "${client_tuning[@]}" -cp "$(class_path "$jar_folder/lib")" io.limpet.rig.internal.cli.RigMain)
  "${limpet[@]}" man > "$jar_folder/limpet.man" || rm -f "$jar_folder/limpet.man"
  "${limpet[@]}" completion bash > "$jar_folder/limpet.completion" || rm -f "$jar_folder/limpet.completion"
}

# What follows from the jars, once they are there; then they count as built.
make_ready() {
  unpack_native "$jar_folder/lib" "$native_folder"
  use_native "$native_folder"
  make_client_archive java "$(client_path "$jar_folder/lib")" io.limpet.rig.internal.cli.WarmUpMain "$client_archive"
  make_reference
  touch "$jar_folder/built"
}

build() {
  # Whoever runs this from within a build knows that it is there.
  [ -n "${LIMPET_BUILT:-}" ] && return 0
  is_built && return 0
  need_jdk
  mkdir -p "$root/target"
  (
    flock 9
    is_built && exit 0
    echo "limpet: building (once; the first time this fetches libraries)" >&2
    cd "$root"
    mvn -q -B -Dquick -DskipTests package > "$root/target/build.log" 2>&1 || {
      tail -n 20 "$root/target/build.log" >&2
      die "the build failed: see target/build.log"
    }
    make_ready
  ) 9> "$root/target/build.lock" || exit 1
}

# Shared by the scripts beside it, which set root; not to be run.

die() {
  echo "limpet: $*" >&2
  exit 1
}

# Installs Debian packages when that is possible; else says in one line what to install.
# need PACKAGES COMMAND… : PACKAGES are wanted when any COMMAND is missing.
need() {
  local packages=$1 missing=() command
  shift
  for command in "$@"; do
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

# What commands to a running node load, laid out to be mapped instead of read (class-data sharing): they start in half
# the time. The JVM holds it against its own version and the jars; where it does not fit, or could not be made, it does without.
client_archive="$jar_folder/client.jsa"

# What lies between Java and C, as a file: else each start would unpack it, and ask ldconfig where libraries are.
native_library="$jar_folder/native/libjnidispatch.so"
native_tuning=(-Djna.boot.library.path="${native_library%/*}" -Djna.platform.library.path=)

client_tuning=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m "${native_tuning[@]}")

# Where this leaves nothing the JVM unpacks it as before.
unpack_native_library() {
  local platform
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64") platform=linux-x86-64 ;;
    "Linux aarch64") platform=linux-aarch64 ;;
    *) return 0 ;;
  esac
  rm -rf "${native_library%/*}"
  mkdir -p "${native_library%/*}"
  (
    cd "${native_library%/*}"
    jar xf "$jar_folder"/lib/jna-[0-9]*.jar "com/sun/jna/$platform/libjnidispatch.so" \
      && mv "com/sun/jna/$platform/libjnidispatch.so" . && rm -r com
  ) >> "$root/target/build.log" 2>&1 || rm -rf "${native_library%/*}"
}

make_client_archive() {
  local classes="$jar_folder/client.classes" folder
  rm -f "$client_archive"
  folder=$(mktemp -d) || return 0
  if java "${client_tuning[@]}" -Xshare:off -XX:DumpLoadedClassList="$classes" -cp "$jar_folder/lib/*" \
    io.limpet.rig.internal.cli.WarmUpMain "$folder" > "$jar_folder/client.log" 2>&1; then
    # Laying out these would link picocli, whose classes are of an old version that is not taken once it is linked.
    sed -i '/^@lambda-proxy.*picocli/d' "$classes"
    java "${client_tuning[@]}" -Xshare:dump -XX:SharedClassListFile="$classes" -XX:SharedArchiveFile="$client_archive" \
      -cp "$jar_folder/lib/*" >> "$jar_folder/client.log" 2>&1 || rm -f "$client_archive"
  fi
  rm -rf "$folder"
}

# The manual page and the completion of bash, for whoever installs them (docs/command-line.md).
make_reference() {
  local words
  for words in "man" "completion bash"; do
    # shellcheck disable=SC2086
    java "${client_tuning[@]}" -cp "$jar_folder/lib/*" io.limpet.rig.internal.cli.RigMain $words \
      > "$jar_folder/limpet.${words%% *}" || rm -f "$jar_folder/limpet.${words%% *}"
  done
}

build() {
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
    unpack_native_library
    make_client_archive
    make_reference
    touch "$jar_folder/built"
  ) 9> "$root/target/build.lock" || exit 1
}

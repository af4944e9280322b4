# Sourced by whatever starts limpet, from the sources or installed; not to be run.

# What commands to a running node load, laid out to be mapped instead of read (class-data sharing): they start in half
# the time. The JVM holds it against its own version and the jars; where it does not fit, or could not be made, it does without.
# Only with G1 does an archive hold the JDK's module graph ready, too.
client_tuning=(-XX:+UseG1GC -XX:TieredStopAtLevel=1 -Xmx64m)

# What lies between Java and C, as a file: else each start unpacks it, and asks ldconfig where libraries are.
native_tuning=()

# use_native FOLDER : has it taken from there, if it is there.
use_native() {
  [ ! -f "$1/libjnidispatch.so" ] || native_tuning=(-Djna.boot.library.path="$1" -Djna.platform.library.path=)
}

# unpack_native LIB FOLDER : puts it there, out of the jars of LIB; where it cannot, the JVM unpacks it as ever.
unpack_native() {
  local platform
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64") platform=linux-x86-64 ;;
    "Linux aarch64") platform=linux-aarch64 ;;
    *) return 0 ;;
  esac
  rm -rf "$2"
  mkdir -p "$2"
  (
    cd "$2"
    jar xf "$1"/jna-[0-9]*.jar "com/sun/jna/$platform/libjnidispatch.so" \
      && mv "com/sun/jna/$platform/libjnidispatch.so" . && rm -r com
  ) > /dev/null 2>&1 || rm -rf "$2"
}

# class_path FOLDER : its jars in an order that does not depend on how the folder was written.
class_path() {
  local LC_ALL=C IFS=:
  local jars=("$1"/*.jar)
  echo "${jars[*]}"
}

# make_client_archive JAVA CLASSPATH MAIN ARCHIVE : MAIN loads what commands load.
make_client_archive() {
  local java=$1 path=$2 main=$3 archive=$4 classes=$4.classes log=$4.log folder
  rm -f "$archive" "$archive.for"
  folder=$(mktemp -d) || return 0
  if "$java" "${client_tuning[@]}" "${native_tuning[@]}" -Xshare:off -XX:DumpLoadedClassList="$classes" -cp "$path" "$main" "$folder" \
    > "$log" 2>&1; then
    # Laying out these would link picocli, whose classes are of an old version that is not taken once it is linked.
    sed -i '/^@lambda-proxy.*picocli/d' "$classes"
    "$java" "${client_tuning[@]}" -Xshare:dump -XX:SharedClassListFile="$classes" -XX:SharedArchiveFile="$archive" \
      -cp "$path" >> "$log" 2>&1 && echo "$path" > "$archive.for" || rm -f "$archive"
  fi
  rm -rf "$folder"
}

# client_path FOLDER : as many of its jars as those commands need that do nothing but ask a running node: whatever looks for
# a class that nobody has, and the command line's library does, looks through all of them.
client_path() {
  local LC_ALL=C IFS=: jar
  local jars=()
  for jar in "$1"/*.jar; do
    case "${jar##*/}" in
      device-tests-* | mesh-* | tcp-engine-* | presence-* | invitations-* | picocli-* | jackson-annotations-* | jackson-core-* \
        | jackson-databind-* | jackson-datatype-* | jna-* | logback-* | slf4j-* | jspecify-*) jars+=("$jar") ;;
    esac
  done
  echo "${jars[*]}"
}

# Sets command to the first word that is neither an option nor the value of one.
find_command() {
  command=
  while [ $# -gt 0 ]; do
    case $1 in
      --home | --config) shift || true ;;
      -*) ;;
      *)
        command=$1
        return 0
        ;;
    esac
    [ $# -eq 0 ] || shift
  done
}

# tune LIB ARCHIVE WORD… : sets path and tuning, the class path and the JVM's options for this command line.
tune() {
  local lib=$1 archive=$2 heap
  shift 2
  find_command "$@"
  path=$(class_path "$lib")
  # What lives long is compiled well; what only asks a running node starts fast.
  tuning=("${client_tuning[@]}" "${native_tuning[@]}" -Xshare:auto -XX:-UsePerfData)
  case $command in
    demo | bench)
      # Two hundred nodes in one process are forty thousand pairs.
      case " $* " in *" beacons "*) heap=1200m ;; *) heap=512m ;; esac
      tuning=(-XX:+UseSerialGC -Xms64m -Xmx"$heap" -Djava.awt.headless=true)
      ;;
    rig)
      case " $* " in *" rig up "*) tuning=(-XX:+UseSerialGC -Xms64m -Xmx512m -Djava.awt.headless=true) ;; esac
      ;;
    node)
      tuning=(-XX:+UseSerialGC -Xms32m -Xmx160m -Xmn16m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25
        -Xss512k -XX:MaxDirectMemorySize=96m -XX:ReservedCodeCacheSize=64m
        -XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=5000
        -Dio.netty.leakDetection.level=disabled -Dio.netty.allocator.type=pooled "${native_tuning[@]}")
      ;;
    report)
      # Journals of several laptops at once.
      tuning=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx768m)
      ;;
    "" | help | status | stop | peers | verify | share | activities | join | leave | remove | invite | invitations | accept | decline \
      | withdraw | policy | say | listen | chat | links | explain | connections | sockets | page | send | receive | expose \
      | forward | socks | forwards)
      path=$(client_path "$lib")
      # An archive of jars at another place would cost the one that every JVM has.
      if [ -f "$archive.for" ] && [ "$(< "$archive.for")" = "$path" ]; then
        # Mapped at the address that it was made for, none of its pages is written. The same jars were verified as it was
        # made; picocli's classes, of a version that no archive keeps verified, would be once more at each start.
        tuning+=(-XX:SharedArchiveFile="$archive" -Xlog:disable -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
          -XX:-BytecodeVerificationRemote)
      fi
      ;;
  esac
  # Whoever runs out of memory ends: half a node would hang on, and its peers with it.
  tuning+=(-XX:+ExitOnOutOfMemoryError -Dio.netty.tryReflectionSetAccessible=false)
}

# installed PREFIX : sets java, lib, archive and logging of what is installed there.
installed() {
  local share=$1/share/limpet
  java=$1/lib/limpet/runtime/bin/java
  if [ ! -x "$java" ]; then
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    command -v "$java" > /dev/null 2>&1 || {
      echo "limpet: no Java found: install a Java runtime of version 17 or newer" >&2
      exit 1
    }
  fi
  lib=$share/lib
  use_native "$share/native"
  logging=-Dlogback.configurationFile=$share/logback.xml
  archive=$share/client.jsa
  # What a package has installed is the package manager's.
  case $1 in */usr) archive=${1%/usr}/var/cache/limpet/client.jsa ;; esac
}

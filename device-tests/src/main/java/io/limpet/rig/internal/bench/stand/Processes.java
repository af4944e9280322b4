package io.limpet.rig.internal.bench.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What processes cost, and the options that those of a benchmark run with. */
public final class Processes {
  /** What {@code bin/limpet} gives a node; a test holds the two together. */
  public static final List<String> NODE_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms32m",
          "-Xmx160m",
          "-Xmn16m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=25",
          "-Xss512k",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:TrimNativeHeapInterval=5000",
          "-Dio.netty.leakDetection.level=disabled",
          "-Dio.netty.allocator.type=pooled",
          "-Dio.netty.tryReflectionSetAccessible=false");

  /** What those that Limpet is compared with get: the same collector, and more memory. */
  static final List<String> PEER_JVM = List.of("-XX:+UseSerialGC", "-Xmx512m");

  private static final double CLOCK_TICKS_PER_SECOND = 100;

  private Processes() {}

  /** User and system time, fields 14 and 15 of {@code /proc/PID/stat}. */
  public static double cpuSeconds(long pid) throws BenchException {
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / CLOCK_TICKS_PER_SECOND;
  }

  /** Returns the memory that is resident. */
  public static long residentBytes(long pid) throws BenchException {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static String read(long pid, String file) throws BenchException {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new BenchException("process " + pid + " has ended", e);
    }
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.nio.ByteBuffer;
import java.util.Map;

/** Values of scripts: times, sizes, settings, and the bytes that both sides send. */
final class ScriptUnits {
  private ScriptUnits() {}

  /** {@code 0}, {@code 250us}, {@code 10ms}, {@code 1.5s}. */
  static long nanos(String text) {
    String[] units = {"us", "ms", "s"};
    double[] factors = {1e3, 1e6, 1e9};
    for (int i = 0; i < units.length; i++) {
      if (text.endsWith(units[i])) {
        String number = text.substring(0, text.length() - units[i].length());
        return Math.round(Double.parseDouble(number) * factors[i]);
      }
    }
    if (!text.equals("0")) {
      throw new IllegalArgumentException("a time without a unit: " + text);
    }
    return 0;
  }

  static EngineConfig engine(Map<String, String> settings) {
    EngineConfig d = EngineConfig.defaults();
    EngineConfig made =
        new EngineConfig(
            time(settings, "maxSegmentLifetime", d.maxSegmentLifetimeNs()),
            time(settings, "rtoMin", d.rtoMinNs()),
            time(settings, "rtoMax", d.rtoMaxNs()),
            time(settings, "rtoInitial", d.rtoInitialNs()),
            time(settings, "delayedAck", d.delayedAckNs()),
            time(settings, "finWait2", d.finWait2Ns()),
            size(settings, "maxSegment", d.maxSegmentBytes()),
            time(settings, "userTimeoutLeast", d.userTimeoutLeastNs()),
            time(settings, "userTimeoutMost", d.userTimeoutMostNs()),
            size(settings, "bufferBudget", (int) d.bufferBudgetBytes()));
    refuseUnknown(settings);
    return made;
  }

  static TcpConfig config(Map<String, String> settings, TcpConfig d) {
    TcpConfig made =
        new TcpConfig(
            size(settings, "sendBuffer", d.sendBufferBytes()),
            size(settings, "receiveBuffer", d.receiveBufferBytes()),
            !"off".equals(settings.remove("nodelay")),
            time(settings, "keepAlive", d.keepAliveNs()),
            time(settings, "userTimeout", d.userTimeoutNs()),
            time(settings, "suspectAfter", d.suspectAfterNs()),
            CongestionAlgorithm.valueOf(
                settings.getOrDefault("congestion", d.congestionControl().name())),
            "off".equals(settings.remove("redundancy")) ? 0 : d.redundancyShare());
    settings.remove("congestion");
    refuseUnknown(settings);
    return made;
  }

  private static void refuseUnknown(Map<String, String> settings) {
    if (!settings.isEmpty()) {
      throw new IllegalArgumentException("no such settings: " + settings.keySet());
    }
  }

  private static long time(Map<String, String> settings, String name, long otherwise) {
    String value = settings.remove(name);
    return value == null ? otherwise : nanos(value);
  }

  private static int size(Map<String, String> settings, String name, int otherwise) {
    String value = settings.remove(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  /** Compares a value of {@code TcpInfo} with one of a script. */
  static boolean holds(Object value, String operator, String text) {
    if (!(value instanceof Number number)) {
      return value.toString().equals(text) == operator.equals("==");
    }
    double right = text.matches(".*[a-z]$") ? nanos(text) : Double.parseDouble(text);
    int compared = Double.compare(number.doubleValue(), right);
    return switch (operator) {
      case "==" -> compared == 0;
      case "!=" -> compared != 0;
      case "<" -> compared < 0;
      case "<=" -> compared <= 0;
      case ">" -> compared > 0;
      case ">=" -> compared >= 0;
      default -> throw new IllegalArgumentException("no such operator: " + operator);
    };
  }

  static byte ourByte(int offset) {
    return (byte) (offset * 31 + (offset >> 8));
  }

  static byte theirByte(int offset) {
    return (byte) (offset * 17 + (offset >> 8) + 5);
  }

  static ByteBuffer ourBytes(long from, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int i = 0; i < length; i++) {
      bytes.put(ourByte((int) from + i));
    }
    return bytes.flip();
  }

  static ByteBuffer theirBytes(int from, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int i = 0; i < length; i++) {
      bytes.put(theirByte(from + i));
    }
    return bytes.flip();
  }
}

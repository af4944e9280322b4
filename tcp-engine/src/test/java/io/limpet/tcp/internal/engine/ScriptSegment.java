package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.wire.Segment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A segment as a script writes it: {@code P. 1:1001(1000) ack 1 win 500 <sack 5:9, ts 10:20>}. What
 * is not written is not compared, control bits, sequence numbers and length apart.
 */
final class ScriptSegment {
  private static final Pattern FORM =
      Pattern.compile(
          "([SFRPU.]+) (-?\\d+):(-?\\d+)\\((?:(\\d+)x)?(\\d+)\\)"
              + "(?: ack (-?\\d+))?(?: win (\\d+))?(?: urg (\\d+))?(?: <(.*)>)?");

  final String text;
  final int flags;
  final int seq;
  final int length;

  /** How many segments of that length this stands for. */
  final int count;

  final @Nullable Integer ack;
  final @Nullable Integer window;
  final int urgentPointer;
  @Nullable Integer mss;
  @Nullable Integer windowScale;
  boolean sackPermitted;
  @Nullable String timestamps;
  @Nullable Integer userTimeoutSeconds;
  final List<int[]> sacks = new ArrayList<>();
  final List<String> absent = new ArrayList<>();
  byte[] raw = {};
  boolean withoutTimestamps;

  private ScriptSegment(String text, Matcher form) {
    this.text = text;
    flags = flags(form.group(1));
    seq = Integer.parseInt(form.group(2));
    count = form.group(4) == null ? 1 : Integer.parseInt(form.group(4));
    length = Integer.parseInt(form.group(5));
    int end = Integer.parseInt(form.group(3));
    if (end - seq != count * length) {
      throw new IllegalArgumentException("the length and the sequence numbers disagree: " + text);
    }
    ack = number(form.group(6));
    window = number(form.group(7));
    urgentPointer = form.group(8) == null ? 0 : Integer.parseInt(form.group(8));
    if (form.group(9) != null && !form.group(9).isBlank()) {
      for (String option : form.group(9).split(",", -1)) {
        option(option.trim());
      }
    }
  }

  static ScriptSegment parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("not a segment: " + text);
    }
    return new ScriptSegment(text, form);
  }

  private static @Nullable Integer number(@Nullable String text) {
    return text == null ? null : Integer.valueOf(text);
  }

  private static int flags(String letters) {
    int flags = 0;
    for (int i = 0; i < letters.length(); i++) {
      flags |=
          switch (letters.charAt(i)) {
            case 'S' -> Segment.SYN;
            case 'F' -> Segment.FIN;
            case 'R' -> Segment.RST;
            case 'P' -> Segment.PSH;
            case 'U' -> Segment.URG;
            default -> Segment.ACK;
          };
    }
    return flags;
  }

  private void option(String option) {
    String[] words = option.split("\\s+", -1);
    switch (words[0]) {
      case "mss" -> mss = Integer.valueOf(words[1]);
      case "wscale" -> windowScale = Integer.valueOf(words[1]);
      case "sackOK" -> sackPermitted = true;
      case "ts" -> timestamps = words[1];
      case "nots" -> withoutTimestamps = true;
      case "uto" -> userTimeoutSeconds = Integer.valueOf(words[1]);
      case "raw" -> raw = HexFormat.of().parseHex(words[1]);
      case "sack" -> {
        for (int i = 1; i < words.length; i++) {
          String[] edges = words[i].split(":", -1);
          sacks.add(new int[] {Integer.parseInt(edges[0]), Integer.parseInt(edges[1])});
        }
      }
      default -> {
        if (!words[0].startsWith("!")) {
          throw new IllegalArgumentException("no such option: " + option);
        }
        absent.add(words[0].substring(1));
      }
    }
  }

  /** Says how a segment that was sent differs from this, or null if it does not. */
  @Nullable String difference(Segment sent, int part, ScriptNumbers numbers) {
    int compared = ~Segment.PSH | (part == count - 1 ? flags & Segment.PSH : 0);
    int seqNow = sent.seq - numbers.ours();
    int ackNow = sent.ack - numbers.theirs();
    if ((sent.flags & compared) != (flags & compared)) {
      return "the control bits differ";
    }
    if (seqNow != seq + part * length || sent.payload.remaining() != length) {
      return "the sequence numbers differ";
    }
    if (ack != null && ackNow != ack) {
      return "the acknowledgement differs";
    }
    if (window != null && sent.window != window) {
      return "the window is " + sent.window;
    }
    if (sent.has(Segment.URG) && sent.urgentPointer != urgentPointer) {
      return "the urgent pointer is " + sent.urgentPointer;
    }
    return optionDifference(sent, numbers);
  }

  private @Nullable String optionDifference(Segment sent, ScriptNumbers numbers) {
    if (mss != null && sent.mss != mss) {
      return "MSS is " + sent.mss;
    }
    if (windowScale != null && sent.windowScale != windowScale) {
      return "the window scale is " + sent.windowScale;
    }
    if (sackPermitted && !sent.sackPermitted) {
      return "SACK is not permitted";
    }
    if (userTimeoutSeconds != null && sent.userTimeoutSeconds != userTimeoutSeconds) {
      return "the user timeout is " + sent.userTimeoutSeconds;
    }
    String stamp = numbers.stamp(sent);
    if (timestamps != null && !matches(timestamps, stamp)) {
      return "the timestamps are " + stamp;
    }
    if (!sacks.isEmpty() || absent.contains("sack")) {
      String wanted = describe(sacks);
      String found = describe(numbers.sacks(sent));
      if (!wanted.equals(found)) {
        return "SACK is " + found;
      }
    }
    for (String kind : absent) {
      boolean there =
          switch (kind) {
            case "mss" -> sent.mss > 0;
            case "wscale" -> sent.windowScale >= 0;
            case "sackOK" -> sent.sackPermitted;
            case "ts" -> sent.hasTimestamps;
            case "uto" -> sent.userTimeoutSeconds > 0;
            case "sack" -> sent.sackCount > 0;
            default -> throw new IllegalArgumentException("no such option: " + kind);
          };
      if (there) {
        return "there is an option " + kind;
      }
    }
    return null;
  }

  private static boolean matches(String pattern, String stamp) {
    String[] wanted = pattern.split(":", -1);
    String[] found = stamp.split(":", -1);
    return found.length == 2
        && (wanted[0].equals("*") || wanted[0].equals(found[0]))
        && (wanted[1].equals("*") || wanted[1].equals(found[1]));
  }

  private static String describe(List<int[]> blocks) {
    StringBuilder text = new StringBuilder();
    for (int[] block : blocks) {
      text.append(String.format(Locale.ROOT, " %d:%d", block[0], block[1]));
    }
    return text.isEmpty() ? "not there" : text.substring(1);
  }

  @Override
  public String toString() {
    return text;
  }
}

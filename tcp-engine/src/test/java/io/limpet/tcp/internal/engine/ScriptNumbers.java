package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The numbers of a script and those on the wire: both sides' sequence numbers count from their SYN,
 * and the endpoint's timestamps from its first segment.
 */
final class ScriptNumbers {
  private int ours;
  private boolean oursKnown;
  private int theirs;
  private int firstStamp;
  private boolean stampKnown;
  private int latestStamp;

  ScriptNumbers(int peerIss) {
    theirs = peerIss;
  }

  int ours() {
    return ours;
  }

  int theirs() {
    return theirs;
  }

  /** The peer's next connection begins further on; that of the endpoint with its next SYN. */
  void rebase(int by) {
    theirs += by;
    oursKnown = false;
  }

  void sent(Segment segment) {
    if (segment.has(Segment.SYN) && !oursKnown) {
      ours = segment.seq;
      oursKnown = true;
    }
    if (segment.hasTimestamps) {
      if (!stampKnown) {
        firstStamp = segment.tsVal;
        stampKnown = true;
      }
      latestStamp = segment.tsVal;
    }
  }

  /** TSecr for a number of a script, or the newest TSval seen. */
  int echo(String text) {
    return text.equals("*") ? latestStamp : firstStamp + Integer.parseInt(text);
  }

  String stamp(Segment segment) {
    return segment.hasTimestamps
        ? (segment.tsVal - firstStamp) + ":" + Integer.toUnsignedString(segment.tsEcr)
        : "not there";
  }

  List<int[]> sacks(Segment segment) {
    List<int[]> blocks = new ArrayList<>();
    for (int i = 0; i < segment.sackCount; i++) {
      blocks.add(new int[] {segment.sackLeft[i] - theirs, segment.sackRight[i] - theirs});
    }
    return blocks;
  }

  /** A segment of the endpoint's in the form that scripts are written in. */
  String describe(Segment segment) {
    StringBuilder text = new StringBuilder();
    text.append(segment.has(Segment.SYN) ? "S" : "").append(segment.has(Segment.FIN) ? "F" : "");
    text.append(segment.has(Segment.RST) ? "R" : "").append(segment.has(Segment.PSH) ? "P" : "");
    text.append(segment.has(Segment.URG) ? "U" : "").append(segment.has(Segment.ACK) ? "." : "");
    int seq = segment.seq - ours;
    int length = segment.payload.remaining();
    text.append(String.format(Locale.ROOT, " %d:%d(%d)", seq, seq + length, length));
    if (segment.has(Segment.ACK)) {
      text.append(" ack ").append(segment.ack - theirs);
    }
    text.append(" win ").append(segment.window);
    if (segment.has(Segment.URG)) {
      text.append(" urg ").append(segment.urgentPointer);
    }
    List<String> options = new ArrayList<>();
    if (segment.mss > 0) {
      options.add("mss " + segment.mss);
    }
    if (segment.sackPermitted) {
      options.add("sackOK");
    }
    if (segment.windowScale >= 0) {
      options.add("wscale " + segment.windowScale);
    }
    if (segment.hasTimestamps) {
      options.add("ts " + stamp(segment));
    }
    if (segment.userTimeoutSeconds > 0) {
      options.add("uto " + segment.userTimeoutSeconds);
    }
    for (int[] block : sacks(segment)) {
      options.add("sack " + block[0] + ":" + block[1]);
    }
    if (!options.isEmpty()) {
      text.append(" <").append(String.join(", ", options)).append('>');
    }
    return text.toString();
  }
}

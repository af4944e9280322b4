package io.limpet.tcp.internal.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * One packet of a capture as tshark dissects it.
 *
 * @param number in the capture, from 1 on
 * @param fromEngine whether the engine sent it
 * @param stream which connection it belongs to
 * @param sourcePort 1..65535
 * @param destinationPort 1..65535
 * @param seq SEG.SEQ
 * @param length of the data
 * @param ack SEG.ACK
 * @param flags the control bits
 * @param windowBytes the window as it is meant, scaled
 * @param windowUnit what one of the window field is worth
 * @param checksumGood whether the checksum is right
 * @param malformed whether it could not be dissected
 * @param remarks what tshark says about it
 */
record Packet(
    long number,
    boolean fromEngine,
    int stream,
    int sourcePort,
    int destinationPort,
    int seq,
    int length,
    int ack,
    int flags,
    long windowBytes,
    int windowUnit,
    boolean checksumGood,
    boolean malformed,
    List<Remark> remarks) {

  /** A line of tshark's expert information. */
  record Remark(long severity, String text) {
    static final long WARNING = 0x0060_0000;
    static final long ERROR = 0x0080_0000;
  }

  /** What tshark is asked for, in this order. */
  static final List<String> FIELDS =
      List.of(
          "frame.number",
          "ipv6.src",
          "tcp.stream",
          "tcp.srcport",
          "tcp.dstport",
          "tcp.seq_raw",
          "tcp.len",
          "tcp.ack_raw",
          "tcp.flags",
          "tcp.window_size",
          "tcp.window_size_scalefactor",
          "tcp.checksum.status",
          "_ws.malformed",
          "_ws.expert.severity",
          "_ws.expert.message");

  /** Between the values of a field that is there more than once: in no text of tshark's. */
  static final char SEPARATOR = '\u0001';

  private static final String GOOD = "1";

  /** The engine's address as tshark writes it. */
  private static final String ENGINE = "2001:20::2";

  /** Reads a line of fields with tabs between them. */
  static Packet read(String line) {
    String[] field = line.split("\t", -1);
    if (field.length < FIELDS.size()) {
      throw new IllegalArgumentException("not a packet: " + line);
    }
    return new Packet(
        Long.parseLong(field[0]),
        field[1].equals(ENGINE),
        Integer.parseInt(field[2]),
        Integer.parseInt(field[3]),
        Integer.parseInt(field[4]),
        Integer.parseUnsignedInt(field[5]),
        Integer.parseInt(field[6]),
        Integer.parseUnsignedInt(field[7]),
        Integer.decode(field[8]),
        Long.parseLong(field[9]),
        field[10].isEmpty() ? 1 : Math.max(1, Integer.parseInt(field[10])),
        field[11].equals(GOOD),
        !field[12].isEmpty(),
        remarks(field[13], field[14]));
  }

  private static List<Remark> remarks(String severities, String texts) {
    List<Remark> remarks = new ArrayList<>();
    if (!severities.isEmpty()) {
      String[] severity = severities.split(String.valueOf(SEPARATOR), -1);
      String[] text = texts.split(String.valueOf(SEPARATOR), -1);
      for (int i = 0; i < severity.length; i++) {
        remarks.add(new Remark(Long.parseLong(severity[i]), text[i]));
      }
    }
    return remarks;
  }

  boolean has(int controlBit) {
    return (flags & controlBit) != 0;
  }

  /** Returns the sequence number after the last one that it occupies. */
  int endSeq() {
    return seq + length + Integer.bitCount(flags & 0b11);
  }

  @Override
  public String toString() {
    return "packet %d of stream %d, %s port %d to %d, flags %x, seq %s, %d bytes, ack %s, window %d"
        .formatted(
            number,
            stream,
            fromEngine ? "engine" : "kernel",
            sourcePort,
            destinationPort,
            flags,
            Integer.toUnsignedString(seq),
            length,
            Integer.toUnsignedString(ack),
            windowBytes);
  }
}

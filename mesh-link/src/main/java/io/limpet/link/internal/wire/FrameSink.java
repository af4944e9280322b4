package io.limpet.link.internal.wire;

import io.netty.buffer.ByteBuf;

/** Takes the frames of one authentic datagram, in order. */
public interface FrameSink {
  /**
   * A protocol's payload.
   *
   * @param payload a view into the datagram, valid during the call only
   */
  void onPayload(int protocolCode, ByteBuf payload);

  /**
   * A protocol's payload that was sent on several paths at once.
   *
   * @param id the same for every copy, raised by one with each payload that is doubled
   * @param payload a view into the datagram, valid during the call only
   */
  void onDoubledPayload(int protocolCode, int id, ByteBuf payload);

  /** What the peer received on one of our paths. */
  void onPathReport(PathReport report);

  /** To be answered with the same token on the path that it came on. */
  void onPathChallenge(long token);

  /** The answer to a challenge of ours. */
  void onPathResponse(long token);

  /** The peer's unicast to us does not get through: renew its mapping of our address. */
  void onPleaseRepair();

  /**
   * The peer has done what we asked.
   *
   * @param operations how many operations it carried out, 0..255
   */
  void onRepairDone(int operations);

  /** To be answered with the same token both by unicast and by multicast. */
  void onLinkTest(long token);

  /** What we send to the peer by unicast, or by multicast, does not arrive there. */
  void onUnheard(boolean multicast);

  /** The peer leaves. */
  void onGoodbye();
}

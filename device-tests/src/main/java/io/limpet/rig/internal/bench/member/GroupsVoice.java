package io.limpet.rig.internal.bench.member;

import java.io.IOException;
import java.util.Arrays;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.pbcast.NAKACK2;

/** JGroups over UDP: reliable multicast, each sender's messages in order. */
final class GroupsVoice implements Voice {
  /** The stack that its jar has for IP multicast. */
  private static final String STACK = "udp.xml";

  private static final String CLUSTER = "bench";

  private final JChannel channel;

  private GroupsVoice(JChannel channel) {
    this.channel = channel;
  }

  /**
   * Joins the cluster.
   *
   * @param tuned whether datagrams, credits and repair are fitted to a slow radio
   */
  static GroupsVoice join(String name, boolean tuned, Heard heard) throws IOException {
    if (tuned) {
      // One frame a datagram: where a frame is lost, no others are lost with it.
      System.setProperty("jgroups.bundler.max_size", "1450");
    }
    try {
      JChannel channel = new JChannel(STACK);
      if (tuned) {
        tune(channel);
      }
      channel.setName(name);
      channel.setDiscardOwnMessages(true);
      channel.setReceiver(
          new Receiver() {
            @Override
            public void receive(Message message) {
              int from = message.getOffset();
              heard.onMessage(
                  Arrays.copyOfRange(message.getArray(), from, from + message.getLength()),
                  System.nanoTime());
            }
          });
      channel.connect(CLUSTER);
      return new GroupsVoice(channel);
    } catch (Exception e) {
      throw new IOException("JGroups does not start: " + e, e);
    }
  }

  /** What is on its way fits into a radio's queue, and is asked for again five times as often. */
  private static void tune(JChannel channel) {
    FRAG2 fragmentation = channel.getProtocolStack().findProtocol(FRAG2.class);
    fragmentation.setFragSize(1300);
    MFC multicast = channel.getProtocolStack().findProtocol(MFC.class);
    multicast.setMaxCredits(48_000);
    UFC unicast = channel.getProtocolStack().findProtocol(UFC.class);
    unicast.setMaxCredits(48_000);
    NAKACK2 repair = channel.getProtocolStack().findProtocol(NAKACK2.class);
    repair.setXmitInterval(100);
  }

  @Override
  public int listeners() {
    View view = channel.getView();
    return view == null ? 0 : view.size() - 1;
  }

  @Override
  public void say(byte[] message) throws IOException {
    try {
      channel.send(new BytesMessage(null, message));
    } catch (Exception e) {
      throw new IOException("not sent: " + e, e);
    }
  }
}

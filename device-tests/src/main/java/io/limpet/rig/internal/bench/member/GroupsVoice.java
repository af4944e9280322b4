package io.limpet.rig.internal.bench.member;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.conf.ConfiguratorFactory;
import org.jgroups.conf.ProtocolConfiguration;
import org.jgroups.conf.ProtocolStackConfigurator;

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
    try {
      JChannel channel = new JChannel(stack(tuned));
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

  /**
   * A tuned one sends one frame a datagram, so that no others are lost with a lost one, keeps no
   * more on its way than a radio's queue holds, and asks again five times as often.
   */
  private static ProtocolStackConfigurator stack(boolean tuned) throws Exception {
    ProtocolStackConfigurator stack = ConfiguratorFactory.getStackConfigurator(STACK);
    if (tuned) {
      for (ProtocolConfiguration protocol : stack.getProtocolStack()) {
        Map<String, String> properties = protocol.getProperties();
        switch (protocol.getProtocolName()) {
          case "UDP" -> properties.put("bundler.max_size", "1450");
          case "FRAG2" -> properties.put("frag_size", "1300");
          case "MFC", "UFC" -> properties.put("max_credits", "48K");
          case "pbcast.NAKACK2" -> properties.put("xmit_interval", "100");
          default -> {
            // As it is.
          }
        }
      }
    }
    return stack;
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

package io.limpet.rig.internal.bench.member;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlArgs;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One member of a group, as a program of its own, driven by commands on the same kind of control
 * socket as a node. All kinds of members say and hear by the same code.
 */
public final class MemberMain {
  /** Limpet's group channel. */
  public static final String CHANNEL = "limpet";

  /** A stream of Limpet's to each other member. */
  public static final String STREAMS = "limpet-streams";

  /** JGroups as its jar sets it up. */
  public static final String GROUPS = "jgroups-udp";

  /** JGroups fitted to a slow radio. */
  public static final String TUNED_GROUPS = "jgroups-tuned";

  private static final int LONGEST = 60_000;

  private final Heard heard = new Heard();
  private final int number;
  private final Map<String, Voice> voices = new ConcurrentHashMap<>();

  private MemberMain(int number) {
    this.number = number;
  }

  /**
   * Runs until standard input ends.
   *
   * @param args the folder of the control socket; the contender; the member's number; the interface
   */
  public static void main(String[] args) {
    MemberMain member = new MemberMain(Integer.parseInt(args[2]));
    try {
      ControlServer control = ControlServer.start(Path.of(args[0]), member.commands());
      member.join(Path.of(args[0]), args[1], args[3]);
      while (System.in.read() >= 0) {
        // What is written there means nothing; only its end does.
      }
      control.close();
      System.exit(0);
    } catch (IOException | NodeException e) {
      System.err.println("limpet: " + e.getMessage());
      System.exit(1);
    }
  }

  private void join(Path home, String contender, String interfaceName)
      throws IOException, NodeException {
    String name = "member" + number;
    if (contender.startsWith("jgroups")) {
      voices.put(contender, GroupsVoice.join(name, contender.equals(TUNED_GROUPS), heard));
      return;
    }
    // Not its own folder: a node's control socket would stand in ours.
    MeshNode node =
        MeshNode.builder(home.resolve("node"), name).interfaces(List.of(interfaceName)).start();
    ChannelVoice channel = ChannelVoice.join(node, number == 0, heard);
    voices.put(STREAMS, StreamVoice.open(node, channel::members, heard));
    voices.put(CHANNEL, channel);
  }

  private ControlCommands commands() {
    ControlCommands commands = new ControlCommands();
    commands.add(
        "listeners",
        (args, reply) -> {
          Voice voice = voices.get(ControlArgs.required(args, "voice"));
          reply.result(voice == null ? -1 : voice.listeners());
        });
    commands.add(
        "begin",
        (args, reply) -> {
          heard.begin(run(args));
          voice(args).prepare();
          reply.result(true);
        });
    commands.add("say", (args, reply) -> reply.result(say(args)));
    commands.add("flood", (args, reply) -> reply.result(flood(args)));
    commands.add(
        "heard",
        (args, reply) ->
            reply.result(
                heard.told(
                    args.path("untilNs").asLong(Long.MAX_VALUE),
                    args.path("samples").asBoolean())));
    return commands;
  }

  private Voice voice(JsonNode args) throws ControlException {
    String name = ControlArgs.required(args, "voice");
    Voice voice = voices.get(name);
    if (voice == null) {
      throw new ControlException("this member does not speak by '" + name + "'", 2);
    }
    return voice;
  }

  private static int run(JsonNode args) throws ControlException {
    return ControlArgs.number(args, "run", 0, 1, Integer.MAX_VALUE);
  }

  private static int bytes(JsonNode args) throws ControlException {
    return ControlArgs.number(args, "bytes", 1000, Spoken.HEAD_BYTES, LONGEST);
  }

  /** Says so many messages, each when it is due, whatever became of the last. */
  private int say(JsonNode args) throws ControlException, IOException {
    Voice voice = voice(args);
    int count = ControlArgs.number(args, "count", 1, 0, 100_000);
    long startNs = args.path("startNs").asLong();
    long everyNs = args.path("everyNs").asLong();
    for (int i = 0; i < count; i++) {
      long dueNs = startNs + i * everyNs;
      for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      voice.say(new Spoken(run(args), number, i, dueNs).encode(bytes(args)));
    }
    return count;
  }

  /** Says as many messages as it can for a while. */
  private int flood(JsonNode args) throws ControlException, IOException {
    Voice voice = voice(args);
    long untilNs = args.path("untilNs").asLong();
    int count = 0;
    while (System.nanoTime() - untilNs < 0) {
      voice.say(new Spoken(run(args), number, count++, System.nanoTime()).encode(bytes(args)));
    }
    return count;
  }
}

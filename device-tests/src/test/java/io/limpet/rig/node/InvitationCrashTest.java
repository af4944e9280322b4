package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes invite each other over real kernels that lose a fifth of all frames and swallow
 * unicast now and then, and are killed at any moment: every invitation ends in one state on both
 * sides, and whom it is for is told of it at most once and finds it.
 */
@Tag("kernel")
@Tag("waits")
@Timeout(180)
class InvitationCrashTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of each to each other; within what is taken at once of one person. */
  private static final int INVITATIONS = 50;

  /** A fault comes when so many more invitations have arrived. */
  private static final int BETWEEN_FAULTS = 25;

  @TempDir Path folder;

  private final Map<String, Storm> storms = new HashMap<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final AtomicInteger arrived = new AtomicInteger();

  /** What one side knows of an invitation. */
  private record Known(String state, String box, String reason) {
    /** After crashes more may be open at once than the storm wants: the inbox is full. */
    boolean isRefused() {
      return state.equals("DECLINED")
          && reason.equals("too many of your invitations are open here");
    }

    boolean isFinal() {
      return !state.equals("PENDING") && !state.equals("DELIVERED");
    }
  }

  /** One node in all its lives, and what it told in them. */
  private final class Storm {
    final RigDevice device;
    final Map<String, Known> known = new ConcurrentHashMap<>();
    final Set<String> received = ConcurrentHashMap.newKeySet();
    final Set<String> sent = ConcurrentHashMap.newKeySet();
    final Map<String, AtomicInteger> invited = new ConcurrentHashMap<>();
    int lives;
    RigProcess process;

    Storm(RigDevice device) {
      this.device = device;
    }

    void start() {
      List<String> arguments = new ArrayList<>();
      arguments.add(folder.resolve(device.name()).toString());
      arguments.add(device.name());
      arguments.add(device.interfaceName());
      for (String other : storms.keySet()) {
        if (!other.equals(device.name())) {
          arguments.add(other + "=" + (INVITATIONS - invitedTo(other).get()));
        }
      }
      lives++;
      process =
          device
              .javaCommand(
                  List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"),
                  InvitationStorm.class.getName(),
                  arguments.toArray(String[]::new))
              .onLine(this::onLine)
              .start();
    }

    AtomicInteger invitedTo(String other) {
      return invited.computeIfAbsent(other, o -> new AtomicInteger());
    }

    /** As a laptop that loses power, and is switched on again. */
    void killAndStart() {
      process.kill();
      process.waitFor(Duration.ofSeconds(10));
      start();
    }

    private void onLine(String line) {
      String[] words = line.split(" ", 5);
      switch (words[0]) {
        case "invited" -> {
          sent.add(words[1]);
          invitedTo(words[2]).incrementAndGet();
        }
        case "received" -> {
          arrived.incrementAndGet();
          if (!received.add(words[1])) {
            wrong.add(device.name() + " was told twice of " + words[1]);
          }
        }
        case "state" -> learn(words[1], new Known(words[2], words[3], words[4]));
        case "double" -> wrong.add(device.name() + " has two of " + words[1]);
        case "failed" -> wrong.add(device.name() + ": " + line);
        default -> {
          // Something that a library printed.
        }
      }
    }

    private void learn(String id, Known now) {
      Known before = known.put(id, now);
      if (before != null && before.isFinal() && !before.state().equals(now.state())) {
        wrong.add(device.name() + ": " + id + " was " + before + " and is " + now);
      }
    }

    int missing() {
      return storms.keySet().stream()
          .filter(other -> !other.equals(device.name()))
          .mapToInt(other -> INVITATIONS - invitedTo(other).get())
          .sum();
    }

    /** Has it invite nobody any more. */
    void calm() {
      try {
        process.stdin().write('\n');
        process.stdin().flush();
      } catch (IOException e) {
        wrong.add(device.name() + " has ended: " + process.stderr());
      }
    }
  }

  @AfterEach
  void stop() {
    storms.values().forEach(storm -> storm.process.kill());
  }

  @Test
  @MeshRig(devices = 3, loss = 0.2)
  void everyInvitationEndsAlikeOnBothSidesWhateverCrashes(Rig rig) throws Exception {
    Random random = new Random(rig.seed());
    rig.devices().forEach(device -> storms.put(device.name(), new Storm(device)));
    storms.values().forEach(Storm::start);
    int faults = 0;
    while (missing() > BETWEEN_FAULTS) {
      if (faults++ % 3 == 0) {
        strike(rig, random);
      } else {
        any(random).killAndStart();
      }
      int next = arrived.get() + BETWEEN_FAULTS;
      awaiting("invitations arrive", () -> arrived.get() >= next || missing() <= BETWEEN_FAULTS);
    }
    rig.healAll();
    storms.values().forEach(Storm::calm);
    awaiting("everything ends alike", () -> disagreements().isEmpty());
    Map<String, Integer> ends = ends();
    int lives = storms.values().stream().mapToInt(storm -> storm.lives).sum();
    System.out.println("invitation storm: " + ends + ", " + lives + " lives of three nodes");
    assertThat(ends.values().stream().mapToInt(n -> n).sum()).isGreaterThan(250);
    assertThat(ends).containsKeys("ACCEPTED", "DECLINED", "WITHDRAWN");
    assertThat(lives).isGreaterThan(3 + 4);
    for (Storm storm : storms.values()) {
      assertThat(all("out").keySet()).as("what was sent is kept").containsAll(storm.sent);
      assertThat(all("in").keySet()).as("what was told of is found").containsAll(storm.received);
    }
  }

  private void awaiting(String what, Callable<Boolean> condition) {
    try {
      await(what)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> condition.call() || !wrong.isEmpty());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(what + ": " + disagreements(), e);
    }
    assertThat(wrong).isEmpty();
  }

  private Storm any(Random random) {
    List<String> names = storms.keySet().stream().sorted().toList();
    return storms.get(names.get(random.nextInt(names.size())));
  }

  private int missing() {
    return storms.values().stream().mapToInt(Storm::missing).sum();
  }

  /** Unicast lives again where it was dead, and dies between two. */
  private void strike(Rig rig, Random random) {
    rig.healAll();
    List<RigDevice> pair = new ArrayList<>(rig.devices());
    Collections.shuffle(pair, random);
    rig.blackHole(pair.get(0), pair.get(1));
  }

  /** What is not over yet, or not alike on both sides. */
  private List<String> disagreements() {
    List<String> found = new ArrayList<>();
    Map<String, Known> inviters = all("out");
    Map<String, Known> invitees = all("in");
    inviters.forEach(
        (id, inviter) -> {
          Known invitee = invitees.get(id);
          boolean alike =
              invitee == null
                  ? inviter.state().equals("WITHDRAWN") || inviter.isRefused() // nothing is kept
                  : inviter.state().equals(invitee.state());
          if (!inviter.isFinal() || !alike) {
            found.add(id + ": inviter " + inviter + ", invitee " + invitee);
          }
        });
    invitees.forEach(
        (id, invitee) -> {
          if (!inviters.containsKey(id)) {
            found.add(id + ": nobody sent it, invitee " + invitee);
          }
        });
    return found;
  }

  private Map<String, Known> all(String box) {
    Map<String, Known> all = new HashMap<>();
    for (Storm storm : storms.values()) {
      storm.known.forEach(
          (id, known) -> {
            if (known.box().equals(box)) {
              all.put(id, known);
            }
          });
    }
    return all;
  }

  private Map<String, Integer> ends() {
    Map<String, Integer> ends = new TreeMap<>();
    all("out").values().forEach(known -> ends.merge(known.state(), 1, Integer::sum));
    return ends;
  }
}

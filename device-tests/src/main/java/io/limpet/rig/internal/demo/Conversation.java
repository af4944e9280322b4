package io.limpet.rig.internal.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What is said in an activity, and what each member hears of it. Safe for any thread. */
final class Conversation {
  /** A line that a member heard. */
  private record Heard(String from, long sequence, String text, long atNs) {}

  /** A line that somebody said. */
  record Said(Laptop by, String text, long atNs) {}

  private final String activity;
  private final List<Laptop> members;
  private final Map<String, List<Heard>> heard = new ConcurrentHashMap<>();
  private final List<Said> said = new ArrayList<>();

  private Conversation(String activity, List<Laptop> members) {
    this.activity = activity;
    this.members = members;
  }

  /** Listens at every member. */
  static Conversation listen(String activity, List<Laptop> members) throws LaptopException {
    Conversation conversation = new Conversation(activity, members);
    CountDownLatch listening = new CountDownLatch(members.size());
    for (Laptop member : members) {
      List<Heard> lines = new CopyOnWriteArrayList<>();
      conversation.heard.put(member.name(), lines);
      Thread thread =
          new Thread(() -> conversation.hear(member, lines, listening), "listen-" + member.name());
      thread.setDaemon(true);
      thread.start();
    }
    try {
      if (!listening.await(5, TimeUnit.SECONDS)) {
        throw new LaptopException("not every laptop listens");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaptopException("interrupted", e);
    }
    return conversation;
  }

  private void hear(Laptop member, List<Heard> lines, CountDownLatch listening) {
    boolean[] begun = {false};
    try {
      member.stream(
          "listen",
          Map.of("id", activity),
          line -> {
            if (!begun[0]) {
              begun[0] = true;
              listening.countDown();
            }
            if (!line.isEmpty()) {
              lines.add(read(line));
            }
          });
    } catch (ControlException e) {
      // The node stopped: the demo is over, or says so itself.
      return;
    }
  }

  private static Heard read(JsonNode line) {
    return new Heard(
        line.path("fromName").asText(),
        line.path("sequence").asLong(),
        line.path("text").asText(),
        System.nanoTime());
  }

  /** Says a line; its text must be new. */
  Said say(Laptop by, String text) throws LaptopException {
    Said line = new Said(by, text, System.nanoTime());
    said.add(line);
    by.call("say", Map.of("id", activity, "text", text));
    return line;
  }

  int linesSaid() {
    return said.size();
  }

  /**
   * Has the members take turns with lines {@code from}+1 to {@code to}, each said when the one
   * before has reached everybody; returns the milliseconds that the slowest took.
   */
  double takeTurns(String topic, int from, int to, Duration patience) throws LaptopException {
    double slowestMs = 0;
    for (int i = from; i < to; i++) {
      Laptop speaker = members.get(i % members.size());
      Said line = say(speaker, topic + " " + (i + 1) + ", said by " + speaker.name());
      slowestMs = Math.max(slowestMs, awaitDelivery(line, patience));
    }
    return slowestMs;
  }

  /** Waits until every member has a line; returns the milliseconds since it was said. */
  double awaitDelivery(Said line, Duration atMost) throws LaptopException {
    return Waiting.until(
        "the line '" + line.text() + "' at every member", atMost, () -> deliveredMs(line));
  }

  private @org.jspecify.annotations.Nullable Double deliveredMs(Said line) {
    double slowest = 0;
    for (Laptop member : members) {
      double ms = -1;
      for (Heard h : heard(member)) {
        if (h.text().equals(line.text())) {
          ms = (h.atNs() - line.atNs()) / 1e6;
        }
      }
      if (ms < 0) {
        return null;
      }
      slowest = Math.max(slowest, ms);
    }
    return slowest;
  }

  private List<Heard> heard(Laptop member) {
    return heard.getOrDefault(member.name(), List.of());
  }

  /**
   * Counts the lines said since {@code first} that every member heard exactly once, and in the
   * order in which their speaker said them.
   */
  int inOrderSince(int first) {
    int good = 0;
    for (int i = first; i < said.size(); i++) {
      if (isInOrder(i)) {
        good++;
      }
    }
    return good;
  }

  private boolean isInOrder(int index) {
    Said line = said.get(index);
    for (Laptop member : members) {
      Map<String, Integer> place = new HashMap<>();
      int copies = 0;
      List<Heard> lines = heard(member);
      for (int i = 0; i < lines.size(); i++) {
        place.put(lines.get(i).text(), i);
        copies += lines.get(i).text().equals(line.text()) ? 1 : 0;
      }
      if (copies != 1) {
        return false;
      }
      for (int before = 0; before < index; before++) {
        Said earlier = said.get(before);
        Integer at = place.get(earlier.text());
        if (earlier.by() == line.by() && (at == null || at > place.getOrDefault(line.text(), -1))) {
          return false;
        }
      }
    }
    return true;
  }
}

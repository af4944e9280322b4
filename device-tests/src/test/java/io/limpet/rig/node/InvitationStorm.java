package io.limpet.rig.node;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.Invitations;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * An application that invites everybody again and again, and answers whoever invites it. It may be
 * killed at any moment: all that it does follows from what its node has stored. It tells on
 * standard output, in one line each, what it saw.
 *
 * <p>Arguments: home, name, interface, then NAME=N for each that it is to invite N more times. A
 * line on standard input: no more invitations. Its end: the end.
 */
public final class InvitationStorm {
  private static final long LOOK_EVERY_NS = 20_000_000;

  /** Well within what one person may have open at another's. */
  private static final int OPEN_AT_ONCE = 10;

  private final MeshNode node;
  private final Invitations invitations;
  private final PrintStream out;
  private final Map<String, Integer> quota = new HashMap<>();
  private final Map<String, State> told = new HashMap<>();
  private final Set<String> left = new HashSet<>();
  private volatile boolean calm;

  private InvitationStorm(MeshNode node, PrintStream out) {
    this.node = node;
    this.invitations = node.invitations();
    this.out = out;
  }

  /** Runs until its input ends. */
  public static void main(String[] args) throws NodeException {
    MeshNode node =
        MeshNode.builder(Path.of(args[0]), args[1])
            .interfaces(List.of(args[2]))
            .mdns(false)
            .start();
    InvitationStorm storm =
        new InvitationStorm(node, new PrintStream(System.out, true, StandardCharsets.UTF_8));
    for (String wanted : List.of(args).subList(3, args.length)) {
      String[] parts = wanted.split("=", 2);
      storm.quota.put(parts[0], Integer.parseInt(parts[1]));
    }
    storm.run();
  }

  private void run() {
    Thread input = new Thread(this::awaitCalm, "input");
    input.setDaemon(true);
    input.start();
    invitations.addListener(
        event -> {
          if (event instanceof InvitationEvent.Received received) {
            out.println("received " + received.invitation().id());
          }
        });
    try {
      while (true) {
        look();
        LockSupport.parkNanos(LOOK_EVERY_NS);
      }
    } catch (CompletionException e) {
      out.println("failed " + e.getCause());
    }
  }

  private void awaitCalm() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (in.readLine() != null) {
        calm = true;
      }
    } catch (IOException e) {
      // The same as its end.
    }
    Runtime.getRuntime().halt(0);
  }

  private void look() {
    List<Invitation> all = invitations.invitations().toCompletableFuture().join();
    Set<String> ids = new HashSet<>();
    Set<String> open = new HashSet<>();
    Map<String, Integer> openTo = new HashMap<>();
    for (Invitation each : all) {
      tell(each, ids.add(each.id()));
      if (!isOurs(each)) {
        answer(each);
      } else if (!each.state().isFinal()) {
        open.add(each.activity());
        openTo.merge(each.toName(), 1, Integer::sum);
        withdraw(each);
      }
    }
    leaveAllBut(open);
    if (!calm) {
      invite(openTo);
    }
  }

  private void tell(Invitation each, boolean once) {
    if (!once) {
      out.println("double " + each.id());
    }
    if (told.put(each.id(), each.state()) != each.state()) {
      String box = isOurs(each) ? "out" : "in";
      out.println("state " + each.id() + " " + each.state() + " " + box + " " + each.reason());
    }
  }

  private boolean isOurs(Invitation invitation) {
    return invitation.from().equals(node.address());
  }

  /** What becomes of an invitation follows from its identifier, so that both sides know. */
  private static int fate(Invitation invitation) {
    return Math.floorMod(invitation.id().hashCode(), 8);
  }

  private void answer(Invitation each) {
    if (each.state() != State.DELIVERED) {
      return;
    }
    switch (fate(each)) {
      case 0 -> invitations.decline(each.id(), "homework");
      case 1, 2 -> {
        // That one is the inviter's to take back.
      }
      default -> invitations.accept(each.id());
    }
  }

  private void withdraw(Invitation each) {
    boolean early = fate(each) == 1; // perhaps before it has arrived
    if (early || (fate(each) == 2 && each.state() == State.DELIVERED)) {
      invitations.withdraw(each.id(), "wrong day");
    }
  }

  /** Each activity is for one invitation, and has served when that has ended. */
  private void leaveAllBut(Set<String> open) {
    for (Activity each : invitations.activities().toCompletableFuture().join()) {
      if (each.owner().equals(node.address()) && !open.contains(each.id()) && left.add(each.id())) {
        invitations.leave(each.id());
      }
    }
  }

  private void invite(Map<String, Integer> openTo) {
    for (Person person : node.roster().people()) {
      int wanted = quota.getOrDefault(person.name(), 0);
      if (wanted > 0
          && person.presence() == Presence.ONLINE
          && openTo.getOrDefault(person.name(), 0) < OPEN_AT_ONCE) {
        quota.put(person.name(), wanted - 1);
        // A title of its own: two that invite each other to the same thing are agreed at once.
        String title = node.name() + " " + UUID.randomUUID();
        Activity activity = invitations.share("storm", title, false).toCompletableFuture().join();
        Invitation sent =
            invitations.invite(person.address(), activity.id()).toCompletableFuture().join();
        out.println("invited " + sent.id() + " " + person.name());
      }
    }
  }
}

package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.List;

/** Whether a node can keep its identity and its journal, and alone. */
final class HomeCheck implements Check {
  private static final String NAME = "home";

  /** The journal alone takes up to 64 MB. */
  private static final long ENOUGH_BYTES = 100L << 20;

  private static final long HARDLY_BYTES = 5L << 20;
  private static final String OWNER_ONLY = "------";

  @Override
  public List<Finding> examine(Facts facts) {
    Facts.Home home = facts.home();
    if (!home.writable()) {
      return List.of(
          Finding.problem(
              NAME,
              home.path() + " cannot be written by " + facts.user(),
              "give it to "
                  + facts.user()
                  + " ('chown "
                  + facts.user()
                  + " "
                  + home.path()
                  + "'), or choose another with --home"));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            NAME,
            home.path()
                + (home.exists() ? " can be written" : " is not there yet and can be made")));
    identity(home, findings);
    lock(facts, home, findings);
    room(home, findings);
    return findings;
  }

  private static void identity(Facts.Home home, List<Finding> findings) {
    String mode = home.identityMode();
    if (mode != null && !mode.endsWith(OWNER_ONLY)) {
      findings.add(
          Finding.problem(
              NAME,
              "others may read the identity, identity.pem (" + mode + "): they can be you",
              "chmod 600 "
                  + home.path().resolve("identity.pem")
                  + "; if somebody may have read it, delete it for a new one"));
    }
  }

  private static void lock(Facts facts, Facts.Home home, List<Finding> findings) {
    if (home.lockHolder() > 0 && facts.ask("status").isEmpty()) {
      findings.add(
          Finding.problem(
              NAME,
              "process "
                  + home.lockHolder()
                  + " holds the home folder and does not answer: no other node can start on it",
              "end it ('kill " + home.lockHolder() + "'), or choose another folder with --home"));
    }
  }

  private static void room(Facts.Home home, List<Finding> findings) {
    if (home.freeBytes() < 0 || home.freeBytes() >= ENOUGH_BYTES) {
      return;
    }
    String what = home.freeBytes() / (1 << 20) + " MB are left on the disk of " + home.path();
    String cure = "make room: a journal takes up to 64 MB";
    findings.add(
        home.freeBytes() < HARDLY_BYTES
            ? Finding.problem(NAME, what, cure)
            : Finding.warning(NAME, what, cure));
  }
}

package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.LinkDaemonConfig;
import io.limpet.link.internal.os.jna.Accounts;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/** Turns the names of users and groups into numbers. */
final class AccountNames {
  private AccountNames() {}

  /**
   * Returns who may ask.
   *
   * @throws IllegalArgumentException when there is no user or group of a name
   */
  static Admission admission(LinkDaemonConfig config) {
    Set<Integer> users = new HashSet<>();
    for (String user : config.users()) {
      users.add(number(Accounts.userId(user), "user", user));
    }
    Set<Integer> groups = new HashSet<>();
    for (String group : config.groups()) {
      groups.add(number(Accounts.groupId(group), "group", group));
    }
    return new Admission(users, groups);
  }

  private static int number(OptionalInt id, String what, String name) {
    return id.orElseThrow(
        () -> new IllegalArgumentException("there is no " + what + " '" + name + "'"));
  }
}

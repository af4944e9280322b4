package io.limpet.link.internal.os.linkd.daemon;

import java.util.Arrays;
import java.util.Set;

/**
 * Who may ask at all. Root may: it could do all of this itself. A value.
 *
 * @param users by number
 * @param groups by number; a process is in its own group and in its further ones
 */
record Admission(Set<Integer> users, Set<Integer> groups) {
  Admission {
    users = Set.copyOf(users);
    groups = Set.copyOf(groups);
  }

  boolean admits(int uid, int[] gids) {
    return uid == 0 || users.contains(uid) || Arrays.stream(gids).anyMatch(groups::contains);
  }
}

package io.limpet.link.internal.os.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Numbers of users and groups by their names, wherever this machine keeps its accounts. */
public final class Accounts {
  private Accounts() {}

  /** Returns the number of a user that is named or numbered, nothing when there is none. */
  public static synchronized OptionalInt userId(String nameOrNumber) {
    return id(nameOrNumber, LibC.getpwnam(nameOrNumber));
  }

  /** Returns the number of a group that is named or numbered, nothing when there is none. */
  public static synchronized OptionalInt groupId(String nameOrNumber) {
    return id(nameOrNumber, LibC.getgrnam(nameOrNumber));
  }

  private static OptionalInt id(String nameOrNumber, @Nullable Pointer entry) {
    if (entry != null) {
      // Of either structure the name and the password come first, and then the number.
      return OptionalInt.of(entry.getInt(2L * Native.POINTER_SIZE));
    }
    return nameOrNumber.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(nameOrNumber))
        : OptionalInt.empty();
  }
}

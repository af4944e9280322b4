package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import io.limpet.presence.UnknownPersonException;
import java.util.List;

/** Reads the arguments of a command, which may come from anybody's program. */
public final class ControlArgs {
  /** A shorter end of an identifier would soon be that of another. */
  private static final int SHORTEST_END = 4;

  private ControlArgs() {}

  /** Returns a whole number within a range. */
  public static int number(JsonNode args, String name, int unlessGiven, int min, int max)
      throws ControlException {
    int value = args.path(name).asInt(unlessGiven);
    if (value < min || value > max) {
      throw ControlException.wrongUsage(
          "'" + name + "' is " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  /** Returns a text that must be there. */
  public static String required(JsonNode args, String name) throws ControlException {
    String value = args.path(name).asText("");
    if (value.isEmpty()) {
      throw ControlException.wrongUsage("'" + name + "' is missing");
    }
    return value;
  }

  /** Returns whom a name or an address means. */
  public static Person person(Roster roster, String nameOrAddress) throws ControlException {
    try {
      return roster.find(nameOrAddress);
    } catch (UnknownPersonException e) {
      throw ControlException.failed(String.valueOf(e.getMessage()));
    }
  }

  /** Returns whose invitations a word means. */
  static WhoMayInvite whoMayInvite(String word) throws ControlException {
    return WhoMayInvite.ofWord(word)
        .orElseThrow(
            () ->
                ControlException.wrongUsage(
                    "may invite: everyone, known or nobody, not '" + word + "'"));
  }

  /** Says whether this is the title of something, alone or behind its type as in chat:lunch. */
  static boolean isTitle(String given, String type, String title) {
    return given.equals(title) || given.equals(type + ":" + title);
  }

  /**
   * Takes an identifier, or its end, or a title when that is enough to tell it from the others.
   *
   * @param titled the identifiers of those with that title that can be meant
   */
  static String oneOf(String what, String given, List<String> ids, List<String> titled)
      throws ControlException {
    if (ids.contains(given)) {
      return given;
    }
    List<String> matches = ids.stream().filter(id -> id.endsWith(given)).toList();
    if (matches.size() == 1 && given.length() >= SHORTEST_END) {
      return matches.get(0);
    }
    if (titled.size() == 1) {
      return titled.get(0);
    }
    String list = "'limpet " + (what.equals("activity") ? "activities" : "invitations") + "'";
    if (titled.size() > 1) {
      throw ControlException.failed(
          "'"
              + given
              + "' is the title of more than one "
              + what
              + ": give its identifier ("
              + list
              + " lists them)");
    }
    if (matches.size() > 1) {
      throw ControlException.failed(
          "'" + given + "' is the end of more than one " + what + ": give more of it");
    }
    throw ControlException.failed(
        "no " + what + " '" + given + "' is known here: " + list + " lists them");
  }
}

package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Roster;
import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may use something of this node. People are named by their address, and with it by their key:
 * whoever takes their name gains nothing.
 *
 * @param everyone whether strangers may
 * @param known whether those may whom this node's person has dealt with of their own will
 * @param verified whether those may with whom this node's person has compared digits
 * @param people who may besides
 * @param words how a person wrote it
 */
public record WhoMay(
    boolean everyone, boolean known, boolean verified, Set<MeshAddress> people, String words) {
  /** The word for everybody in reach. */
  public static final String EVERYONE = "everyone";

  /** The word for whom this node's person has dealt with of their own will. */
  public static final String KNOWN = "known";

  /** The word for whom this node's person has compared digits with. */
  public static final String VERIFIED = "verified";

  private static final Set<String> WORDS = Set.of(EVERYONE, KNOWN, VERIFIED);

  /** Says whether a word stands for many, and is not somebody's name. */
  public static boolean isWord(String word) {
    return WORDS.contains(word);
  }

  /** Reads a mesh address, in brackets or without; empty if it is something else. */
  public static Optional<MeshAddress> address(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(
            bracketed ? text.substring(1, text.length() - 1) : text);
    if (bytes == null
        || bytes.length != MeshAddress.BYTES
        || !MeshAddress.isMesh(ByteBuffer.wrap(bytes))) {
      return Optional.empty();
    }
    return Optional.of(MeshAddress.read(ByteBuffer.wrap(bytes)));
  }

  /** Puts together who was named; nobody named means those who are known. */
  public static WhoMay of(List<String> words, List<NamedPerson> people) {
    if (words.isEmpty() && people.isEmpty()) {
      return of(List.of(KNOWN), List.of());
    }
    Set<MeshAddress> addresses = new TreeSet<>();
    StringBuilder text = new StringBuilder(String.join(", ", words));
    for (NamedPerson person : people) {
      addresses.add(person.address());
      text.append(text.isEmpty() ? "" : ", ").append(person.name());
    }
    return new WhoMay(
        words.contains(EVERYONE),
        words.contains(KNOWN),
        words.contains(VERIFIED),
        Set.copyOf(addresses),
        text.toString());
  }

  /** Returns the words that stand for many. */
  public List<String> many() {
    List<String> many = new ArrayList<>();
    if (everyone) {
      many.add(EVERYONE);
    }
    if (known) {
      many.add(KNOWN);
    }
    if (verified) {
      many.add(VERIFIED);
    }
    return many;
  }

  /** Somebody who was named. */
  public record NamedPerson(MeshAddress address, String name) {}

  /** Says whether somebody may, as well as they are known now. */
  public boolean admits(Roster roster, MeshAddress peer) {
    if (everyone || people.contains(peer)) {
      return true;
    }
    return switch (roster.acquaintance(peer)) {
      case VERIFIED -> known || verified;
      case KNOWN -> known;
      case STRANGER -> false;
    };
  }
}

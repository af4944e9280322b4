package io.limpet.node.internal.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.limpet.link.MeshAddress;
import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Puts pseudonyms in the place of names, addresses and what people wrote. Safe for any thread.
 *
 * <p>A peer's pseudonym is a hash of its mesh address, so that it is the same on all laptops:
 * whoever knows the address can tell it, nobody can guess it. Everything else (IP addresses, MACs,
 * names, titles) could be guessed one by one, so a secret of the home folder goes into its
 * pseudonym: the same each time in one home, and of no meaning elsewhere.
 */
public final class Pseudonyms {
  /** Ten letters are fifty bits: no two of a network's people are taken for each other. */
  private static final int LETTERS = 10;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final byte[] PEER = "limpet peer pseudonym 1\0".getBytes(UTF_8);

  /** Fields that hold what somebody is called, and those beside them that say who it is. */
  private static final Map<String, List<String>> NAMES =
      Map.of(
          "peerName", List.of("peer"),
          "fromName", List.of("from"),
          "toName", List.of("to"),
          "personName", List.of("person"),
          // Of an interface or a file it is no secret.
          "name", List.of("address", "peer"),
          "nickname", List.of("address", "peer"));

  /** Fields that hold what a person wrote, or what tells who they are. */
  private static final Map<String, String> WRITTEN =
      Map.of(
          "title", "title", "text", "text", "status", "text", "person", "person", "host", "host",
          "user", "user", "colours", "text");

  /** Words and identifiers of our own, whatever somebody is called. */
  private static final Set<String> UNTOUCHED =
      Set.of(
          "time",
          "event",
          "activity",
          "invitation",
          "carrier",
          "direction",
          "state",
          "diagnosis",
          "verdict",
          "severity",
          "check");

  private static final Set<String> STATES = Set.of("from", "to");
  private static final Set<String> PATHS = Set.of("home", "file", "movedTo", "path", "config");

  private static final Pattern NETWORK =
      Pattern.compile("^\\s*(?:ssid|mesh id):? +(.*\\S)\\s*$", Pattern.MULTILINE);

  private final byte[] key;
  private final FreeText freeText;

  /**
   * Pseudonyms of one home folder.
   *
   * @param key its secret: {@link PseudonymKey}
   */
  public Pseudonyms(byte[] key) {
    this.key = key.clone();
    this.freeText = new FreeText(this);
  }

  /** Returns the pseudonym of a node, the same for everybody. */
  public static String ofPeer(MeshAddress address) {
    ByteBuffer bytes = ByteBuffer.allocate(MeshAddress.BYTES);
    address.write(bytes);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(PEER);
      return "peer-" + letters(digest.digest(bytes.array()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** Returns the pseudonym of a node by its address in words; nothing when it is none. */
  public static Optional<String> ofAddress(String address) {
    return Optional.ofNullable(mesh(address)).map(Pseudonyms::ofPeer);
  }

  /**
   * Returns the pseudonym of anything else.
   *
   * @param kind what it is, a short word that the pseudonym begins with
   */
  String of(String kind, byte[] what) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((kind + "\0").getBytes(UTF_8));
      return kind + "-" + letters(mac.doFinal(what));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has HMAC-SHA-256", e);
    }
  }

  private static String letters(byte[] hash) {
    long bits = ByteBuffer.wrap(hash).getLong();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < LETTERS; i++) {
      text.append(ALPHABET.charAt((int) (bits >>> 59)));
      bits <<= 5;
    }
    return text.toString();
  }

  /** Has a word replaced wherever it stands in free text from now on. */
  public void learn(String kind, String word) {
    freeText.learn(word, of(kind, word.getBytes(UTF_8)));
  }

  /** Learns what radio networks are called in what {@code iw dev} printed. */
  public void learnNetworks(String text) {
    Matcher network = NETWORK.matcher(text);
    while (network.find()) {
      learn("network", network.group(1));
    }
  }

  /** Has the name of a node's person replaced wherever it stands in free text from now on. */
  public void learnPeer(String name, MeshAddress address) {
    freeText.learn(name, ofPeer(address));
  }

  /** Returns a text without addresses and without the names that were met before. */
  public String hide(String text) {
    return freeText.hide(text);
  }

  /** Replaces what is private in an answer, and returns it. */
  public JsonNode hide(JsonNode answer) {
    if (answer.isTextual()) {
      return TextNode.valueOf(hide(answer.asText()));
    }
    hideBelow("", answer);
    return answer;
  }

  /** Replaces what is private in an object and in all below it. */
  public void hideIn(ObjectNode object) {
    // Names first: they stand in the texts beside them, too.
    Set<String> done = new HashSet<>(UNTOUCHED);
    NAMES.forEach(
        (field, whose) -> {
          JsonNode name = object.path(field);
          Optional<String> who = whose.stream().filter(object::has).findFirst();
          if (name.isTextual() && who.isPresent()) {
            object.put(field, name(name.asText(), object.path(who.get())));
            done.add(field);
          }
        });
    String event = object.path("event").asText();
    boolean byAPerson = event.startsWith("invitation.");
    if (event.equals("path.changed") || event.endsWith(".diagnosed")) {
      done.addAll(STATES);
    }
    for (String field : fields(object)) {
      JsonNode value = object.path(field);
      if (value.isTextual() && !done.contains(field)) {
        boolean reason = field.equals("reason") && (byAPerson || object.has("invitation"));
        object.put(field, reason ? written("text", value.asText()) : value(field, value.asText()));
      } else if (value.isContainerNode()) {
        hideBelow(field, value);
      }
    }
  }

  private void hideBelow(String field, JsonNode value) {
    if (value instanceof ObjectNode below) {
      hideIn(below);
    } else if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode item = array.get(i);
        if (item.isTextual()) {
          array.set(i, TextNode.valueOf(value(field, item.asText())));
        } else {
          hideBelow(field, item);
        }
      }
    }
  }

  private static List<String> fields(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private String name(String name, JsonNode whose) {
    MeshAddress address = whose.isTextual() ? mesh(whose.asText()) : null;
    String pseudonym = address == null ? of("name", name.getBytes(UTF_8)) : ofPeer(address);
    freeText.learn(name, pseudonym);
    return pseudonym;
  }

  private String value(String field, String text) {
    String kind = WRITTEN.get(field);
    if (kind != null) {
      return written(kind, text);
    }
    if (PATHS.contains(field) && text.startsWith("/")) {
      // The folders above may be somebody's name.
      return "…/" + hide(text.substring(text.lastIndexOf('/') + 1));
    }
    // Somebody without Limpet goes by NICK@MACHINE, where others have an address.
    boolean person = (field.equals("to") || field.equals("from")) && text.indexOf('@') > 0;
    return person ? written("person", text) : hide(text);
  }

  private String written(String kind, String text) {
    if (text.isEmpty()) {
      return text;
    }
    String pseudonym = of(kind, text.getBytes(UTF_8));
    freeText.learn(text, pseudonym);
    return pseudonym;
  }

  /** Returns the mesh address that a text is, or null. */
  static @Nullable MeshAddress mesh(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text.toLowerCase(Locale.ROOT));
    if (bytes == null || bytes.length != MeshAddress.BYTES) {
      return null;
    }
    ByteBuffer address = ByteBuffer.wrap(bytes);
    return MeshAddress.isMesh(address) ? MeshAddress.read(address) : null;
  }
}

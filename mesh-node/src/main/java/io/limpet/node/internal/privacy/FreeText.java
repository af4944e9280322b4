package io.limpet.node.internal.privacy;

import io.limpet.link.MeshAddress;
import io.netty.util.NetUtil;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds addresses and known names in what programs say. Safe for any thread. */
final class FreeText {
  /** Names of the people of a crowd; the one that was not met for longest is forgotten. */
  private static final int MOST_NAMES = 1024;

  /** A letter alone is a word of every language, and tells nothing. */
  private static final int LEAST_NAME_LENGTH = 2;

  private static final Pattern MAC =
      Pattern.compile(
          "(?<![\\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\\1[0-9A-Fa-f]{2}){4}(?![\\w-]|:\\w)");

  /** Names that systems make of a MAC: {@code enx0a1b2c3d4e5f}. */
  private static final Pattern NAMED_BY_MAC =
      Pattern.compile("(?<!\\w)([a-z]{2}x)([0-9a-f]{12})(?!\\w)");

  /** A MAC as some print it; with a letter in it, or it would be any large number. */
  private static final Pattern BARE_MAC =
      Pattern.compile("(?<![\\w-])(?=[0-9]{0,11}[a-f])[0-9a-f]{12}(?![\\w-])");

  private static final Pattern IPV6 =
      Pattern.compile("(?<![\\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*");
  private static final Pattern IPV4 =
      Pattern.compile("(?<![\\w.])[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![\\w]|\\.[0-9])");

  private final Pseudonyms pseudonyms;
  private final Map<String, String> names =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST_NAMES;
        }
      };
  private @Nullable Pattern known;

  FreeText(Pseudonyms pseudonyms) {
    this.pseudonyms = pseudonyms;
  }

  synchronized void learn(String name, String pseudonym) {
    if (name.codePointCount(0, name.length()) >= LEAST_NAME_LENGTH
        && !pseudonym.equals(names.put(name, pseudonym))) {
      known = null;
    }
  }

  String hide(String text) {
    String hidden = named(text);
    if (hidden.indexOf(':') >= 0 || hidden.indexOf('-') >= 0) {
      hidden = MAC.matcher(hidden).replaceAll(found -> mac(found.group()));
    }
    if (hidden.indexOf('x') >= 0) {
      hidden =
          NAMED_BY_MAC
              .matcher(hidden)
              .replaceAll(found -> found.group(1) + "-" + mac(separated(found.group(2))));
    }
    hidden = BARE_MAC.matcher(hidden).replaceAll(found -> mac(separated(found.group())));
    if (hidden.indexOf(':') >= 0) {
      hidden =
          IPV6.matcher(hidden).replaceAll(found -> Matcher.quoteReplacement(ipv6(found.group())));
    }
    return hidden.indexOf('.') < 0
        ? hidden
        : IPV4.matcher(hidden).replaceAll(found -> ipv4(found.group()));
  }

  private synchronized String named(String text) {
    if (names.isEmpty()) {
      return text;
    }
    Pattern pattern = known;
    if (pattern == null) {
      // The longest first: one name may be the beginning of another.
      pattern =
          Pattern.compile(
              names.keySet().stream()
                  .sorted((a, b) -> b.length() - a.length())
                  .map(Pattern::quote)
                  .collect(
                      Collectors.joining("|", "(?<![\\p{L}\\p{N}])(?:", ")(?![\\p{L}\\p{N}])")));
      known = pattern;
    }
    return pattern
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(names.getOrDefault(found.group(), "name")));
  }

  private static String separated(String digits) {
    return String.join(":", digits.split("(?<=\\G..)", -1)).replaceAll(":$", "");
  }

  private String mac(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replace('-', ':');
    boolean ofNobody =
        plain.equals("ff:ff:ff:ff:ff:ff")
            || plain.equals("00:00:00:00:00:00")
            || plain.startsWith("01:00:5e:")
            || plain.startsWith("33:33:");
    return ofNobody ? text : pseudonyms.of("mac", AddressBytes.ofMac(plain));
  }

  /** A port or the end of a sentence may follow; what is no address stays as it is. */
  private String ipv6(String found) {
    String address = found;
    while (true) {
      byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
      if (bytes != null && bytes.length == MeshAddress.BYTES) {
        return ipv6(address, bytes) + found.substring(address.length());
      }
      int end = Math.max(address.lastIndexOf(':'), address.lastIndexOf('.'));
      if (end < 2) {
        return found;
      }
      address = address.substring(0, end);
    }
  }

  private String ipv6(String address, byte[] bytes) {
    MeshAddress mesh = Pseudonyms.mesh(address);
    if (mesh != null) {
      return Pseudonyms.ofPeer(mesh);
    }
    return AddressBytes.isOfNobody(bytes) ? address : pseudonyms.of("ip6", bytes);
  }

  private String ipv4(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    return bytes == null || AddressBytes.isOfNobody(bytes) ? text : pseudonyms.of("ip4", bytes);
  }
}

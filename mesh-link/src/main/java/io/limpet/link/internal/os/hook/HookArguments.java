package io.limpet.link.internal.os.hook;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SiteHook;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts values in the place of placeholders, none of which can be more than what it should be. */
final class HookArguments {
  /** What the kernel allows is wider; what is left out could be taken for an option or a path. */
  private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:-]{0,14}");

  private HookArguments() {}

  /** Returns the program and its arguments, or null when a value is not what it should be. */
  static @Nullable List<String> fill(
      SiteHook hook, String interfaceName, Bytes mac, InetAddress ip, MeshAddress peer) {
    if (!INTERFACE.matcher(interfaceName).matches() || mac.length() != 6) {
      return null;
    }
    Map<String, String> values =
        Map.of(
            "{interface}", interfaceName,
            "{mac}", mac.toHex(":"),
            "{ip}", withoutScope(ip.getHostAddress()),
            "{peer}", peer.toString());
    List<String> words = new ArrayList<>();
    for (String word : hook.words()) {
      String filled = word;
      for (Map.Entry<String, String> value : values.entrySet()) {
        // No value has a brace, so that none is taken for another placeholder.
        filled = filled.replace(value.getKey(), value.getValue());
      }
      words.add(filled);
    }
    return words;
  }

  private static String withoutScope(String ip) {
    int percent = ip.indexOf('%');
    return percent < 0 ? ip : ip.substring(0, percent);
  }
}

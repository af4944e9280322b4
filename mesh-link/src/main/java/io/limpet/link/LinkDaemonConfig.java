package io.limpet.link;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the helper daemon is set up. Immutable; safe for any thread.
 *
 * @param socket the Unix socket, in a folder that only root writes; the folder is made when only it
 *     is missing
 * @param interfaces names of the only interfaces on which anything is done, 1 to 16
 * @param users who may ask, by name or number; root may in any case
 * @param groups whose members may ask, by name or number
 * @param siteHook the only command that is run for clients, or null; its program is an absolute
 *     path, owned by root
 */
public record LinkDaemonConfig(
    Path socket,
    List<String> interfaces,
    List<String> users,
    List<String> groups,
    @Nullable SiteHook siteHook) {
  private static final int MAX_INTERFACES = 16;
  private static final Pattern INTERFACE = Pattern.compile("[!-.0-~]{1,15}");

  /**
   * Checks what can be checked without looking at the machine.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public LinkDaemonConfig {
    Objects.requireNonNull(socket, "socket");
    interfaces = List.copyOf(interfaces);
    users = List.copyOf(users);
    groups = List.copyOf(groups);
    if (interfaces.isEmpty() || interfaces.size() > MAX_INTERFACES) {
      throw new IllegalArgumentException("linkd is started for 1 to 16 interfaces");
    }
    for (String name : interfaces) {
      if (!INTERFACE.matcher(name).matches()) {
        throw new IllegalArgumentException("'" + name + "' is not the name of an interface");
      }
    }
    if (users.isEmpty() && groups.isEmpty()) {
      throw new IllegalArgumentException("say who may ask: a user or a group");
    }
  }
}

package io.limpet.link.internal.os.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.limpet.link.LinkDaemon;
import io.limpet.link.LinkDaemonConfig;
import io.limpet.link.LinkException;
import io.limpet.link.SiteHook;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The helper daemon in a process of its own: SOCKET INTERFACE USER [HOOK]. Prints its log; at each
 * line of input its counters; ends with its input.
 */
final class DaemonMain {
  private DaemonMain() {}

  public static void main(String[] arguments) throws Exception {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    SiteHook hook = arguments.length > 3 ? SiteHook.parse(arguments[3]) : null;
    LinkDaemonConfig config =
        new LinkDaemonConfig(
            Path.of(arguments[0]), List.of(arguments[1]), List.of(arguments[2]), List.of(), hook);
    try (LinkDaemon daemon = LinkDaemon.start(config, DaemonMain::print)) {
      System.out.println("ready");
      for (int c = System.in.read(); c >= 0; c = System.in.read()) {
        System.out.println(
            "counters refused="
                + daemon.refusedClients()
                + " malformed="
                + daemon.malformedClients()
                + " done="
                + daemon.operationsDone()
                + " denied="
                + daemon.operationsDenied());
      }
    } catch (LinkException | IllegalArgumentException e) {
      System.out.println("failed: " + e.getMessage());
    }
  }

  private static void print(String line) {
    System.out.println(line);
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "links",
    description = "What gets through, by peer, interface, carrier and direction.",
    footer = {
      "",
      "→ is from here to the peer, ← from it to here. PROOF is the time since a datagram is known",
      "to have got through, MTU the largest packet in bytes of which that is known."
    })
final class LinksCommand extends ClientCommand {
  private static final long REDRAW_MS = 1_000;

  @Parameters(paramLabel = "PEER", arity = "0..1", description = "Only the paths of this peer.")
  private @Nullable String peer;

  @Option(names = "--watch", description = "Draw it anew each second, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() throws ControlException {
    if (!watch) {
      return super.call();
    }
    if (isJson()) {
      throw new ControlException("--watch and --json do not go together", Limpet.WRONG_USAGE);
    }
    if (!Terminal.isOnStandardOutput()) {
      throw new ControlException(
          "--watch draws on a terminal, and standard output is none: leave it out",
          Limpet.WRONG_USAGE);
    }
    watch();
    return Limpet.OK;
  }

  private void watch() throws ControlException {
    try {
      CountDownLatch never = new CountDownLatch(1);
      do {
        out().println(Terminal.redraw(text(ask(client()))));
      } while (!never.await(REDRAW_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("links", peer == null ? none() : Map.of("peer", peer));
  }

  @Override
  String text(JsonNode links) throws ControlException {
    return LinksTable.of(links, client().call("verdicts", none()), client().call("peers", none()));
  }
}

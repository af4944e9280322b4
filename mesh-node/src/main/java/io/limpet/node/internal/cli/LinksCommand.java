package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "links",
    description = "What gets through, by peer, interface, carrier and direction.",
    footer =
        "%n→ is from here to the peer, ← from it to here. PROOF is the time since a datagram is known"
            + " to have got through, MTU the largest packet in bytes of which that is known.")
final class LinksCommand extends ClientCommand {
  @Parameters(paramLabel = "PEER", arity = "0..1", description = "Only the paths of this peer.")
  private @Nullable String peer;

  @Option(names = "--watch", description = "Draw it anew each second, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() throws ControlException {
    if (!watch) {
      return super.call();
    }
    Watch.draw(out(), isJson(), () -> text(ask(client())));
    return Limpet.OK;
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

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.page.PageUrl;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;

@Command(
    name = "page",
    description = "Where the neighbourhood page of this node is, for a browser.",
    footer = "%nA node serves one when it is started with --page.")
final class PageCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    Path home = Path.of(client.call("status", none()).path("home").asText());
    try {
      String url =
          PageUrl.of(home)
              .orElseThrow(
                  () ->
                      new ControlException(
                          "this node serves no page: start it with 'limpet node --page'",
                          Limpet.FAILED));
      return JsonNodeFactory.instance.objectNode().put("url", url);
    } catch (IOException e) {
      throw new ControlException(
          "where the page is cannot be read: " + e.getMessage(), Limpet.FAILED);
    }
  }

  @Override
  String text(JsonNode result) {
    return field(result, "url");
  }
}

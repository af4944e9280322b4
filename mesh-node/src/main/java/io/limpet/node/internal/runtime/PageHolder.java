package io.limpet.node.internal.runtime;

import io.limpet.node.NodeException;
import io.limpet.node.internal.http.HttpServers;
import io.limpet.node.internal.page.NeighbourhoodPage;
import io.limpet.node.internal.page.PageUrl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A node's page, if it is to have one: where nobody asks for it, nothing of it is loaded. */
final class PageHolder implements AutoCloseable {
  private final @Nullable NeighbourhoodPage page;

  private PageHolder(@Nullable NeighbourhoodPage page) {
    this.page = page;
  }

  static PageHolder start(LiveNode live, OptionalInt port, HttpServers http) throws NodeException {
    if (port.isEmpty()) {
      PageUrl.forget(live.node().home());
      return new PageHolder(null);
    }
    return new PageHolder(
        NeighbourhoodPage.start(
            live.pageSource(),
            http,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getAsInt())));
  }

  /** Returns where it is. */
  Optional<String> url() {
    return page == null ? Optional.empty() : Optional.of(page.url());
  }

  @Override
  public void close() {
    if (page != null) {
      page.close();
    }
  }
}

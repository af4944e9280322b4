package io.limpet.node.internal.page;

import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.http.EventStream;
import io.limpet.node.internal.http.HttpAnswer;
import io.limpet.node.internal.http.HttpCall;
import io.limpet.node.internal.http.HttpReply;
import io.limpet.node.internal.http.HttpServers;
import io.limpet.node.internal.http.LocalHttp;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Serves the neighbourhood page at {@code http://127.0.0.1:PORT/TOKEN/}, to browsers of this
 * machine that know the token.
 *
 * <p>The token is a part of the path and not a cookie: cookies of one port of a host are sent to
 * all its other ports, which may belong to other users of this machine.
 */
public final class NeighbourhoodPage implements AutoCloseable {
  /** The port that is taken where none is named. */
  public static final String PORT = "7465";

  private static final String EVENTS = "events";
  private static final String ACT = "act";
  private static final String JSON = "application/json";

  private static final Pattern THIS_MACHINE =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

  private final PageToken token = PageToken.fresh();
  private final PageFiles files = new PageFiles();
  private final PageActions actions;
  private final PageFeed feed;
  private final PageUrl url;

  private NeighbourhoodPage(PageActions actions, PageFeed feed, LocalHttp http, MeshNode node)
      throws NodeException {
    this.actions = actions;
    this.feed = feed;
    this.url = PageUrl.write(node.home(), http.address(), token);
    http.otherwise(this::answer);
  }

  /**
   * Starts serving.
   *
   * @param at an address of this machine that nobody else reaches; port 0 for one that is free
   * @throws NodeException with one line, when the port cannot be had
   */
  public static NeighbourhoodPage start(
      PageSource source, HttpServers servers, InetSocketAddress at) throws NodeException {
    LocalHttp http = servers.at(at);
    MeshNode node = source.node();
    Clock clock = source.clock();
    PageFeed feed =
        new PageFeed(
            node,
            clock,
            new PageState(node.address(), node.name(), source.colours(), clock.instant()));
    PageActions actions = new PageActions(source.commands());
    try {
      NeighbourhoodPage page = new NeighbourhoodPage(actions, feed, http, node);
      source.events().addListener(feed::onJournal);
      return page;
    } catch (NodeException | RuntimeException e) {
      feed.close();
      actions.close();
      throw e;
    }
  }

  /** Returns where the page is: whoever has this may do what its person may. */
  public String url() {
    return url.text();
  }

  private CompletionStage<HttpReply> answer(HttpCall call) {
    String host = call.headers().getOrDefault("host", "");
    String[] path = call.path().split("/", 3);
    if (!THIS_MACHINE.matcher(host).matches() || path.length < 2 || !token.is(path[1])) {
      return refused(403, "the page's URL has a token: 'limpet page' shows it");
    }
    if (path.length == 2) {
      return refused(404, "the page's URL ends with /");
    }
    String name = path[2];
    boolean isPost = call.method().equals("POST");
    boolean isGet = call.method().equals("GET");
    if (name.equals(ACT) ? !isPost : !isGet) {
      return refused(405, "not by " + call.method());
    }
    if (isPost) {
      return act(call);
    }
    if (name.equals(EVENTS)) {
      return CompletableFuture.completedFuture(new EventStream(feed::add));
    }
    return files
        .find(name)
        .map(file -> CompletableFuture.<HttpReply>completedFuture(file))
        .orElseGet(() -> refused(404, "nothing is here"));
  }

  /** Another origin's form cannot say that it sends JSON, and always says its origin. */
  private CompletionStage<HttpReply> act(HttpCall call) {
    if (!call.headers().getOrDefault("content-type", "").equals(JSON)) {
      return refused(415, "only " + JSON + " is taken");
    }
    if (!call.headers().containsKey("origin")) {
      return refused(403, "only the page itself may ask for this");
    }
    return actions.answer(call.text());
  }

  private static CompletableFuture<HttpReply> refused(int status, String why) {
    return CompletableFuture.completedFuture(PageFiles.strict(HttpAnswer.line(status, why)));
  }

  /** Ends the page; the server is closed by whom it belongs to. */
  @Override
  public void close() {
    url.remove();
    feed.close();
    actions.close();
  }
}

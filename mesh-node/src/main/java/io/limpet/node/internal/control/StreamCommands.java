package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.MeshAddress;
import io.limpet.node.internal.streams.BadEndpointException;
import io.limpet.node.internal.streams.OpeningView;
import io.limpet.node.internal.streams.StreamEvent;
import io.limpet.node.internal.streams.Streams;
import io.limpet.node.internal.streams.WhoMay;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commands that carry unmodified programs over the mesh. What they open lives as long as
 * whoever asked stays: nothing is left open that nobody remembers.
 */
public final class StreamCommands {
  private final Streams streams;
  private final Roster roster;

  /** Commands for a node's streams. */
  public StreamCommands(Streams streams, Roster roster) {
    this.streams = streams;
    this.roster = roster;
  }

  /** Adds them. */
  public void addTo(ControlCommands commands) {
    commands.add("expose", this::expose);
    commands.add("forward", this::forward);
    commands.add("socks", this::socks);
    commands.add("forwards", (args, reply) -> reply.result(list()));
    commands.add("forwards.end", this::end);
  }

  /**
   * What scripts see of something open.
   *
   * @param way {@code expose}, {@code forward} or {@code socks}
   */
  record PortView(
      int number,
      String way,
      String at,
      @Nullable String to,
      @Nullable String allowed,
      int open,
      long total,
      long refused) {
    static PortView of(OpeningView view) {
      return new PortView(
          view.number(),
          view.way().word(),
          view.at(),
          view.to(),
          view.allowed(),
          view.open(),
          view.total(),
          view.refused());
    }
  }

  /** What scripts see of a stream. */
  record StreamView(
      String change,
      String way,
      @Nullable String peer,
      String name,
      String service,
      long sentBytes,
      long receivedBytes,
      @Nullable String reason,
      long count) {
    /** Stands for the end of the opening. */
    static final StreamView OVER = new StreamView("over", "", null, "", "", 0, 0, null, 0);

    static StreamView of(StreamEvent event) {
      return new StreamView(
          event.change(),
          event.way().word(),
          event.peer() == null ? null : event.peer().toString(),
          event.peerName(),
          event.service(),
          event.sentBytes(),
          event.receivedBytes(),
          event.reason(),
          event.count());
    }
  }

  private void expose(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    int port = ControlArgs.number(args, "port", 0, 1, 65_535);
    String name = args.path("as").asText("");
    String to = args.path("to").asText("");
    WhoMay allowed = whoMay(roster, args, "allow");
    keep(
        reply,
        each ->
            streams.expose(
                port,
                name.isEmpty() ? null : name,
                to.isEmpty() ? Integer.toString(port) : to,
                beyondLoopback(args),
                allowed,
                each));
  }

  private void forward(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String at = ControlArgs.required(args, "at");
    Person peer = ControlArgs.person(roster, ControlArgs.required(args, "peer"));
    String service = ControlArgs.required(args, "service");
    keep(reply, each -> streams.forward(at, beyondLoopback(args), peer, service, each));
  }

  private void socks(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String at = ControlArgs.required(args, "at");
    keep(reply, each -> streams.socks(at, beyondLoopback(args), each));
  }

  private static boolean beyondLoopback(JsonNode args) {
    return args.path("beyondLoopback").asBoolean(false);
  }

  /** Reads who may: words, and people who are known by now. */
  static WhoMay whoMay(Roster roster, JsonNode args, String name) throws ControlException {
    List<String> words = new ArrayList<>();
    List<WhoMay.NamedPerson> people = new ArrayList<>();
    for (JsonNode each : args.path(name)) {
      String word = each.asText();
      Optional<MeshAddress> address = WhoMay.address(word);
      if (WhoMay.isWord(word)) {
        words.add(word);
      } else if (address.isPresent()) {
        people.add(new WhoMay.NamedPerson(address.get(), address.get().toString()));
      } else {
        Person person = ControlArgs.person(roster, word);
        people.add(new WhoMay.NamedPerson(person.address(), person.name()));
      }
    }
    return WhoMay.of(words, people);
  }

  @FunctionalInterface
  private interface Opener {
    CompletionStage<Streams.Open> open(Consumer<StreamEvent> each);
  }

  /** Opens it, tells of it and of its streams, and ends it when the client goes away. */
  private static void keep(ControlServer.Reply reply, Opener opener)
      throws ControlException, IOException {
    Following<StreamView> following = new Following<>();
    try (Streams.Open open = await(opener.open(event -> following.add(StreamView.of(event))))) {
      reply.event(Map.of("opening", PortView.of(open.view())));
      reply.onGone(open::close);
      open.ended().thenRun(() -> following.add(StreamView.OVER));
      if (!following.hand(
          reply, Long.MAX_VALUE, view -> view.equals(StreamView.OVER), view -> false)) {
        return;
      }
    }
    // Said when it is over, so that whoever hears it may begin anew.
    reply.result(Map.of());
  }

  private static Streams.Open await(CompletionStage<Streams.Open> opening) throws ControlException {
    try {
      return ControlCommands.await(opening);
    } catch (ControlException e) {
      if (e.getCause() instanceof BadEndpointException) {
        throw ControlException.wrongUsage(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private List<PortView> list() throws ControlException {
    return ControlCommands.await(streams.list()).stream().map(PortView::of).toList();
  }

  private void end(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    int number = ControlArgs.number(args, "number", 0, 1, Integer.MAX_VALUE);
    if (!streams.end(number)) {
      throw ControlException.failed("nothing is open as number " + number + ": 'limpet forwards'");
    }
    reply.result(Map.of("ended", number));
  }
}

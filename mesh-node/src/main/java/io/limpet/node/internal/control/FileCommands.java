package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.files.FileEvent;
import io.limpet.node.internal.files.FileEvent.Change;
import io.limpet.node.internal.files.FileTransfers;
import io.limpet.node.internal.streams.WhoMay;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The commands that send files and receive them, for as long as whoever asked stays. */
public final class FileCommands {
  private static final int MAX_FILES = 1000;

  private final FileTransfers files;
  private final Roster roster;

  /** Commands for a node's files. */
  public FileCommands(FileTransfers files, Roster roster) {
    this.files = files;
    this.roster = roster;
  }

  /** Adds them. */
  public void addTo(ControlCommands commands) {
    commands.add("send", this::send);
    commands.add("receive", this::receive);
  }

  /** What scripts see of a file. */
  record FileView(
      String change,
      String peer,
      String name,
      String file,
      long size,
      long bytes,
      @Nullable String reason) {
    /** Stands for the end. */
    static final FileView OVER = new FileView("over", "", "", "", 0, 0, null);

    static FileView of(FileEvent event) {
      return new FileView(
          event.change().word(),
          event.peer().toString(),
          event.peerName(),
          event.file(),
          event.size(),
          event.bytes(),
          event.reason());
    }
  }

  /**
   * What scripts see when receiving begins.
   *
   * @param from who may send, by words and addresses
   * @param whoMay the same as it was asked for
   */
  record ReceivingView(String into, List<String> from, String whoMay) {
    static ReceivingView of(Path folder, WhoMay who) {
      List<String> from = new ArrayList<>(who.many());
      who.people().forEach(address -> from.add(address.toString()));
      return new ReceivingView(folder.toString(), from, who.words());
    }
  }

  private void send(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    Person peer = ControlArgs.person(roster, ControlArgs.required(args, "peer"));
    JsonNode given = args.path("files");
    if (given.isEmpty() || given.size() > MAX_FILES) {
      throw ControlException.wrongUsage("'files' are 1 to " + MAX_FILES + " paths");
    }
    List<Path> paths = new ArrayList<>();
    for (JsonNode each : given) {
      paths.add(path(each.asText(), "files"));
    }
    long patienceMs = args.path("giveUpMs").asLong(Long.MAX_VALUE / 1_000_000);
    for (Path path : paths) {
      sendOne(reply, peer, path, patienceMs);
    }
    reply.result(Map.of("peer", peer.address().toString(), "name", peer.name(), "files", given));
  }

  private void sendOne(ControlServer.Reply reply, Person peer, Path path, long patienceMs)
      throws ControlException {
    try {
      files.send(peer, path, patienceMs, event -> reply.event(FileView.of(event)));
    } catch (IOException e) {
      throw ControlException.failed(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ControlException.failed("interrupted");
    }
  }

  private void receive(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Path folder = path(ControlArgs.required(args, "into"), "into");
    WhoMay from = StreamCommands.whoMay(roster, args, "from");
    long maxSize = args.path("maxBytes").asLong(Long.MAX_VALUE);
    AtomicLong left = new AtomicLong(args.path("count").asLong(Long.MAX_VALUE));
    Following<FileView> following = new Following<>();
    try (FileTransfers.Receiving receiving =
        ControlCommands.await(
            files.receive(
                folder,
                from,
                maxSize,
                event -> {
                  following.add(FileView.of(event));
                  if (event.change() == Change.RECEIVED && left.decrementAndGet() == 0) {
                    following.add(FileView.OVER);
                  }
                }))) {
      reply.onGone(receiving::close);
      reply.event(Map.of("receiving", ReceivingView.of(folder, from)));
      if (!following.hand(
          reply, Long.MAX_VALUE, view -> view.equals(FileView.OVER), view -> false)) {
        return;
      }
    }
    // Said when it is over, so that whoever hears it may begin anew.
    reply.result(Map.of());
  }

  private static Path path(String text, String what) throws ControlException {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw ControlException.wrongUsage("'" + what + "' are whole paths, not '" + text + "'");
  }
}

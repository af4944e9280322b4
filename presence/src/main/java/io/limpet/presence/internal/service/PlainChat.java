package io.limpet.presence.internal.service;

import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.presence.PlainChatException;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainListener;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.PlainPerson;
import io.limpet.presence.Presence;
import io.limpet.presence.Roster;
import io.limpet.presence.RosterListener;
import io.limpet.presence.UnknownPersonException;
import io.limpet.presence.internal.announce.PlainRecord;
import io.limpet.presence.internal.chat.ChatSockets;
import io.limpet.presence.internal.mdns.Directory;
import io.limpet.presence.internal.mdns.LocalNetwork;
import io.limpet.presence.internal.mdns.PlainService;
import io.limpet.presence.internal.plain.Contact;
import io.limpet.presence.internal.plain.PlainBook;
import io.limpet.presence.internal.xmpp.Xmpp;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People without Limpet at work: the book on the link's event loop, the directory and the sockets
 * on their own threads.
 */
public final class PlainChat implements PlainPeople {
  /** As with the roster: a link that goes down announces no address. */
  private static final long RECONCILE_MS = 2_000;

  private static final Logger log = LoggerFactory.getLogger(PlainChat.class);

  private final MeshLink link;
  private final Roster roster;
  private final EventLoop loop;
  private final PlainBook book;
  private final Inputs inputs;
  private final Listeners<PlainListener> listeners = new Listeners<>("plain chat");
  private final AtomicBoolean closed = new AtomicBoolean();
  private final LinkListener linkListener = this::onLinkEvent;
  private final RosterListener rosterListener = event -> refresh();
  private final ChatSockets sockets;
  private final PlainRecord own;
  private final Directory<PlainRecord> directory;
  private volatile Map<String, Contact> contacts = Map.of();
  private @Nullable ScheduledFuture<?> reconciling;

  /** Makes the directory once the record and the listener for others are there. */
  @FunctionalInterface
  public interface DirectoryFactory {
    /** Makes a directory that publishes a record and reports those of others. */
    Directory<PlainRecord> create(PlainRecord own, Directory.Listener<PlainRecord> listener);
  }

  private PlainChat(MeshLink link, Roster roster, DirectoryFactory directories) throws IOException {
    this.link = link;
    this.roster = roster;
    this.loop = link.eventLoop();
    this.inputs = new Inputs(loop, closed, this::flush);
    this.book = new PlainBook(link.localAddress(), this::isHere);
    String self = PlainService.id(link.nickname(), link.localAddress().shortForm());
    this.sockets = ChatSockets.open(new Door());
    this.own =
        new PlainRecord(
            self, link.nickname(), "avail", "", List.of(), sockets.port(), link.localAddress());
    this.directory = directories.create(own, new Records());
  }

  /** Starts to listen and to announce; everything takes its time on other threads. */
  public static PlainChat start(MeshLink link, Roster roster, DirectoryFactory directories)
      throws PlainChatException {
    try {
      PlainChat chat = new PlainChat(link, roster, directories);
      chat.loop.execute(chat::listen);
      return chat;
    } catch (IOException e) {
      throw new PlainChatException("plain chat cannot start: " + e.getMessage(), e);
    }
  }

  private void listen() {
    if (!closed.get()) {
      link.addListener(linkListener);
      roster.addListener(rosterListener);
      directory.reconcile(link.interfaces());
      reconciling =
          loop.scheduleWithFixedDelay(
              () -> directory.reconcile(link.interfaces()),
              RECONCILE_MS,
              RECONCILE_MS,
              TimeUnit.MILLISECONDS);
    }
  }

  // ---- inputs ----

  private void onLinkEvent(LinkEvent event) {
    if (event instanceof LinkEvent.AddressAdded || event instanceof LinkEvent.AddressRemoved) {
      directory.reconcile(link.interfaces());
    }
  }

  private boolean isHere(MeshAddress node) {
    return roster.person(node).filter(p -> p.presence() != Presence.OFFLINE).isPresent();
  }

  private void refresh() {
    book.refresh();
    flush();
  }

  /** What the directory finds, on its threads. */
  private final class Records implements Directory.Listener<PlainRecord> {
    @Override
    public void onSeen(String key, PlainRecord claim) {
      inputs.take(() -> book.onSeen(key, claim));
    }

    @Override
    public void onLost(String key) {
      inputs.take(() -> book.onLost(key));
    }
  }

  /** Whom the sockets serve, on their thread. */
  private final class Door implements ChatSockets.Owner {
    @Override
    public String self(InetAddress local) {
      return PlainService.idAt(own, local);
    }

    @Override
    public boolean isOnLink(InetAddress local, InetAddress remote) {
      return link.interfaces().stream().anyMatch(i -> i.addresses().contains(local))
          && LocalNetwork.covers(local, remote);
    }

    @Override
    public Optional<PlainPerson> whoIs(String claimed, InetAddress from) {
      return PlainBook.caller(contacts, claimed, from).map(Contact::person);
    }

    @Override
    public void onSaid(PlainPerson person, String line) {
      Instant now = Instant.now();
      inputs.take(() -> tell(new PlainEvent.Said(person, line, now)));
    }
  }

  private void flush() {
    contacts = book.contacts();
    PlainEvent event;
    while ((event = book.pollEvent()) != null) {
      tell(event);
    }
  }

  private void tell(PlainEvent event) {
    listeners.tell(listener -> listener.onEvent(event));
  }

  // ---- the face ----

  @Override
  public List<PlainPerson> people() {
    return contacts.values().stream().map(Contact::person).sorted(PlainBook.order()).toList();
  }

  @Override
  public Optional<PlainPerson> person(String id) {
    return Optional.ofNullable(contacts.get(PlainBook.canonical(id))).map(Contact::person);
  }

  @Override
  public PlainPerson find(String idOrName) throws UnknownPersonException {
    return PlainBook.find(people(), idOrName);
  }

  @Override
  public CompletionStage<Void> say(String id, String text) {
    String line = Xmpp.line(text);
    if (line.isEmpty() || line.length() > MAX_LINE_CHARS) {
      return failed("a line has 1 to " + MAX_LINE_CHARS + " characters, not " + line.length());
    }
    Contact contact = contacts.get(PlainBook.canonical(id));
    if (contact == null) {
      return failed(id + " is not here");
    }
    return sockets.say(contact.person().id(), contact.where(), line);
  }

  private static CompletionStage<Void> failed(String why) {
    return CompletableFuture.failedFuture(new PlainChatException(why));
  }

  @Override
  public void addListener(PlainListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(PlainListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      loop.execute(this::stopListening);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop has ended before plain chat");
    }
    sockets.close();
    directory.close();
  }

  private void stopListening() {
    link.removeListener(linkListener);
    roster.removeListener(rosterListener);
    ScheduledFuture<?> periodic = reconciling;
    if (periodic != null) {
      periodic.cancel(false);
    }
  }
}

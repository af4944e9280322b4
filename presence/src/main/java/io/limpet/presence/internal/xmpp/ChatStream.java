package io.limpet.presence.internal.xmpp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream between two people of a link (XEP-0174, sections 4 and 5), from either side's view.
 *
 * <p>Sans-IO: given bytes and the time; after each call there may be {@linkplain #pollBytes bytes}
 * to send and {@linkplain #pollEvent events}. Confined to one thread.
 */
public final class ChatStream {
  /** The other side has so long to open its stream. */
  public static final long OPEN_NS = TimeUnit.SECONDS.toNanos(10);

  /** Once we have closed ours, the other side has so long to close its own. */
  public static final long CLOSE_NS = TimeUnit.SECONDS.toNanos(10);

  /** A stream on which nothing is said for so long is closed. */
  public static final long IDLE_NS = TimeUnit.MINUTES.toNanos(10);

  private final StanzaReader reader = new StanzaReader();
  private final StanzaWriter writer = new StanzaWriter();
  private final Deque<Event> events = new ArrayDeque<>();
  private final String self;
  private final boolean initiator;
  private String peer;
  private Phase phase = Phase.OPENING;
  private boolean featured;
  private long deadlineNs;

  private enum Phase {
    OPENING,
    ASKED,
    OPEN,
    CLOSING,
    OVER
  }

  /** What happens on a stream. */
  public sealed interface Event {
    /** The other side has opened its stream; whoever was called now accepts or drops it. */
    record Opened(String from) implements Event {}

    /** The other side said a line. */
    record Said(String text) implements Event {}

    /**
     * Both sides have closed. What we said before is read: a client ends its side when it reads our
     * end, which came after.
     */
    record Closed() implements Event {}

    /** It is over otherwise; {@code reason} says why. What we said may or may not be read. */
    record Failed(String reason, boolean hostile) implements Event {}
  }

  private ChatStream(boolean initiator, String self, String peer, long nowNs) {
    this.initiator = initiator;
    this.self = self;
    this.peer = peer;
    this.deadlineNs = nowNs + OPEN_NS;
  }

  /** Begins a stream to somebody. */
  public static ChatStream to(String self, String peer, long nowNs) {
    ChatStream stream = new ChatStream(true, self, peer, nowNs);
    stream.writer.header(self, peer);
    return stream;
  }

  /** Waits for a stream of somebody who has connected. */
  public static ChatStream from(String self, long nowNs) {
    return new ChatStream(false, self, "", nowNs);
  }

  /** Opens our side, to the one who has asked. */
  public void accept(String from, long nowNs) {
    if (phase != Phase.ASKED) {
      return;
    }
    peer = from;
    writer.header(self, peer);
    if (featured) {
      writer.features(); // RFC 6120, section 4.3.2.
    }
    opened(nowNs);
    take(nowNs);
  }

  private void opened(long nowNs) {
    phase = Phase.OPEN;
    deadlineNs = nowNs + IDLE_NS;
  }

  /** Says a line that went through {@link Xmpp#line}; only once the stream is open. */
  public void say(String line) {
    if (phase != Phase.OPEN) {
      throw new IllegalStateException("a line is said on an open stream");
    }
    writer.line(self, peer, line);
  }

  /** Closes our side. */
  public void close(long nowNs) {
    if (phase == Phase.OPEN) {
      writer.end();
      phase = Phase.CLOSING;
      deadlineNs = nowNs + CLOSE_NS;
    }
  }

  /** Takes what has arrived. */
  public void onBytes(byte[] bytes, long nowNs) {
    if (phase == Phase.OVER) {
      return;
    }
    try {
      reader.onBytes(bytes);
    } catch (MalformedStreamException e) {
      take(nowNs);
      fail(String.valueOf(e.getMessage()), true);
      return;
    }
    take(nowNs);
  }

  private void take(long nowNs) {
    StanzaReader.Item item;
    // What follows a call waits until it is accepted.
    while (phase != Phase.ASKED && phase != Phase.OVER && (item = reader.poll()) != null) {
      if (item instanceof StanzaReader.Item.Header header) {
        events.add(new Event.Opened(header.from()));
        featured = header.featured();
        if (initiator) {
          opened(nowNs);
        } else {
          phase = Phase.ASKED;
        }
      } else if (item instanceof StanzaReader.Item.Line line) {
        events.add(new Event.Said(line.text()));
        if (phase == Phase.OPEN) {
          deadlineNs = nowNs + IDLE_NS;
        }
      } else {
        onEnd();
      }
    }
  }

  /** Takes the news that nothing more will arrive. */
  public void onEnd() {
    switch (phase) {
      case OPENING -> fail("the connection ended before it was opened", false);
      case ASKED, CLOSING -> over(new Event.Closed());
      case OPEN -> {
        writer.end();
        over(initiator ? new Event.Failed("they closed first", false) : new Event.Closed());
      }
      case OVER -> {}
    }
  }

  /** Takes the news that the connection broke. */
  public void onBroken(String reason) {
    if (phase != Phase.OVER) {
      fail(reason, false);
    }
  }

  /** Does what is due. */
  public void onTimer(long nowNs) {
    if (phase == Phase.OVER || nowNs - deadlineNs < 0) {
      return;
    }
    switch (phase) {
      case OPENING, ASKED -> fail("they did not open a stream in time", false);
      case OPEN -> close(nowNs);
      default -> fail("they did not close the stream in time", false);
    }
  }

  /** Returns when {@link #onTimer} is due, by the clock that is passed in. */
  public long deadlineNs() {
    return deadlineNs;
  }

  /** Says whether nothing more will happen. */
  public boolean isOver() {
    return phase == Phase.OVER;
  }

  private void fail(String reason, boolean hostile) {
    over(new Event.Failed(reason, hostile));
  }

  private void over(Event last) {
    phase = Phase.OVER;
    events.add(last);
  }

  /** Returns what is to be sent now, perhaps nothing. */
  public byte[] pollBytes() {
    return writer.take();
  }

  /** Returns what happened next, or null. */
  public @Nullable Event pollEvent() {
    return events.poll();
  }
}

package io.limpet.node.internal.metrics;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens, as it happens. Their tags are words of this program: what others send makes
 * none. Safe for any thread; never blocks.
 */
final class EventMeters implements ConnectionListener {
  /** What is worth an alarm is there from the beginning, so that its first time is seen, too. */
  private static final List<String> FROM_THE_BEGINNING =
      List.of(
          "path.changed",
          "repair.started",
          "repair.succeeded",
          "repair.gaveup",
          "peer.suspect",
          "connection.suspect");

  private static final Pattern NEXT_WORD = Pattern.compile("(?<=[a-z])(?=[A-Z])");

  private final MeterRegistry registry;
  private final Map<String, Counter> events = new ConcurrentHashMap<>();
  private final Map<String, Counter> closed = new ConcurrentHashMap<>();
  private final Counter opened;
  private final Counter rejected;

  EventMeters(MeterRegistry registry) {
    this.registry = registry;
    this.opened =
        Counter.builder("limpet.connections.opened")
            .description("Mesh connections that were established")
            .register(registry);
    this.rejected =
        Counter.builder("limpet.security.rejected")
            .description("Datagrams that were dropped as hostile or damaged")
            .register(registry);
    FROM_THE_BEGINNING.forEach(this::event);
    for (Class<?> reason : CloseReason.class.getPermittedSubclasses()) {
      closed(reason);
    }
  }

  private Counter event(String name) {
    return events.computeIfAbsent(
        name,
        n ->
            Counter.builder("limpet.events")
                .description("Events of the journal by their names")
                .tag("event", n)
                .register(registry));
  }

  private Counter closed(Class<?> reason) {
    String word =
        NEXT_WORD.matcher(reason.getSimpleName()).replaceAll("_").toLowerCase(Locale.ROOT);
    return closed.computeIfAbsent(
        word,
        w ->
            Counter.builder("limpet.connections.closed")
                .description("Mesh connections that ended, or were never established, by reason")
                .tag("reason", w)
                .register(registry));
  }

  /** Takes an event of the journal. */
  void onEvent(JournalEvent event) {
    event(event.name()).increment();
    if (event instanceof JournalEvent.SecurityRejected e) {
      rejected.increment((double) e.count());
    } else if (event instanceof JournalEvent.Repair e && e.tookMs() != null) {
      Timer.builder("limpet.repair")
          .description("How long repairs of unicast took, by outcome and diagnosis")
          .tag("outcome", e.change())
          .tag("diagnosis", e.diagnosis().toLowerCase(Locale.ROOT))
          .register(registry)
          .record(Duration.ofMillis(e.tookMs()));
    }
  }

  @Override
  public void onChange(
      Change change,
      MeshAddress peer,
      int localPort,
      int remotePort,
      @Nullable CloseReason reason) {
    if (change == Change.OPENED) {
      opened.increment();
    } else if (reason != null) {
      closed(reason.getClass()).increment();
    }
  }
}

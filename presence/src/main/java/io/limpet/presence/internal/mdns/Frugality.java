package io.limpet.presence.internal.mdns;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSQuestion;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordType;
import javax.jmdns.impl.tasks.resolver.ServiceResolver;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one JmDNS instance from asking and answering more than RFC 6762 lets it.
 *
 * <p>JmDNS asks who offers a service three times within a second, whenever anything gives it cause,
 * names nobody that it knows, and answers each such question of others with all it has. So a
 * question costs the network three times as many answers as it has nodes, and twenty nodes that
 * doubt each other on a busy air drown it. Here a question is asked once, at most once a second
 * (section 5.2), not at all if somebody else has just asked the same (7.3), and lists whom we know
 * (7.1); and whoever is listed, or has answered within the last second (6), says nothing.
 *
 * <p>Safe for any thread.
 */
final class Frugality {
  private static final long SPACING_MS = 1_000;

  /** Somebody else's question counts as ours for so long: less than we hear our own again. */
  private static final long HEARD_MS = 500;

  private static final int MIN_DELAY_MS = 20;
  private static final int DELAY_SPREAD_MS = 100;

  /** As many as fit into one packet; who is not listed answers. */
  private static final int MAX_KNOWN = 24;

  private static final int MAX_TYPES = 8;

  private final JmDNSImpl dns;
  private final LongSupplier nowMs;
  private final Map<String, Topic> topics = new HashMap<>();

  /** What has been asked and answered of a type of service. */
  private static final class Topic {
    long askedMs = Long.MIN_VALUE / 2;
    long heardMs = Long.MIN_VALUE / 2;
    long answeredMs = Long.MIN_VALUE / 2;
    boolean waiting;
  }

  Frugality(JmDNSImpl dns) {
    this(dns, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  Frugality(JmDNSImpl dns, LongSupplier nowMs) {
    this.dns = dns;
    this.nowMs = nowMs;
  }

  /** Asks who offers this, soon, unless that is about to be asked anyway. */
  synchronized void ask(String type, Timer timer) {
    Topic topic = topic(type);
    if (topic == null || topic.waiting || dns.isCanceling() || dns.isCanceled()) {
      return;
    }
    topic.waiting = true;
    long againMs = topic.askedMs + SPACING_MS - nowMs.getAsLong();
    int delayMs = MIN_DELAY_MS + JmDNSImpl.getRandom().nextInt(DELAY_SPREAD_MS);
    timer.schedule(new Question(type), Math.max(delayMs, againMs));
  }

  /** Notes a question of the network; says whether it is one to answer. */
  synchronized boolean shouldAnswer(DNSIncoming in, int port) {
    if (port != DNSConstants.MDNS_PORT || in.isTruncated() || in.getQuestions().isEmpty()) {
      return true; // JmDNS gathers what belongs to a truncated one, and must see it through.
    }
    long now = nowMs.getAsLong();
    boolean answer = false;
    for (DNSQuestion question : in.getQuestions()) {
      String type = key(question.getName());
      Topic topic = question.getRecordType() == DNSRecordType.TYPE_PTR ? topics.get(type) : null;
      if (topic == null) {
        return true;
      }
      Set<String> ours = oursOf(type);
      if (knows(type, ours, listed(type, in, 0))) {
        topic.heardMs = now;
      }
      boolean spared = listed(type, in, (DNSConstants.DNS_TTL + 1) / 2).containsAll(ours);
      if (!spared && now - topic.answeredMs >= SPACING_MS) {
        topic.answeredMs = dns.isAnnounced() ? now : topic.answeredMs;
        answer = true;
      }
    }
    return answer;
  }

  /** Returns whom a question lists as known, with at least so many seconds to live. */
  private static Set<String> listed(String type, DNSIncoming in, int leastSeconds) {
    return in.getAnswers().stream()
        .filter(record -> record instanceof DNSRecord.Pointer && record.getTTL() >= leastSeconds)
        .filter(record -> key(record.getName()).equals(type))
        .map(record -> name((DNSRecord.Pointer) record))
        .collect(Collectors.toSet());
  }

  /** Returns what we offer of a type. */
  private Set<String> oursOf(String type) {
    return dns.getServices().values().stream()
        .filter(service -> key(service.getType()).equals(type))
        .map(service -> key(service.getQualifiedName()))
        .collect(Collectors.toSet());
  }

  /** Says whether we know all that an asker knows: then its answers are all that we lack, too. */
  private boolean knows(String type, Set<String> ours, Set<String> listed) {
    if (ours.containsAll(listed)) {
      return true; // Without a walk over what the cache has.
    }
    Set<String> known = fresh(type).stream().map(Frugality::name).collect(Collectors.toSet());
    known.addAll(ours);
    return known.containsAll(listed);
  }

  private List<DNSRecord.Pointer> fresh(String type) {
    long now = System.currentTimeMillis();
    return dns.getCache().getDNSEntryList(key(type)).stream()
        .filter(DNSRecord.Pointer.class::isInstance)
        .map(DNSRecord.Pointer.class::cast)
        .filter(record -> !record.isStale(now))
        .toList();
  }

  private static String name(DNSRecord.Pointer pointer) {
    return key(pointer.getServiceInfo().getQualifiedName());
  }

  private @Nullable Topic topic(String type) {
    if (topics.size() >= MAX_TYPES && !topics.containsKey(key(type))) {
      return null;
    }
    return topics.computeIfAbsent(key(type), any -> new Topic());
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Notes that it is time to ask; says whether nobody else has just done so. */
  synchronized boolean isStillOpen(String type) {
    Topic topic = topics.get(key(type));
    if (topic == null) {
      return false;
    }
    long now = nowMs.getAsLong();
    topic.waiting = false;
    topic.askedMs = now;
    return now - topic.heardMs >= HEARD_MS;
  }

  /** Asked once, with what we know. */
  private final class Question extends ServiceResolver {
    private final String type;

    Question(String type) {
      super(dns, type);
      this.type = type;
    }

    @Override
    public void run() {
      if (isStillOpen(type)) {
        super.run();
      }
    }

    @Override
    protected DNSOutgoing addAnswers(DNSOutgoing out) throws IOException {
      DNSOutgoing full = super.addAnswers(out);
      int room = MAX_KNOWN;
      for (DNSEntry known : fresh(type)) {
        if (room-- <= 0) {
          break;
        }
        full = addAnswer(full, (DNSRecord) known, System.currentTimeMillis());
      }
      return full;
    }
  }
}

package io.limpet.invitation.internal.chat;

import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.ChatInvitation.State;
import io.limpet.invitation.InvitationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that invitations by chat are said: stored before they are said, said while their
 * person is here, again after 5, 10, 20… and then every 60 s, 20 times; anew when the person is
 * back.
 *
 * <p>Sans-IO; confined to the event loop.
 */
public final class ChatDesk {
  /** Most that may be pending. */
  public static final int MAX_PENDING = 256;

  /** Most ended ones that are kept. */
  public static final int MAX_ENDED = 256;

  static final long FIRST_RETRY_NS = TimeUnit.SECONDS.toNanos(5);
  static final long LAST_RETRY_NS = TimeUnit.SECONDS.toNanos(60);
  static final int MAX_ATTEMPTS = 20;

  /** A deadline by the wall clock is looked at this often: the clock may be set. */
  static final long LONGEST_SLEEP_NS = TimeUnit.SECONDS.toNanos(60);

  private final ChatStore store;
  private final Predicate<String> isHere;
  private final Output output;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What follows from a step. */
  public interface Output {
    /** Says a line; {@link #onSaid} or {@link #onFailed} must follow. */
    void say(ChatInvitation invitation);

    /** An invitation is stored in another state. */
    void changed(ChatInvitation invitation);
  }

  private static final class Entry {
    ChatInvitation invitation;
    CompletionStage<ChatInvitation> stored;
    int attempts;
    long nextNs;
    boolean saying;
    boolean storing;

    /** What it has come to, and is not stored yet. */
    @Nullable ChatInvitation next;

    Entry(ChatInvitation invitation, long nowNs) {
      this.invitation = invitation;
      this.stored = CompletableFuture.completedFuture(invitation);
      this.nextNs = nowNs;
    }

    boolean isPending() {
      return !invitation.state().isFinal();
    }

    boolean isFree() {
      return isPending() && !saying && !storing && next == null;
    }
  }

  /**
   * A desk with what a store has.
   *
   * @param isHere says whether a person can be talked to
   */
  public ChatDesk(ChatStore store, Predicate<String> isHere, Output output, long nowNs) {
    this.store = store;
    this.isHere = isHere;
    this.output = output;
    store.load().stream()
        .sorted(Comparator.comparing(ChatInvitation::id)) // By age: identifiers begin with it.
        .forEach(each -> entries.put(each.id(), new Entry(each, nowNs)));
  }

  /** Returns all, newest first. */
  public List<ChatInvitation> all() {
    List<ChatInvitation> all = new ArrayList<>();
    entries.values().forEach(entry -> all.add(0, entry.invitation));
    return List.copyOf(all);
  }

  /** Returns one. */
  public Optional<ChatInvitation> find(String id) {
    return Optional.ofNullable(entries.get(id)).map(entry -> entry.invitation);
  }

  /** Enters a new one; completes when it is stored. It is said when that is done. */
  public CompletionStage<ChatInvitation> invite(ChatInvitation fresh, long nowNs)
      throws InvitationException {
    int pending = 0;
    for (Entry entry : entries.values()) {
      if (entry.isPending()) {
        pending++;
        if (sameThing(entry.invitation, fresh)) {
          return entry.stored;
        }
      }
    }
    if (pending >= MAX_PENDING) {
      throw new InvitationException(
          pending + " invitations to people without Limpet wait already: withdraw some");
    }
    Entry entry = new Entry(fresh, nowNs);
    entry.storing = true;
    entries.put(fresh.id(), entry);
    entry.stored =
        store
            .put(fresh)
            .handle(
                (done, failure) -> {
                  entry.storing = false;
                  if (failure != null) {
                    entries.remove(fresh.id());
                    throw notStored(failure);
                  }
                  output.changed(fresh);
                  return fresh;
                });
    return entry.stored;
  }

  private static boolean sameThing(ChatInvitation one, ChatInvitation other) {
    return one.activity().equals(other.activity())
        && one.to().toLowerCase(Locale.ROOT).equals(other.to().toLowerCase(Locale.ROOT));
  }

  /** Takes one back; completes when that is stored. */
  public CompletionStage<ChatInvitation> withdraw(String id, Instant now)
      throws InvitationException {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new InvitationException("no invitation " + id + " is known here");
    }
    if (!entry.isFree()) {
      throw new InvitationException(
          entry.isPending()
              ? "it is being said just now: see what came of it, and try again"
              : "too late: it is "
                  + entry.invitation.state().name().toLowerCase(Locale.ROOT)
                  + " already");
    }
    return become(entry, entry.invitation.at(State.WITHDRAWN, now));
  }

  /** We are out of an activity: what has not been said about it is not said any more. */
  public void onLeft(String activity, Instant now) {
    for (Entry entry : List.copyOf(entries.values())) {
      if (entry.isFree() && entry.invitation.activity().equals(activity)) {
        var unused = become(entry, entry.invitation.at(State.WITHDRAWN, now));
      }
    }
  }

  /** Somebody is here: what waits for them is due. */
  public void onHere(String person, long nowNs) {
    for (Entry entry : entries.values()) {
      if (entry.isPending() && entry.invitation.to().equalsIgnoreCase(person)) {
        entry.attempts = 0;
        entry.nextNs = nowNs;
      }
    }
  }

  /** A line was read. */
  public void onSaid(String id, Instant now) {
    Entry entry = entries.get(id);
    if (entry != null && entry.saying) {
      entry.saying = false;
      var unused = become(entry, entry.invitation.at(State.TOLD, now));
    }
  }

  /** A line was not read, as far as is known. */
  public void onFailed(String id, long nowNs) {
    Entry entry = entries.get(id);
    if (entry != null && entry.saying) {
      entry.saying = false;
      entry.nextNs = nowNs + Math.min(LAST_RETRY_NS, FIRST_RETRY_NS << Math.min(entry.attempts, 8));
      entry.attempts++;
    }
  }

  /** Does what is due. */
  public void onTime(long nowNs, Instant now) {
    for (Entry entry : List.copyOf(entries.values())) {
      ChatInvitation next = entry.next;
      if (next != null && !entry.storing) {
        var unused = become(entry, next); // The disk had no room for it; it is not said again.
      } else if (entry.isFree() && !now.isBefore(entry.invitation.expires())) {
        var unused = become(entry, entry.invitation.at(State.EXPIRED, now));
      } else if (entry.isFree()
          && entry.attempts < MAX_ATTEMPTS
          && entry.nextNs - nowNs <= 0
          && isHere.test(entry.invitation.to())) {
        entry.saying = true;
        output.say(entry.invitation);
      }
    }
  }

  private CompletionStage<ChatInvitation> become(Entry entry, ChatInvitation next) {
    entry.next = next;
    entry.storing = true;
    entry.stored =
        store
            .put(next)
            .handle(
                (done, failure) -> {
                  entry.storing = false;
                  if (failure != null) {
                    if (next.state() == State.WITHDRAWN) {
                      entry.next = null; // Whoever asked is told that it failed.
                    }
                    throw notStored(failure);
                  }
                  entry.next = null;
                  entry.invitation = next;
                  forgetOldest();
                  output.changed(next);
                  return next;
                });
    return entry.stored;
  }

  private static CompletionException notStored(Throwable failure) {
    return new CompletionException(
        new InvitationException(
            "the invitation could not be stored: " + failure.getMessage(), failure));
  }

  private void forgetOldest() {
    List<String> ended =
        entries.values().stream()
            .filter(entry -> !entry.isPending())
            .map(entry -> entry.invitation.id())
            .toList();
    for (String id : ended.subList(0, Math.max(0, ended.size() - MAX_ENDED))) {
      entries.remove(id);
      store.remove(id);
    }
  }

  /** Returns in how many nanoseconds {@link #onTime} is due, unless something happens before. */
  public OptionalLong nextInNs(long nowNs, Instant now) {
    long soonest = Long.MAX_VALUE;
    for (Entry entry : entries.values()) {
      if (entry.next != null && !entry.storing) {
        soonest = Math.min(soonest, FIRST_RETRY_NS);
      } else if (entry.isFree()) {
        long expiryNs =
            Math.min(LONGEST_SLEEP_NS, nanos(Duration.between(now, entry.invitation.expires())));
        soonest = Math.min(soonest, Math.max(0, expiryNs));
        if (entry.attempts < MAX_ATTEMPTS && isHere.test(entry.invitation.to())) {
          soonest = Math.min(soonest, Math.max(0, entry.nextNs - nowNs));
        }
      }
    }
    return soonest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(soonest);
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofHours(1)) > 0 ? LONGEST_SLEEP_NS : duration.toNanos();
  }
}

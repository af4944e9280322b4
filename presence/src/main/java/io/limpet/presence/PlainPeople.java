package io.limpet.presence;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * People on the local network who chat without a server and without Limpet (XEP-0174, also known as
 * Bonjour chat): finch, Pidgin and others. What passes is in the clear, and proves nothing of
 * anybody. Safe for any thread.
 *
 * <p>A node that is announced as such is in the {@link Roster} and not here: nobody is two people.
 *
 * <pre>{@code
 * plain.addListener(
 *     event -> {
 *       if (event instanceof PlainEvent.Said said) {
 *         plain.say(said.person().id(), "I heard: " + said.text());
 *       }
 *     });
 * }</pre>
 */
public interface PlainPeople extends AutoCloseable {
  /** Longest line that can be said, in UTF-16 units. */
  int MAX_LINE_CHARS = 4_096;

  /** Returns who is here, sorted by name and then identifier; at most 256. */
  List<PlainPerson> people();

  /** Returns one of them, who is here. */
  Optional<PlainPerson> person(String id);

  /**
   * Finds one who is here, by identifier or name. Upper and lower case are one.
   *
   * @throws UnknownPersonException if nobody, or more than one of them, goes by that
   */
  PlainPerson find(String idOrName) throws UnknownPersonException;

  /**
   * Says a line to somebody who is here. Their programs confirm nothing: it counts as said when
   * their program, having been sent the line and then the end of the stream, has ended its side.
   *
   * @param text 1..{@link #MAX_LINE_CHARS} UTF-16 units; line breaks become blanks
   * @return fails with a {@link PlainChatException} when they are not here, their program does not
   *     answer, or too much waits already; they may or may not have read the line then
   */
  CompletionStage<Void> say(String id, String text);

  /** Adds a listener. */
  void addListener(PlainListener listener);

  /** Removes a listener. */
  void removeListener(PlainListener listener);

  /**
   * Withdraws the announcement and stops, within a bounded time of some five seconds. Must not be
   * called on the link's event loop. Idempotent.
   */
  @Override
  void close();
}

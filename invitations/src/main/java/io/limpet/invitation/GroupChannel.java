package io.limpet.invitation;

import java.util.concurrent.CompletionStage;

/**
 * An application's part in an activity's channel: what a member publishes reaches every member,
 * itself included, in order per sender, exactly once.
 *
 * <p>A message goes out once, by multicast, sealed for the members; who misses it is served again,
 * whom multicast does not reach by stream. What is published while members are apart reaches them
 * when they are together again, for as long and as much as is kept: what the activity says (seven
 * days unless it says otherwise), 10,000 messages, 16 MiB for each sender. Who was away for longer
 * gets another member's state instead. Safe for any thread.
 *
 * <pre>{@code
 * invitations
 *     .channel(activity.id(), message -> draw(message.payload()))
 *     .thenCompose(channel -> channel.publish(stroke));
 * }</pre>
 */
public interface GroupChannel extends AutoCloseable {
  /** Longest payload, in bytes. */
  int MAX_PAYLOAD_BYTES = 1 << 20;

  /** Returns the activity's identifier. */
  String activity();

  /**
   * Publishes to every member. Completes when it is stored here: it then reaches the others,
   * whatever crashes. It waits while 2 MiB are on their way already, which is the moment to publish
   * no more.
   *
   * @param payload 1 byte to {@link #MAX_PAYLOAD_BYTES}
   * @return the message as the handler gets it; fails with {@link InvitationException} when we are
   *     not in the activity (any more), when it cannot be stored, and when more than 1024 messages
   *     or 2 MiB wait already
   * @throws IllegalArgumentException for another length
   */
  CompletionStage<GroupMessage> publish(byte[] payload);

  /** Takes the handler off: it is called no more. Membership stays. Idempotent. */
  @Override
  void close();
}

package io.limpet.invitation.internal.service;

import io.limpet.invitation.GroupChannel;
import io.limpet.invitation.GroupHandler;
import io.limpet.invitation.GroupMessage;
import io.limpet.invitation.internal.talk.Contents;
import java.util.concurrent.CompletionStage;

/** An application's hold on a channel. Safe for any thread. */
final class AttachedChannel implements GroupChannel {
  private final String activity;
  private final GroupHandler handler;
  private final Talk talk;
  private final InvitationService service;

  AttachedChannel(String activity, GroupHandler handler, Talk talk, InvitationService service) {
    this.activity = activity;
    this.handler = handler;
    this.talk = talk;
    this.service = service;
  }

  @Override
  public String activity() {
    return activity;
  }

  @Override
  public CompletionStage<GroupMessage> publish(byte[] payload) {
    if (payload.length == 0 || payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a message has 1 to " + MAX_PAYLOAD_BYTES + " bytes, not " + payload.length);
    }
    byte[] own = payload.clone();
    return service.onLoop(() -> talk.publish(own).thenApply(d -> Contents.message(activity, d)));
  }

  @Override
  public void close() {
    var unused =
        service.onLoop(
            () -> {
              talk.detach(handler);
              return InvitationService.done(activity);
            });
  }
}

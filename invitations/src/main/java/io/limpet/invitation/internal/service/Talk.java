package io.limpet.invitation.internal.service;

import io.limpet.invitation.GroupHandler;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Line;
import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.group.Channel;
import io.limpet.invitation.internal.group.ChannelLimits;
import io.limpet.invitation.internal.group.ChannelOutput;
import io.limpet.invitation.internal.group.ChannelSetup;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.group.Delivery;
import io.limpet.invitation.internal.talk.Contents;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.link.SendOutcome;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One activity's channel with what it carries, on the loop, the air and the streams. */
final class Talk implements ChannelOutput {
  /** Where what a talk does goes. */
  interface Output extends Contents.Audience {
    /** Says something to a member by stream; may be lost, and is made good when one is ready. */
    void stream(MeshAddress member, Message.OfGroup message);
  }

  private final String activity;
  private final ServiceLoop loop;
  private final GroupAir air;
  private final Output out;
  private final Contents contents;
  private final Channel channel;
  private Runnable cancelTimer = () -> {};
  private long armedNs = Long.MAX_VALUE;
  private boolean in;
  private boolean closed;

  Talk(String activity, ServiceConfig config, ChannelStore store, Output out) {
    this.activity = activity;
    this.loop = config.loop();
    this.air = config.air();
    this.out = out;
    this.contents = new Contents(activity, store, out);
    this.channel =
        new Channel(
            new ChannelSetup(
                activity,
                config.self().address(),
                config.self().epoch(),
                ChannelLimits.defaults(),
                store,
                loop,
                config.random(),
                this,
                contents));
  }

  /** Says whether we are in the activity. */
  boolean isIn() {
    return in;
  }

  void setMembership(Membership membership) {
    in = !membership.members().isEmpty();
    if (membership.keys().isEmpty()) {
      air.remove(activity);
    } else {
      air.setKeys(activity, membership.keys());
    }
    channel.setRetention(membership.retention());
    channel.setMembership(membership.members(), membership.owner());
    settle();
  }

  /** Says a line; completes when it is stored here. */
  CompletionStage<Line> say(String name, String text) {
    CompletionStage<Line> said =
        channel.publish(Contents.line(loop.now(), name, text)).thenApply(contents::line);
    settle();
    return said;
  }

  /** Publishes what an application gives; completes when it is stored here. */
  CompletionStage<Delivery> publish(byte[] payload) {
    CompletionStage<Delivery> published = channel.publish(Contents.data(payload));
    settle();
    return published;
  }

  List<Line> lines() {
    return contents.lines();
  }

  void attach(GroupHandler handler) throws InvitationException {
    if (contents.isAttached()) {
      throw new InvitationException(
          "an application has this activity's channel already: close that one first");
    }
    contents.attach(handler);
  }

  void detach(GroupHandler handler) {
    contents.detach(handler);
  }

  /** Takes a datagram; {@link #settle} follows. */
  void onPacket(MeshAddress from, byte[] packet) {
    channel.onDatagram(from, packet);
  }

  void onMessage(MeshAddress from, Message.OfGroup message) {
    channel.onStream(from, message);
    settle();
  }

  void onNotMember(MeshAddress from) {
    channel.onNotMember(from);
    settle();
  }

  void onReachable(MeshAddress peer) {
    channel.onReachable(peer);
    settle();
  }

  void onStreamReady(MeshAddress peer) {
    channel.onStreamReady(peer);
    settle();
  }

  boolean hasWork(MeshAddress peer) {
    return channel.hasWork(peer);
  }

  void close() {
    closed = true;
    cancelTimer.run();
  }

  /** Sends what waits, and sees to it that the channel is called when it wants to be. */
  void settle() {
    air.flush();
    long deadlineNs = channel.nextDeadlineNs();
    if (closed || deadlineNs >= armedNs) {
      return;
    }
    cancelTimer.run();
    armedNs = deadlineNs;
    cancelTimer = loop.schedule(Math.max(0, deadlineNs - loop.nowNs()), this::onTimer);
  }

  private void onTimer() {
    armedNs = Long.MAX_VALUE;
    if (!closed) {
      channel.onTime();
      settle();
    }
  }

  @Override
  public int maxPacketBytes() {
    return air.maxPacketBytes();
  }

  @Override
  public SendOutcome multicast(byte[] packet) {
    return air.multicast(activity, packet);
  }

  @Override
  public SendOutcome direct(MeshAddress member, byte[] packet) {
    return air.direct(activity, member, packet);
  }

  @Override
  public boolean isUnicast(MeshAddress member) {
    return air.isUnicast(member);
  }

  @Override
  public void stream(MeshAddress member, Message.OfGroup message) {
    out.stream(member, message);
  }

  @Override
  public void rescheduled() {
    settle();
  }

  @Override
  public void violation(MeshAddress peer, String what) {
    out.violation(peer, what);
  }
}

package io.limpet.invitation.internal.invite;

import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sessions in every state, for tests of the engines. */
final class EngineFixture {
  static final MeshAddress ELM = new MeshAddress(0x2001_0020_0000_0000L, 1);
  static final MeshAddress OAK = new MeshAddress(0x2001_0020_0000_0000L, 2);
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant LATER = NOW.plus(Duration.ofHours(25));

  private EngineFixture() {}

  static InvitationSession session(Role role, State state, boolean outstanding) {
    Invitation invitation =
        new Invitation(
            "i",
            ELM,
            "elm",
            OAK,
            "oak",
            "a",
            "chat",
            "t",
            state,
            Map.of(state, NOW),
            NOW.plus(Duration.ofHours(24)),
            "why");
    return new InvitationSession(role, invitation, ELM, outstanding);
  }

  /** Returns what is said to the other side, at once or when the membership is stored. */
  static List<Message.OfInvitation> sent(Step step) {
    return step.effects().stream()
        .flatMap(
            e ->
                e instanceof Effect.Send send
                    ? Stream.of(send.message())
                    : e instanceof Effect.Admit admit
                        ? Stream.of(admit.then())
                        : e instanceof Effect.Expect expect
                            ? Stream.of(expect.then())
                            : Stream.of())
        .toList();
  }

  static boolean has(Step step, Class<? extends Effect> kind) {
    return step.effects().stream().anyMatch(kind::isInstance);
  }

  static boolean isViolation(Step step) {
    return step.effects().stream().anyMatch(Effect.Violation.class::isInstance);
  }
}

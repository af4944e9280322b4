package io.limpet.invitation.internal.service;

import io.limpet.invitation.InvitationException;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.InvitePolicy;
import io.limpet.invitation.internal.store.Settings;
import io.limpet.link.MeshAddress;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may invite us, as our person has it now and had it last. Confined to the loop. */
final class Welcome implements InvitePolicy {
  private static final Logger LOG = LoggerFactory.getLogger(Welcome.class);
  private static final String SETTING = "who-may-invite";

  private final Settings settings;
  private final Predicate<MeshAddress> isKnown;
  private WhoMayInvite who;

  /**
   * Begins with what is stored.
   *
   * @param given what counts instead until it is changed, or null
   */
  Welcome(@Nullable WhoMayInvite given, Settings settings, Predicate<MeshAddress> isKnown) {
    this.settings = settings;
    this.isKnown = isKnown;
    this.who = given == null ? stored(settings) : given;
  }

  private static WhoMayInvite stored(Settings settings) {
    String word = settings.load().getOrDefault(SETTING, WhoMayInvite.EVERYONE.word());
    Optional<WhoMayInvite> who = WhoMayInvite.ofWord(word);
    if (who.isEmpty()) {
      // Somebody shut the door in a way that a later version knows: it stays shut.
      LOG.warn("'{}' is not known to this version as who may invite: nobody may", word);
    }
    return who.orElse(WhoMayInvite.NOBODY);
  }

  WhoMayInvite who() {
    return who;
  }

  /** Changes it; completes when that is stored and holds, for the lives to come as well. */
  CompletionStage<WhoMayInvite> set(WhoMayInvite now) {
    return settings
        .put(SETTING, now.word())
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw new CompletionException(
                    new InvitationException(
                        "who may invite could not be stored and stays as it was: "
                            + failure.getMessage()));
              }
              who = now;
              return now;
            });
  }

  @Override
  public Optional<String> refusal(MeshAddress from) {
    return switch (who) {
      case EVERYONE -> Optional.empty();
      case KNOWN ->
          isKnown.test(from)
              ? Optional.empty()
              : Optional.of("accepts invitations only from people they know");
      case NOBODY -> Optional.of("accepts no invitations at present");
    };
  }
}

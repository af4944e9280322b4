package io.limpet.invitation.internal.service;

import io.limpet.presence.PlainChatException;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainListener;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.PlainPerson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** People without Limpet, as a test wants them: who is here, and whether their program answers. */
final class SimPlain implements PlainPeople {
  final List<String> lines = new ArrayList<>();
  boolean answers = true;
  private final Map<String, PlainPerson> here = new LinkedHashMap<>();
  private final List<PlainListener> listeners = new ArrayList<>();

  void comes(String id) {
    PlainPerson person = new PlainPerson(id, id.substring(0, id.indexOf('@')), "avail", "");
    here.put(id, person);
    List.copyOf(listeners).forEach(l -> l.onEvent(new PlainEvent.Here(person)));
  }

  void goes(String id) {
    PlainPerson person = here.remove(id);
    List.copyOf(listeners).forEach(l -> l.onEvent(new PlainEvent.Gone(person)));
  }

  @Override
  public List<PlainPerson> people() {
    return List.copyOf(here.values());
  }

  @Override
  public Optional<PlainPerson> person(String id) {
    return Optional.ofNullable(here.get(id));
  }

  @Override
  public PlainPerson find(String idOrName) {
    return here.get(idOrName);
  }

  @Override
  public CompletionStage<Void> say(String id, String text) {
    if (!here.containsKey(id)) {
      return CompletableFuture.failedFuture(new PlainChatException("not here"));
    }
    lines.add(id + ": " + text);
    return answers
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(new PlainChatException("no answer"));
  }

  @Override
  public void addListener(PlainListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(PlainListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void close() {}
}

package io.limpet.invitation.internal.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Those who wait for something to happen to an identifier, each with a time limit. */
final class Waiters<T> {
  private record Waiter<T>(CompletableFuture<T> stage, Runnable cancelTimer) {}

  private final ServiceLoop loop;
  private final Map<String, List<Waiter<T>>> waiting = new HashMap<>();

  Waiters(ServiceLoop loop) {
    this.loop = loop;
  }

  /** Waits; when time is up, the stage is handed to {@code atLast} to be completed. */
  CompletableFuture<T> await(String id, long atMostNs, Consumer<CompletableFuture<T>> atLast) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    Runnable cancel = loop.schedule(atMostNs, () -> atLast.accept(stage));
    waiting.computeIfAbsent(id, i -> new ArrayList<>()).add(new Waiter<>(stage, cancel));
    stage.whenComplete((value, failure) -> remove(id, stage));
    return stage;
  }

  void complete(String id, T value) {
    taken(id).forEach(w -> w.stage().complete(value));
  }

  void fail(String id, Exception reason) {
    taken(id).forEach(w -> w.stage().completeExceptionally(reason));
  }

  void failAll(Exception reason) {
    List.copyOf(waiting.keySet()).forEach(id -> fail(id, reason));
  }

  private List<Waiter<T>> taken(String id) {
    return List.copyOf(waiting.getOrDefault(id, List.of()));
  }

  private void remove(String id, CompletableFuture<T> stage) {
    List<Waiter<T>> left = waiting.get(id);
    if (left != null) {
      left.stream().filter(w -> w.stage() == stage).forEach(w -> w.cancelTimer().run());
      left.removeIf(w -> w.stage() == stage);
      if (left.isEmpty()) {
        waiting.remove(id);
      }
    }
  }
}

package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.Bytes;
import io.limpet.link.KernelSocket;
import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.internal.os.KeyedRateLimit;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.hook.HookRunner;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.limpet.link.internal.os.sockdiag.SocketDiagnosis;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries out what the policy allows, not more often than the limits do. On the event loop. */
final class LinkdOperations implements AutoCloseable {
  private static final int BURST_PER_USER = 32;
  private static final long USER_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MAX_USERS = 256;
  private static final int BURST_PER_ADDRESS = 6;
  private static final long ADDRESS_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int MAX_ADDRESSES = 4096;
  private static final int MAX_WAITING_DESTRUCTIONS = 8;
  private static final int MAX_SOCKETS = 65_536;

  private final LinkdPolicy policy;
  private final LinkControl control;
  private final @Nullable HookRunner hook;
  private final Executor eventLoop;
  private final ThreadPoolExecutor worker;
  private final KeyedRateLimit<Integer> perUser =
      new KeyedRateLimit<>(BURST_PER_USER, USER_INTERVAL_NS, MAX_USERS);
  private final KeyedRateLimit<Subject> perAddress =
      new KeyedRateLimit<>(BURST_PER_ADDRESS, ADDRESS_INTERVAL_NS, MAX_ADDRESSES);

  private record Subject(String on, InetAddress ip) {}

  LinkdOperations(
      LinkdPolicy policy, LinkControl control, @Nullable HookRunner hook, Executor eventLoop) {
    this.policy = policy;
    this.control = control;
    this.hook = hook;
    this.eventLoop = eventLoop;
    this.worker =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING_DESTRUCTIONS),
            task -> {
              Thread thread = new Thread(task, "limpet-linkd-sockets");
              thread.setDaemon(true);
              return thread;
            });
    worker.allowCoreThreadTimeOut(true);
  }

  /** Returns what is granted to whoever may ask. */
  Set<Operation> granted() {
    Set<Operation> granted = EnumSet.noneOf(Operation.class);
    granted.addAll(control.privileges().ways().keySet());
    if (hook != null) {
      granted.add(Operation.SITE_HOOK);
    }
    return granted;
  }

  /** Carries a request out, or says why not; the end of some comes later. */
  Outcome carryOut(long nowNs, Client who, LinkdMessage.Request request) {
    if (!perUser.tryTake(nowNs, who.uid())) {
      return limited("too many requests of one user");
    }
    if (request instanceof LinkdMessage.Destroy destroy) {
      return destroyLater(destroy.socketId());
    }
    LinkdMessage.OnInterface about = (LinkdMessage.OnInterface) request;
    String objection = policy.objection(about);
    LinkInterface on = policy.named(about.on());
    if (objection != null || on == null) {
      return new Outcome(false, "refused", objection == null ? "no such interface" : objection);
    }
    if (!perAddress.tryTake(nowNs, subject(about))) {
      return limited("too many requests for one address");
    }
    return carryOut(nowNs, on, request);
  }

  private static Outcome limited(String why) {
    return new Outcome(false, "busy", why + ": ask again later");
  }

  private static Subject subject(LinkdMessage.OnInterface request) {
    InetAddress ip =
        request instanceof LinkdMessage.AboutNeighbour about
            ? about.ip()
            : ((LinkdMessage.Announce) request).own();
    return new Subject(request.on(), ip);
  }

  private Outcome carryOut(long nowNs, LinkInterface on, LinkdMessage.Request request) {
    if (request instanceof LinkdMessage.Replace m) {
      return control.replaceNeighbour(on, m.ip(), m.mac());
    } else if (request instanceof LinkdMessage.Flush m) {
      return control.flushNeighbour(on, m.ip());
    } else if (request instanceof LinkdMessage.Probe m) {
      return control.probeNeighbour(on, m.ip());
    } else if (request instanceof LinkdMessage.Solicit m) {
      return control.requestNeighbour(on, m.own(), m.ip());
    } else if (request instanceof LinkdMessage.Announce m) {
      return control.announce(on, m.own());
    } else if (request instanceof LinkdMessage.RunHook m && hook != null) {
      return hook.run(nowNs, on.name(), m.mac(), m.ip(), m.peer());
    }
    return new Outcome(false, "refused", "linkd has no site hook");
  }

  /** Listing sockets may take long where there are many: others do not wait for it. */
  private Outcome destroyLater(Bytes socketId) {
    CompletableFuture<Outcome> later = new CompletableFuture<>();
    try {
      worker.execute(
          () -> {
            Outcome outcome = destroy(socketId);
            eventLoop.execute(() -> later.complete(outcome));
          });
    } catch (RejectedExecutionException e) {
      return limited("too many sockets at once");
    }
    return new Outcome(true, "started", "looks for the socket", later);
  }

  /** Whether it is stranded is looked up here and now: the client's word is not enough. */
  private static Outcome destroy(Bytes socketId) {
    try {
      Optional<KernelSocket> socket =
          SocketDiagnosis.list(MAX_SOCKETS).stream()
              .filter(one -> one.id().equals(socketId))
              .findFirst();
      if (socket.isEmpty()) {
        return new Outcome(false, "gone", "there is no such socket any more");
      }
      if (!socket.get().stranded()) {
        return new Outcome(false, "refused", "the socket is not stranded");
      }
      SocketDiagnosis.destroy(socket.get());
      return new Outcome(
          true, "destroyed " + socket.get().local() + " to " + socket.get().remote());
    } catch (LinkException e) {
      return new Outcome(false, "failed", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
    if (hook != null) {
      hook.close();
    }
    control.close();
  }
}

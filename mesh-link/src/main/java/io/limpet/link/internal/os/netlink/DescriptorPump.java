package io.limpet.link.internal.os.netlink;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back on an event loop when a descriptor has something to read: by epoll where the loop has
 * it, else by looking ten times a second.
 */
public final class DescriptorPump implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DescriptorPump.class);
  private static final long LOOK_EVERY_MS = 100;

  private final EventLoop eventLoop;
  private @Nullable Handle handle;
  private @Nullable ScheduledFuture<?> looking;

  /** Calls back on this loop. */
  public DescriptorPump(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
  }

  void start(int fd, Runnable onReadable) {
    if (eventLoop instanceof IoEventLoop io && io.isCompatible(Handle.class)) {
      Handle newHandle = new Handle(fd, onReadable);
      handle = newHandle;
      io.register(newHandle)
          .addListener(
              (Future<IoRegistration> registered) -> {
                if (registered.isSuccess()) {
                  newHandle.begin(registered.getNow());
                } else {
                  LOG.warn("epoll does not take the netlink socket: looking instead");
                  look(onReadable);
                }
              });
    } else {
      look(onReadable);
    }
  }

  private void look(Runnable onReadable) {
    looking =
        eventLoop.scheduleWithFixedDelay(
            onReadable, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    Handle running = handle;
    if (running != null) {
      running.end();
    }
    ScheduledFuture<?> task = looking;
    if (task != null) {
      task.cancel(false);
    }
  }

  private static final class Handle implements EpollIoHandle {
    private final FileDescriptor descriptor;
    private final Runnable onReadable;
    private @Nullable IoRegistration registration;
    private boolean ended;

    Handle(int fd, Runnable onReadable) {
      this.descriptor = new FileDescriptor(fd);
      this.onReadable = onReadable;
    }

    void begin(IoRegistration newRegistration) {
      registration = newRegistration;
      if (ended) {
        newRegistration.cancel();
      } else {
        newRegistration.submit(EpollIoOps.EPOLLIN);
      }
    }

    void end() {
      ended = true;
      IoRegistration active = registration;
      if (active != null) {
        active.cancel();
      }
    }

    @Override
    public FileDescriptor fd() {
      return descriptor;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
      if (!ended) {
        onReadable.run();
      }
    }

    @Override
    public void close() {
      // The netlink socket is closed by who opened it.
      end();
    }
  }
}

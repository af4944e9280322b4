package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Watches every buffer of a test class, and fails the class if one was not released. */
public final class LeakGuard implements BeforeAllCallback, AfterAllCallback {

  private static final long TOLD_MS = 10_000;

  private static final ListAppender<ILoggingEvent> LEAKS = new ListAppender<>();

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    LEAKS.start();
    ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(LEAKS);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    forget();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    assertThat(leaks()).isEmpty();
  }

  static void forget() {
    LEAKS.list.clear();
  }

  /** Returns the reports of buffers that were lost since the last {@link #forget()}. */
  static List<String> leaks() {
    // A leak is noticed when a buffer is made after the collector has found a lost one.
    for (int round = 0; round < 3; round++) {
      collect();
      PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
      PooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
      Unpooled.directBuffer(1).release();
    }
    return LEAKS.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /**
   * Lets the collector run, and waits until what it found is told: another thread does that, for
   * all of one collection before any of the next.
   */
  private static void collect() {
    ReferenceQueue<Object> told = new ReferenceQueue<>();
    WeakReference<Object> lost = new WeakReference<>(new Object(), told);
    System.gc();
    try {
      assertThat(told.remove(TOLD_MS)).as("the collector has run").isSameAs(lost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

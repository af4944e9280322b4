package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Watches every buffer of a test class, and fails the class if one was not released. */
public final class LeakGuard implements BeforeAllCallback, AfterAllCallback {

  private static final ListAppender<ILoggingEvent> LEAKS = new ListAppender<>();

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    LEAKS.start();
    ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(LEAKS);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    LEAKS.list.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    // A leak is noticed when a buffer is made after the collector has found a lost one.
    for (int round = 0; round < 3; round++) {
      System.gc();
      PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
      PooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
    }
    assertThat(LEAKS.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }
}

package io.limpet.node.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.limpet.node.internal.http.HttpAnswer;
import io.limpet.node.internal.http.HttpHandler;
import io.limpet.node.internal.http.LocalHttp;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CollectorSenderTest {
  private static final int MANY = 1000;

  private final Logger log = (Logger) LoggerFactory.getLogger(CollectorSender.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    said.start();
    log.addAppender(said);
    log.setAdditive(false);
  }

  @AfterEach
  void leave() {
    log.detachAppender(said);
    log.setAdditive(true);
  }

  private List<String> lines() {
    return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static OtlpMetricsSender.Request request(int bytes) {
    return OtlpMetricsSender.Request.builder(new byte[bytes]).build();
  }

  @Test
  void aCollectorThatIsAwayIsOneLineAndAnotherWhenItIsBack() throws Exception {
    InetSocketAddress at;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      at = (InetSocketAddress) free.getLocalSocketAddress();
    }
    URI url = URI.create("http://127.0.0.1:" + at.getPort() + "/v1/metrics");
    CollectorSender sender = new CollectorSender(url);
    for (int i = 0; i < 100; i++) {
      sender.send(request(1000));
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .isEqualTo(
            "the collector at " + url + " takes no metrics (Connection refused); it is asked on");
    assertThat(said.list.get(0).getThrowableProxy()).isNull();

    AtomicInteger status = new AtomicInteger(200);
    try (LocalHttp collector = LocalHttp.start(at)) {
      collector.post("/v1/metrics", HttpHandler.of(call -> HttpAnswer.line(status.get(), "")));
      sender.send(request(1000));
      sender.send(request(1000));
      assertThat(lines()).hasSize(2);
      assertThat(lines().get(1)).endsWith("takes metrics again");
      status.set(503);
      sender.send(request(1000));
      sender.send(request(1000));
      assertThat(lines()).hasSize(3);
      assertThat(lines().get(2)).contains("(status 503)");
    }
  }

  @Test
  void anAnswerWithoutEndIsNotRead() throws Exception {
    CompletableFuture<Integer> written = new CompletableFuture<>();
    try (ServerSocket collector = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread endless = new Thread(() -> written.complete(answerWithoutEnd(collector)));
      endless.setDaemon(true);
      endless.start();
      new CollectorSender(URI.create("http://127.0.0.1:" + collector.getLocalPort() + "/"))
          .send(request(1000));
      assertThat(lines()).isEmpty();
      assertThat(written.get(20, TimeUnit.SECONDS)).isLessThan(MANY);
    }
  }

  /** Returns how many times 100 kB somebody took. */
  private static int answerWithoutEnd(ServerSocket collector) {
    int written = 0;
    try (Socket client = collector.accept()) {
      OutputStream out = client.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      while (written < MANY) {
        out.write(new byte[100_000]);
        written++;
      }
    } catch (IOException e) {
      return written; // as it should be: the client has gone
    }
    return written;
  }
}

package io.limpet.node.internal.metrics;

import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts metrics to a collector, once for each time that they are due. A collector that is away
 * costs nothing but what it misses: nothing is kept for it, and one line is said when it goes and
 * one when it is back. Safe for any thread.
 */
final class CollectorSender implements OtlpMetricsSender {
  private static final Logger LOG = LoggerFactory.getLogger(CollectorSender.class);
  private static final Duration TO_CONNECT = Duration.ofSeconds(2);
  private static final Duration TO_ANSWER = Duration.ofSeconds(3);
  private static final int OK_BEGINS = 200;
  private static final int OK_ENDS = 300;

  private final URI collector;
  private final AtomicBoolean away = new AtomicBoolean();

  CollectorSender(URI collector) {
    this.collector = collector;
  }

  @Override
  public void send(Request request) {
    try {
      post(request);
      if (away.getAndSet(false)) {
        LOG.warn("the collector at {} takes metrics again", collector);
      }
    } catch (IOException e) {
      if (!away.getAndSet(true)) {
        LOG.warn("the collector at {} takes no metrics ({}); it is asked on", collector, reason(e));
      }
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** Nothing of the answer but its status is read: what is not read takes no memory. */
  private void post(Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) collector.toURL().openConnection();
    try {
      connection.setConnectTimeout((int) TO_CONNECT.toMillis());
      connection.setReadTimeout((int) TO_ANSWER.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(request.getMetricsData().length);
      request.getHeaders().forEach(connection::setRequestProperty);
      connection.setRequestProperty("Content-Type", "application/x-protobuf");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(request.getMetricsData());
      }
      int status = connection.getResponseCode();
      if (status < OK_BEGINS || status >= OK_ENDS) {
        throw new IOException("status " + status);
      }
    } finally {
      connection.disconnect();
    }
  }
}

package io.limpet.tcp.internal.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.internal.netty.LeakGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache HttpClient on sockets of the mesh, against Netty's HTTP server on its channels. */
@ParameterizedClass(name = "fast open: {0}")
@ValueSource(booleans = {false, true})
@ExtendWith(LeakGuard.class)
class ApacheHttpClientTest {

  private final TwoNodes nodes = new TwoNodes();
  private final Certificates certificates = new Certificates();
  private final HttpEcho http = new HttpEcho(null);
  private final InetSocketAddress address = nodes.serve(http);
  private final CloseableHttpClient client;

  ApacheHttpClientTest(boolean fastOpen) throws Exception {
    MeshSocketFactory sockets = fastOpen ? nodes.sockets().withFastOpen() : nodes.sockets();
    TlsSocketStrategy tls = new DefaultClientTlsStrategy(certificates.forClient());
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(
            new DefaultHttpClientConnectionOperator(
                proxy -> sockets.createSocket(),
                null,
                new MeshNames(),
                RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build()),
            PoolConcurrencyPolicy.STRICT,
            PoolReusePolicy.LIFO,
            TimeValue.ofMinutes(5),
            null);
    connections.setDefaultMaxPerRoute(4);
    client =
        HttpClients.custom().setConnectionManager(connections).disableAutomaticRetries().build();
  }

  private static final class MeshNames implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return new InetAddress[] {TwoNodes.resolve(host)};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    nodes.close();
  }

  private String url(String path) {
    return "http://" + TwoNodes.SERVER_NAME + ":" + address.getPort() + path;
  }

  private byte[] body(ClassicHttpRequest request) throws IOException {
    return client.execute(request, response -> EntityUtils.toByteArray(response.getEntity()));
  }

  private byte[] echo(String url, byte[] body) throws IOException {
    HttpPost post = new HttpPost(url);
    post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM));
    return body(post);
  }

  @Test
  void getsAndPosts() throws Exception {
    assertThat(body(new HttpGet(url("/news")))).asString().isEqualTo("you asked for /news");
    assertThat(echo(url("/"), new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
    assertThat(http.connections).hasValue(1);
  }

  @Test
  void aLargeBodyComesBackWhole() throws Exception {
    byte[] large = new byte[8 << 20];
    new Random(5).nextBytes(large);

    assertThat(echo(url("/"), large)).isEqualTo(large);
  }

  @Test
  void aPoolOfConnectionsIsUsedAgainAndAgain() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] question = new byte[1000 + i];
      answers.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return echo(url("/"), question);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              threads));
    }
    for (int i = 0; i < 60; i++) {
      assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).hasSize(1000 + i);
    }
    threads.shutdown();
    assertThat(http.connections.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void aServerThatSaysNothingTimesOut() {
    HttpGet get = new HttpGet(url("/mute"));
    get.setConfig(RequestConfig.custom().setResponseTimeout(Timeout.ofMilliseconds(300)).build());

    assertThatThrownBy(() -> body(get)).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void aRefusalSaysWhy() {
    HttpGet get = new HttpGet("http://" + TwoNodes.SERVER_NAME + ":9/");

    // It wraps the exception of connect() without a cause: the words are what is left.
    assertThatThrownBy(() -> body(get))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("nobody listens");
  }

  @Test
  void httpsRunsOnMeshSockets() throws Exception {
    HttpEcho secure = new HttpEcho(certificates.forServer());
    InetSocketAddress at = nodes.serve(secure);
    String url = "https://" + TwoNodes.SERVER_NAME + ":" + at.getPort() + "/";
    for (int i = 0; i < 3; i++) {
      assertThat(echo(url, new byte[100_000])).hasSize(100_000);
    }
    assertThat(secure.connections).hasValue(1);
  }
}

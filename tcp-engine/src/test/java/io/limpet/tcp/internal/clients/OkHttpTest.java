package io.limpet.tcp.internal.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.internal.netty.FakeMesh;
import io.limpet.tcp.internal.netty.LeakGuard;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.net.SocketFactory;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** OkHttp on sockets of the mesh, against Netty's HTTP server on its channels. */
@ParameterizedClass(name = "fast open: {0}")
@ValueSource(booleans = {false, true})
@ExtendWith(LeakGuard.class)
@Timeout(60)
class OkHttpTest {

  private final TwoNodes nodes = new TwoNodes();
  private final HttpEcho http = new HttpEcho(null);
  private final InetSocketAddress address = nodes.serve(http);
  private final SocketFactory sockets;
  private final OkHttpClient client;

  OkHttpTest(boolean fastOpen) {
    sockets = fastOpen ? nodes.sockets().withFastOpen() : nodes.sockets();
    client =
        new OkHttpClient.Builder()
            .socketFactory(sockets)
            .dns(new MeshNames())
            .readTimeout(Duration.ofSeconds(20))
            .build();
  }

  private static final class MeshNames implements Dns {
    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
      return List.of(TwoNodes.resolve(hostname));
    }
  }

  @AfterEach
  void close() {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
    nodes.close();
  }

  private Response call(String path, byte @Nullable [] body) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url("http://" + TwoNodes.SERVER_NAME + ":" + address.getPort() + path);
    if (body != null) {
      request.post(RequestBody.create(body));
    }
    return client.newCall(request.build()).execute();
  }

  @Test
  void getsAndPosts() throws Exception {
    try (Response response = call("/news", null)) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.body().string()).isEqualTo("you asked for /news");
    }
    try (Response response = call("/", new byte[] {1, 2, 3})) {
      assertThat(response.body().bytes()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void anAddressIsAsGoodAsAName() throws Exception {
    String host = "[" + FakeMesh.address(1).toInet6Address().getHostAddress() + "]";
    Request request =
        new Request.Builder().url("http://" + host + ":" + address.getPort() + "/").build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
    }
  }

  @Test
  void aLargeBodyComesBackWhole() throws Exception {
    byte[] large = new byte[8 << 20];
    new Random(5).nextBytes(large);
    try (Response response = call("/", large)) {
      assertThat(response.body().bytes()).isEqualTo(large);
    }
  }

  @Test
  void aConnectionIsUsedAgain() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Response response = call("/" + i, null)) {
        assertThat(response.body().string()).isEqualTo("you asked for /" + i);
      }
    }
    assertThat(http.connections).hasValue(1);
    assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(1);
  }

  @Test
  void aServerThatSaysNothingTimesOut() {
    OkHttpClient hasty = client.newBuilder().readTimeout(Duration.ofMillis(300)).build();
    Request request =
        new Request.Builder()
            .url("http://" + TwoNodes.SERVER_NAME + ":" + address.getPort() + "/mute")
            .build();

    assertThatThrownBy(() -> hasty.newCall(request).execute())
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void aRefusalSaysWhy() {
    Request request = new Request.Builder().url("http://" + TwoNodes.SERVER_NAME + ":9/").build();

    Throwable thrown = catchThrowable(() -> client.newCall(request).execute());

    assertThat(thrown).isInstanceOf(ConnectException.class);
    assertThat(reason(thrown)).isEqualTo(new CloseReason.PortClosed());
  }

  private static @Nullable CloseReason reason(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof MeshConnectException refusal) {
        return refusal.reason();
      }
    }
    return null;
  }

  @Test
  void httpsRunsOnMeshSockets() throws Exception {
    Certificates certificates = new Certificates();
    HttpEcho secure = new HttpEcho(certificates.forServer());
    InetSocketAddress at = nodes.serve(secure);
    OkHttpClient trusting =
        client
            .newBuilder()
            .sslSocketFactory(certificates.forClient().getSocketFactory(), certificates.trust())
            .build();
    for (int i = 0; i < 3; i++) {
      Request request =
          new Request.Builder()
              .url("https://" + TwoNodes.SERVER_NAME + ":" + at.getPort() + "/")
              .post(RequestBody.create(new byte[100_000]))
              .build();
      try (Response response = trusting.newCall(request).execute()) {
        assertThat(response.body().bytes()).hasSize(100_000);
        assertThat(response.handshake()).isNotNull();
      }
    }
    assertThat(secure.connections).hasValue(1);
  }
}

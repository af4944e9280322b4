package io.limpet.link.internal.os.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection whose local address is taken away from under it. */
@Tag("kernel")
class KernelSocketsNamespaceTest {
  private Pair pair;
  private Agent atA;
  private Agent nobodyAtA;
  private Agent atB;

  @BeforeEach
  void startsAgents() {
    assumeTrue(Namespace.permitted(), "network namespaces need root");
    pair = new Pair("tcp");
    atA = Agent.asRoot(pair.a);
    nobodyAtA = Agent.asNobody(pair.a);
    atB = Agent.asRoot(pair.b);
  }

  @AfterEach
  void removesTheNamespaces() {
    for (Agent agent : new Agent[] {atA, nobodyAtA, atB}) {
      if (agent != null) {
        agent.close();
      }
    }
    if (pair != null) {
      pair.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"inet", "inet6"})
  void aStrandedConnectionIsListedAndDestroyedByThePrivilegedOnly(String family) {
    assertThat(atB.ask("listen 5000")).isEqualTo("listening");
    String local = atA.ask("connect 10.77.0.2 5000 " + family).replace("/", "");
    assertThat(atB.ask("sockets").split("; "))
        .anyMatch(socket -> socket.matches("LISTEN .*:5000 .*:0"))
        .anyMatch(socket -> socket.matches("ESTABLISHED 10.77.0.2:5000 " + local + ".*"));
    assertThat(atA.ask("sockets")).isEqualTo("ESTABLISHED " + local + " 10.77.0.2:5000");
    assertThat(atA.ask("destroy-stranded")).isEqualTo("destroyed 0");

    pair.a.ip("addr del 10.77.0.1/24 dev veth0");
    assertThat(nobodyAtA.ask("sockets"))
        .isEqualTo("ESTABLISHED " + local + " 10.77.0.2:5000 stranded");
    assertThat(nobodyAtA.ask("destroy-stranded"))
        .isEqualTo("refused: destroying a socket needs CAP_NET_ADMIN");
    assertThat(atA.ask("read")).isEqualTo("read 0");

    assertThat(atA.ask("destroy-stranded")).isEqualTo("destroyed 1");
    assertThat(atA.ask("read")).isEqualTo("failed");
    assertThat(atA.ask("sockets")).isEmpty();
  }
}

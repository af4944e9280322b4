package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.NamedMeshSocketFactory;
import io.limpet.tcp.TcpConfig;
import org.junit.jupiter.api.Test;

/** Factories by name, for code that makes them by the name of the class. */
class NamedMeshSocketFactoryTest {

  private final MeshSocketFactory factory =
      new MeshSocketFactory(
          MeshTcp.over(new FakeMesh(1).join(1, new VirtualLoop()), TcpConfig.defaults()));

  @Test
  void aNameIsTakenOnceAndFreeAgain() {
    try (NamedMeshSocketFactory.Registration first =
        NamedMeshSocketFactory.register("oak", factory)) {
      assertThat(new NamedMeshSocketFactory("oak")).isNotNull();
      assertThatThrownBy(() -> NamedMeshSocketFactory.register("oak", factory))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'oak'");
      assertThat(first).isNotNull();
    }
    try (NamedMeshSocketFactory.Registration second =
        NamedMeshSocketFactory.register("oak", factory)) {
      assertThat(second).isNotNull();
    }
    assertThatThrownBy(() -> new NamedMeshSocketFactory("oak"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'oak'");
  }

  @Test
  void withoutANameTheDefaultIsMeant() throws Exception {
    assertThatThrownBy(NamedMeshSocketFactory::new).isInstanceOf(IllegalArgumentException.class);
    try (NamedMeshSocketFactory.Registration registered =
        NamedMeshSocketFactory.register(NamedMeshSocketFactory.DEFAULT_NAME, factory)) {
      assertThat(registered).isNotNull();
      assertThat(NamedMeshSocketFactory.class.getDeclaredConstructor().newInstance()).isNotNull();
    }
  }
}

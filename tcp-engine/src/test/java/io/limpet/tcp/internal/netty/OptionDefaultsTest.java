package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.TcpConfig;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What options are unless they are set. */
final class OptionDefaultsTest {
  private final TcpOptions options = new TcpOptions(TcpConfig.defaults());

  @Test
  @Tag("MUST-25")
  @Tag("MUST-28")
  void keepAliveIsOffAndWithoutAWordAboutTheTimeItWaitsTwoHours() {
    assertThat(options.get(ChannelOption.SO_KEEPALIVE)).isEqualTo(false);
    options.set(ChannelOption.SO_KEEPALIVE, true);
    assertThat(options.get(MeshChannelOption.KEEP_ALIVE_TIME)).isEqualTo(Duration.ofHours(2));
    assertThat(options.toConfig().keepAliveNs()).isEqualTo(Duration.ofHours(2).toNanos());
  }
}

package io.limpet.link.internal.os.portable;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollingMonitorTest {
  private final EventLoop loop = new DefaultEventLoop();

  @AfterEach
  void stops() throws InterruptedException {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
  }

  @Test
  void theLoopbackIsThereWhenStartReturnsAndNeighboursAreNot() throws Exception {
    loop.submit(
            () -> {
              try (NetworkMonitor monitor = new PollingMonitor(loop, TimeUnit.SECONDS.toNanos(1))) {
                monitor.start(new Silent());
                LinkInterface loopback =
                    monitor.interfaces().stream()
                        .filter(one -> monitor.detail(one.index()).loopback())
                        .findFirst()
                        .orElseThrow();
                InetAddress ip = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
                assertThat(loopback.addresses()).contains(ip);
                assertThat(monitor.detail(loopback.index()).prefixLength(ip)).isEqualTo(8);
                assertThat(monitor.seesNeighbours()).isFalse();
                assertThat(monitor.neighbour(loopback.index(), ip)).isEmpty();
              }
              return null;
            })
        .get(10, TimeUnit.SECONDS);
  }

  private static final class Silent implements NetworkMonitor.Listener {
    @Override
    public void onInterfaceChanged(LinkInterface now) {}

    @Override
    public void onInterfaceRemoved(int interfaceIndex, String name) {}

    @Override
    public void onAddressAdded(int interfaceIndex, InetAddress address) {}

    @Override
    public void onAddressRemoved(int interfaceIndex, InetAddress address) {}

    @Override
    public void onNeighbourChanged(NeighbourEntry entry) {}

    @Override
    public void onNeighbourRemoved(int interfaceIndex, InetAddress ip) {}
  }
}

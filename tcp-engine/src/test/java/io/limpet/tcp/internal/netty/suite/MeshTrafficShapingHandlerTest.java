package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.TrafficShapingHandlerTest;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Traffic shaping. The handlers of the original count whole messages of 1024 bytes per read, so
 * that segments and reads are of that size here.
 */
@ExtendWith(LeakGuard.class)
public class MeshTrafficShapingHandlerTest extends TrafficShapingHandlerTest {

  private static final int MESSAGE_BYTES = 1024;
  private static final MeshPermutation PERMUTATION = MeshPermutation.withSegmentsOf(MESSAGE_BYTES);

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return PERMUTATION.socket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  @Override
  protected List<ByteBufAllocator> newAllocators() {
    return MeshPermutation.oneAllocator();
  }

  @Override
  protected void configure(ServerBootstrap sb, Bootstrap cb, ByteBufAllocator allocator) {
    super.configure(sb, cb, allocator);
    sb.childOption(
        ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(4 * MESSAGE_BYTES));
  }
}

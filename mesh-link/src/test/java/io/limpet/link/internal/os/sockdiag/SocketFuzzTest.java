package io.limpet.link.internal.os.sockdiag;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limpet.link.KernelSocket;
import io.limpet.link.internal.os.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;

/** Any answer is read without an exception; what is read can be asked to be destroyed. */
@Tag("fuzz")
@Tag("fuzz-search")
final class SocketFuzzTest {
  private static final int BY_FAMILY = 20;

  @FuzzTest(maxDuration = "8s")
  void bytes(byte[] bytes) {
    NetlinkMessage.forEach(ByteBuffer.wrap(bytes), SocketFuzzTest::look);
    ByteBuffer payload = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    look(new NetlinkMessage(BY_FAMILY, 0, 0, payload));
  }

  private static void look(NetlinkMessage message) {
    KernelSocket socket = SocketCodec.read(message, address -> false);
    if (socket == null) {
      return;
    }
    assertThat(socket.userId()).isNotNegative();
    assertThat(socket.inode()).isNotNegative();
    assertThat(SocketCodec.isId(socket.id())).isTrue();
    assertThat(SocketCodec.destroy(1, socket.id())).hasSize(16 + 56);
  }
}

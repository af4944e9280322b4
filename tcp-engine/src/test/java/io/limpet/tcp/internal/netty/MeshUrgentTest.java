package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.ConnectionEvent;
import io.limpet.tcp.MeshChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Urgent data by the face of Netty: RFC 9293 section 3.8.5. */
@ExtendWith(LeakGuard.class)
@ParameterizedClass
@EnumSource(Loops.class)
class MeshUrgentTest {

  private final VirtualMesh mesh;
  private final Recorder serverSide = new Recorder();
  private final MeshChannel client;

  MeshUrgentTest(Loops loops) {
    mesh = new VirtualMesh(7, loops);
    mesh.listen(mesh.serverBootstrap(serverSide));
    client = (MeshChannel) mesh.connect(mesh.clientBootstrap(new Recorder()));
    mesh.until(() -> serverSide.saw("active"));
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private List<Integer> urgentBytes() {
    return serverSide.userEvents.stream()
        .filter(ConnectionEvent.Urgent.class::isInstance)
        .map(event -> ((ConnectionEvent.Urgent) event).bytes())
        .toList();
  }

  @Test
  void must32_thePeerHearsHowManyBytesAreUrgentBeforeItReadsThem() {
    serverSide.channels().get(0).config().setAutoRead(false);
    mesh.loop.runFor(Duration.ofMillis(50));
    client.write(text("stop"));
    ChannelFuture marked = client.markUrgent();
    mesh.until(() -> serverSide.saw("Urgent"));

    assertThat(marked.isSuccess()).isTrue();
    assertThat(serverSide.text).isEmpty();
    assertThat(urgentBytes()).containsExactly(4);
    assertThat(((ConnectionEvent) serverSide.userEvents.get(0)).peer())
        .isEqualTo(mesh.clientLink.localAddress());

    serverSide.channels().get(0).config().setAutoRead(true);
    mesh.until(() -> serverSide.text.toString().equals("stop"));
  }

  @Test
  void whatIsWrittenAfterTheMarkIsNotUrgent() {
    serverSide.channels().get(0).config().setAutoRead(false);
    mesh.loop.runFor(Duration.ofMillis(50));
    client.write(text("stop"));
    client.markUrgent();
    client.writeAndFlush(text(" and go on"));
    mesh.until(() -> serverSide.saw("Urgent"));
    mesh.loop.runFor(Duration.ofSeconds(1));

    assertThat(urgentBytes()).containsExactly(4);
    serverSide.channels().get(0).config().setAutoRead(true);
    mesh.until(() -> serverSide.text.toString().equals("stop and go on"));
  }

  @Test
  void must32_eachAdvanceIsTold() {
    client.write(text("one"));
    client.markUrgent();
    mesh.until(() -> urgentBytes().size() == 1);
    client.write(text("two"));
    client.markUrgent();
    mesh.until(() -> urgentBytes().size() == 2);

    mesh.until(() -> serverSide.text.toString().equals("onetwo"));
    assertThat(urgentBytes()).allMatch(bytes -> bytes <= 3);
  }

  @Test
  void must31_urgentDataMayBeLongerThanAnyBufferOrPointer() {
    serverSide.channels().get(0).config().setAutoRead(false);
    mesh.loop.runFor(Duration.ofMillis(50));
    client.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, largeMarks());
    client.writeAndFlush(Unpooled.wrappedBuffer(new byte[3_000_000]));
    client.markUrgent();
    mesh.loop.runFor(Duration.ofSeconds(5));
    serverSide.channels().get(0).config().setAutoRead(true);
    mesh.until(() -> serverSide.text.length() == 3_000_000);

    // Told only once the send buffer has taken all of it; then it holds far more than a pointer.
    assertThat(urgentBytes()).isNotEmpty();
    assertThat(urgentBytes()).anyMatch(bytes -> bytes > 0);
  }

  private static WriteBufferWaterMark largeMarks() {
    return new WriteBufferWaterMark(1 << 20, 8 << 20);
  }

  @Test
  void aMarkOnNothingIsNoMark() {
    client.markUrgent();
    client.writeAndFlush(text("later"));
    mesh.until(() -> serverSide.text.toString().equals("later"));
    mesh.loop.runFor(Duration.ofSeconds(1));
    assertThat(urgentBytes()).isEmpty();
  }

  @Test
  void afterTheEndOfOutputThereIsNothingToMark() {
    mesh.done(client.shutdownOutput());
    assertThat(mesh.failure(client.markUrgent())).isInstanceOf(ClosedChannelException.class);
  }
}

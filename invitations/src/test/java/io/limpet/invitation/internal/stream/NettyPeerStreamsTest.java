package io.limpet.invitation.internal.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.invitation.internal.wire.MessageCodec;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams on real sockets, on loopback. */
class NettyPeerStreamsTest {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final List<End> ends = new ArrayList<>();
  private int port;

  @BeforeEach
  void pickPort() throws IOException {
    try (ServerSocket free = new ServerSocket()) {
      free.bind(LoopbackTransport.socketAddress(LoopbackTransport.person(250), 0));
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws Exception {
    onLoop(
        () -> {
          ends.forEach(e -> e.streams.close());
          return null;
        });
    group.shutdownGracefully(0, 5, SECONDS).sync();
  }

  @Test
  void one_stream_opened_when_there_is_something_to_say_serves_both_ways() throws Exception {
    End elm = end(1);
    End oak = end(2);
    elm.say(oak, "hello");
    awaitSeconds(() -> oak.heard.equals(List.of("hello")));
    oak.say(elm, "you-too");
    awaitSeconds(() -> elm.heard.equals(List.of("you-too")));
    assertThat(elm.streamsWith(oak)).isEqualTo(1);
    assertThat(oak.count(StreamCounter.OPENED)).isZero();
    assertThat(oak.count(StreamCounter.ACCEPTED)).isEqualTo(1);
  }

  @Test
  void what_is_said_first_goes_along_with_the_request_and_once_only() throws Exception {
    End elm = end(1);
    End oak = end(2);
    onLoop(
        () -> {
          elm.sayOnLoop(oak, "one");
          elm.sayOnLoop(oak, "two");
          return null;
        });
    awaitSeconds(() -> oak.heard.size() == 2);

    assertThat(elm.transport.writtenBeforeConnect).hasValueGreaterThan(0);
    elm.say(oak, "three");
    awaitSeconds(() -> oak.heard.size() == 3);
    assertThat(oak.heard).containsExactly("one", "two", "three");
    assertThat(elm.count(StreamCounter.MESSAGES_OUT)).isEqualTo(3);
  }

  @Test
  void both_opening_at_once_is_tolerated() throws Exception {
    End elm = end(1);
    End oak = end(2);
    onLoop(
        () -> {
          elm.sayOnLoop(oak, "from-elm");
          oak.sayOnLoop(elm, "from-oak");
          return null;
        });
    awaitSeconds(() -> oak.heard.contains("from-elm") && elm.heard.contains("from-oak"));
    assertThat(elm.streamsWith(oak)).isLessThanOrEqualTo(2);
  }

  @Test
  void the_stream_is_opened_when_the_other_starts_listening() throws Exception {
    End elm = end(1);
    End oak = new End(2);
    elm.say(oak, "hello");
    awaitSeconds(() -> elm.count(StreamCounter.FAILED) >= 2);
    oak.start();
    awaitSeconds(() -> oak.heard.contains("hello"));
  }

  @Test
  void somebody_out_of_reach_is_not_tried_until_heard() throws Exception {
    End elm = end(1);
    End oak = new End(2);
    elm.reachable.set(false);
    elm.say(oak, "hello");
    awaitSeconds(() -> elm.count(StreamCounter.FAILED) == 1);
    oak.start();
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> oak.heard.isEmpty() && elm.count(StreamCounter.FAILED) == 1);
    onLoop(
        () -> {
          elm.streams.onReachable(oak.self);
          return null;
        });
    awaitSeconds(() -> oak.heard.contains("hello"));
  }

  @Test
  void what_was_on_a_stream_that_died_is_sent_again_on_a_new_one() throws Exception {
    End elm = end(1);
    End oak = end(2);
    elm.say(oak, "one");
    awaitSeconds(() -> oak.heard.contains("one"));
    onLoop(
        () -> {
          oak.streams.close();
          return null;
        });
    awaitSeconds(() -> elm.streamsWith(oak) == 0);
    elm.say(oak, "two");
    End again = end(2);
    awaitSeconds(() -> again.heard.contains("two"));
  }

  @Test
  void a_frame_that_is_no_message_closes_the_stream_and_is_counted() throws Exception {
    End elm = end(1);
    try (Socket hostile = hostile(elm)) {
      frame(hostile, new byte[] {1, 2, 3});
      assertThat(hostile.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(elm.count(StreamCounter.MALFORMED)).isEqualTo(1);
    awaitSeconds(() -> elm.streamsWith(9) == 0);
  }

  @Test
  void a_frame_too_long_closes_the_stream_before_it_is_read() throws Exception {
    End elm = end(1);
    for (int length : new int[] {64 * 1024 + 1, Integer.MAX_VALUE, -1}) {
      try (Socket hostile = hostile(elm)) {
        new DataOutputStream(hostile.getOutputStream()).writeInt(length);
        assertThat(hostile.getInputStream().read()).isEqualTo(-1);
      }
    }
    assertThat(elm.count(StreamCounter.MALFORMED)).isEqualTo(3);
  }

  @Test
  void a_message_in_many_pieces_is_one_message() throws Exception {
    End elm = end(1);
    byte[] bytes = MessageCodec.encode(new Message.Receipt("pieces"));
    try (Socket slow = hostile(elm)) {
      slow.setTcpNoDelay(true);
      new DataOutputStream(slow.getOutputStream()).writeInt(bytes.length);
      for (byte piece : bytes) {
        slow.getOutputStream().write(piece);
        slow.getOutputStream().flush();
      }
      awaitSeconds(() -> elm.heard.equals(List.of("pieces")));
    }
  }

  @Test
  void a_third_stream_of_a_person_replaces_the_oldest() throws Exception {
    End elm = end(1);
    try (Socket first = hostile(elm);
        Socket second = hostile(elm)) {
      awaitSeconds(() -> elm.streamsWith(9) == 2);
      try (Socket third = hostile(elm)) {
        assertThat(first.getInputStream().read()).isEqualTo(-1);
        frame(second, MessageCodec.encode(new Message.Receipt("second")));
        frame(third, MessageCodec.encode(new Message.Receipt("third")));
        awaitSeconds(() -> elm.heard.containsAll(List.of("second", "third")));
      }
    }
  }

  @Test
  void nobody_proven_at_the_other_end_is_turned_away() throws Exception {
    End elm = end(1);
    try (Socket stranger = new Socket()) {
      stranger.connect(LoopbackTransport.socketAddress(elm.self, port), 5000);
      stranger.setSoTimeout(5000);
      assertThat(stranger.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(elm.count(StreamCounter.TURNED_AWAY)).isEqualTo(1);
  }

  @Test
  void who_never_reads_is_cut_off() throws Exception {
    End elm = end(1);
    try (Socket deaf = hostile(elm)) {
      awaitSeconds(() -> elm.streamsWith(9) == 1);
      MeshAddress nine = LoopbackTransport.person(9);
      Message big = new Message.Carried("a", Bytes.of(new byte[8000]));
      onLoop(
          () -> {
            // More than the kernel's buffers and ours together.
            for (int i = 0; i < 4000; i++) {
              elm.streams.send(nine, big);
            }
            return null;
          });
      assertThat(deaf.isConnected()).isTrue();
      awaitSeconds(() -> elm.count(StreamCounter.STALLED) >= 1 && elm.streamsWith(9) == 0);
    }
  }

  private End end(int number) throws Exception {
    End end = new End(number);
    end.start();
    return end;
  }

  private Socket hostile(End to) throws IOException {
    Socket socket = new Socket();
    InetAddress nine = LoopbackTransport.socketAddress(LoopbackTransport.person(9), 0).getAddress();
    socket.bind(new InetSocketAddress(nine, 0));
    socket.connect(LoopbackTransport.socketAddress(to.self, port), 5000);
    socket.setSoTimeout(5000);
    return socket;
  }

  private static void frame(Socket socket, byte[] bytes) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  private static void awaitSeconds(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(10)).until(condition);
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return loop.submit(task).get(10, SECONDS);
  }

  /** One end: keeps what it says until it is told that it may have been lost. */
  private final class End implements PeerStreams.Listener {
    final MeshAddress self;
    final NettyPeerStreams streams;
    final List<String> heard = new CopyOnWriteArrayList<>();
    final AtomicBoolean reachable = new AtomicBoolean(true);
    final LoopbackTransport transport;
    private final List<Message> said = new ArrayList<>();

    End(int number) {
      self = LoopbackTransport.person(number);
      transport = new LoopbackTransport(self, port);
      streams = new NettyPeerStreams(loop, transport, peer -> reachable.get(), new Random(1));
      ends.add(this);
    }

    void start() throws Exception {
      onLoop(
              () -> {
                streams.start(this);
                return streams.listening();
              })
          .get(10, SECONDS);
    }

    void say(End to, String what) throws Exception {
      onLoop(
          () -> {
            sayOnLoop(to, what);
            return null;
          });
    }

    void sayOnLoop(End to, String what) {
      Message message = new Message.Receipt(what);
      said.add(message);
      streams.send(to.self, message);
    }

    int streamsWith(End other) throws Exception {
      return onLoop(() -> streams.streams(other.self));
    }

    int streamsWith(int person) throws Exception {
      return onLoop(() -> streams.streams(LoopbackTransport.person(person)));
    }

    long count(StreamCounter counter) throws Exception {
      return onLoop(() -> streams.count(counter));
    }

    @Override
    public void onReady(MeshAddress peer) {
      said.forEach(message -> streams.send(peer, message));
      said.clear();
    }

    @Override
    public void onMessage(MeshAddress peer, Message message) {
      if (message instanceof Message.Receipt receipt) {
        heard.add(receipt.id());
      }
    }

    @Override
    public boolean hasWork(MeshAddress peer) {
      return !said.isEmpty();
    }
  }
}

package io.limpet.tcp.internal.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.limpet.tcp.internal.netty.FakeMesh;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** gRPC's own Netty transport, with the mesh's channels for its: all four kinds of calls. */
@Timeout(60)
class GrpcTest {

  private static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodType.UNARY);
  private static final MethodDescriptor<byte[], byte[]> SUM =
      method("Sum", MethodType.CLIENT_STREAMING);
  private static final MethodDescriptor<byte[], byte[]> COUNT =
      method("Count", MethodType.SERVER_STREAMING);
  private static final MethodDescriptor<byte[], byte[]> ECHO =
      method("Echo", MethodType.BIDI_STREAMING);

  private static final int MESSAGE_BYTES = 16 * 1024;

  private final TwoNodes nodes = new TwoNodes();
  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(
          2, new DefaultThreadFactory("grpc", true), NioIoHandler.newFactory());

  /** Messages that the server's side of a stream was let send. */
  private final AtomicInteger produced = new AtomicInteger();

  private final Service service = new Service(produced);
  private @Nullable Server server;
  private @Nullable ManagedChannel channel;

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    Bytes bytes = new Bytes();
    return MethodDescriptor.newBuilder(bytes, bytes)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("limpet.Test", name))
        .build();
  }

  /** Messages are bytes: no compiler of messages is needed here. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    Server started =
        NettyServerBuilder.forAddress(FakeMesh.address(1).at(0))
            .channelFactory(nodes.server.serverChannels())
            .bossEventLoopGroup(nodes.threads)
            .workerEventLoopGroup(nodes.threads)
            .addService(service.definition())
            .build()
            .start();
    server = started;
    channel = channelTo((InetSocketAddress) started.getListenSockets().get(0));
  }

  private ManagedChannel channelTo(InetSocketAddress address) {
    return NettyChannelBuilder.forAddress(address)
        .channelFactory(nodes.client.clientChannels())
        .eventLoopGroup(threads)
        .usePlaintext()
        .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (channel != null) {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    if (server != null) {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    nodes.close();
  }

  private ManagedChannel channel() {
    if (channel == null) {
      throw new IllegalStateException("not started");
    }
    return channel;
  }

  @Test
  void aUnaryCallIsAnswered() {
    byte[] answer =
        ClientCalls.blockingUnaryCall(channel(), UNARY, CallOptions.DEFAULT, new byte[] {1, 2, 3});

    assertThat(answer).containsExactly(3, 2, 1);
  }

  @Test
  void aHundredCallsShareAConnection() {
    List<CompletableFuture<byte[]>> answers =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            ClientCalls.blockingUnaryCall(
                                channel(), UNARY, CallOptions.DEFAULT, new byte[1000 + i])))
            .toList();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).join()).hasSize(1000 + i);
    }
    assertThat(nodes.client.connections().toCompletableFuture().join()).hasSize(1);
  }

  @Test
  void anErrorOfTheServerArrivesAsOne() {
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel(), UNARY, CallOptions.DEFAULT, new byte[0]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
  }

  @Test
  void aDeadlineIsKept() {
    CallOptions hasty = CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS);
    StreamObserver<byte[]> neverEnds =
        ClientCalls.asyncClientStreamingCall(
            channel().newCall(SUM, CallOptions.DEFAULT), new Answers());
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel(), UNARY, hasty, new byte[] {-1}))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    neverEnds.onError(new IOException("given up"));
  }

  @Test
  void nobodyListensIsUnavailableAndSaysWhy() {
    ManagedChannel wrong = channelTo(FakeMesh.address(1).at(9));
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(wrong, UNARY, CallOptions.DEFAULT, new byte[] {1}))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
        .hasStackTraceContaining("nobody listens");
    wrong.shutdownNow();
  }

  @Test
  void aStreamOfTheClientIsSummedUp() throws Exception {
    Answers answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncClientStreamingCall(channel().newCall(SUM, CallOptions.DEFAULT), answers);
    for (int i = 0; i < 500; i++) {
      requests.onNext(new byte[4096]);
    }
    requests.onCompleted();

    assertThat(Integer.parseInt(new String(answers.next(), StandardCharsets.US_ASCII)))
        .isEqualTo(500 * 4096);
    assertThat(answers.end.get(10, TimeUnit.SECONDS)).isEqualTo("completed");
  }

  @Test
  void aStreamOfTheServerArrivesInOrder() {
    Iterator<byte[]> counted =
        ClientCalls.blockingServerStreamingCall(
            channel(), COUNT, CallOptions.DEFAULT, new byte[] {100});
    List<Integer> numbers = new ArrayList<>();
    counted.forEachRemaining(message -> numbers.add((int) message[0]));

    assertThat(numbers).isEqualTo(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void aReaderThatStopsStopsTheServer() {
    SlowReader reader = new SlowReader();
    ClientCalls.asyncServerStreamingCall(
        channel().newCall(COUNT, CallOptions.DEFAULT), new byte[] {-1}, reader);
    await().until(() -> reader.received.get() == 1);
    // What flow control lets out while nobody reads: some, and then no more.
    await().during(Duration.ofMillis(300)).until(new Unchanged(produced)::check);
    int whileStopped = produced.get();
    assertThat(whileStopped).isLessThan(1000);

    reader.read(2000);

    await().until(() -> reader.received.get() == 2001);
    assertThat(produced.get()).isGreaterThan(whileStopped);
    reader.cancel();
  }

  @Test
  void aConversationGoesBothWays() throws Exception {
    Answers answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(channel().newCall(ECHO, CallOptions.DEFAULT), answers);
    for (int i = 0; i < 200; i++) {
      requests.onNext(new byte[] {(byte) i, 7});
      assertThat(answers.next()).containsExactly(i, 7);
    }
    requests.onCompleted();

    assertThat(answers.end.get(10, TimeUnit.SECONDS)).isEqualTo("completed");
  }

  /** Says whether a counter has stayed the same since it was looked at before. */
  private static final class Unchanged {
    private final AtomicInteger counter;
    private int before = -1;

    Unchanged(AtomicInteger counter) {
      this.counter = counter;
    }

    boolean check() {
      int now = counter.get();
      boolean same = now == before;
      before = now;
      return same;
    }
  }

  /** Keeps what comes for a test that waits. */
  private static final class Answers implements StreamObserver<byte[]> {
    final CompletableFuture<String> end = new CompletableFuture<>();
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

    byte[] next() throws InterruptedException {
      byte[] message = messages.poll(10, TimeUnit.SECONDS);
      return message == null ? new byte[0] : message;
    }

    @Override
    public void onNext(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable cause) {
      end.complete(cause.toString());
    }

    @Override
    public void onCompleted() {
      end.complete("completed");
    }
  }

  /** Asks for one message at first, and for more when told. */
  private static final class SlowReader implements ClientResponseObserver<byte[], byte[]> {
    final AtomicInteger received = new AtomicInteger();
    private volatile @Nullable ClientCallStreamObserver<byte[]> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<byte[]> requestStream) {
      requestStream.disableAutoRequestWithInitial(1);
      call = requestStream;
    }

    void read(int count) {
      call().request(count);
    }

    void cancel() {
      call().cancel("enough", null);
    }

    private ClientCallStreamObserver<byte[]> call() {
      ClientCallStreamObserver<byte[]> current = call;
      if (current == null) {
        throw new IllegalStateException("not started");
      }
      return current;
    }

    @Override
    public void onNext(byte[] message) {
      received.incrementAndGet();
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }

  /** What the server does. */
  private static final class Service {
    private final AtomicInteger produced;

    Service(AtomicInteger produced) {
      this.produced = produced;
    }

    ServerServiceDefinition definition() {
      return ServerServiceDefinition.builder("limpet.Test")
          .addMethod(UNARY, ServerCalls.asyncUnaryCall(Service::reverse))
          .addMethod(SUM, ServerCalls.asyncClientStreamingCall(Sum::new))
          .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(this::count))
          .addMethod(ECHO, ServerCalls.asyncBidiStreamingCall(Echo::new))
          .build();
    }

    /** The message backwards; none is an error, and -1 is never answered. */
    private static void reverse(byte[] request, StreamObserver<byte[]> answer) {
      if (request.length == 0) {
        answer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
      } else if (request[0] != -1) {
        byte[] reversed = new byte[request.length];
        for (int i = 0; i < request.length; i++) {
          reversed[i] = request[request.length - 1 - i];
        }
        answer.onNext(reversed);
        answer.onCompleted();
      }
    }

    /** So many messages; for -1 as many as are wanted, as fast as they are taken. */
    private void count(byte[] request, StreamObserver<byte[]> answer) {
      if (request[0] >= 0) {
        for (int i = 0; i < request[0]; i++) {
          answer.onNext(new byte[] {(byte) i});
        }
        answer.onCompleted();
        return;
      }
      ServerCallStreamObserver<byte[]> stream = (ServerCallStreamObserver<byte[]>) answer;
      stream.setOnCancelHandler(() -> {});
      stream.setOnReadyHandler(
          () -> {
            while (stream.isReady() && !stream.isCancelled()) {
              stream.onNext(new byte[MESSAGE_BYTES]);
              produced.incrementAndGet();
            }
          });
    }
  }

  private record Echo(StreamObserver<byte[]> answer) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      answer.onNext(message);
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {
      answer.onCompleted();
    }
  }

  private static final class Sum implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> answer;
    private int bytes;

    Sum(StreamObserver<byte[]> answer) {
      this.answer = answer;
    }

    @Override
    public void onNext(byte[] message) {
      bytes += message.length;
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {
      answer.onNext(String.valueOf(bytes).getBytes(StandardCharsets.US_ASCII));
      answer.onCompleted();
    }
  }
}

package io.limpet.tcp.internal.kernel;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection between an application on the engine and a socket of the kernel. */
record Talk(EngineApp engine, Socket kernel) implements AutoCloseable {
  /** The bytes that each side will send, and with what buffers. */
  static final class Plan {
    private final byte[] fromEngine;
    private final EngineApp.Finish finish;
    private final TcpConfig config;
    private final int kernelBuffer;

    private Plan(byte[] fromEngine, EngineApp.Finish finish, TcpConfig config, int kernelBuffer) {
      this.fromEngine = fromEngine;
      this.finish = finish;
      this.config = config;
      this.kernelBuffer = kernelBuffer;
    }

    byte[] fromEngine() {
      return fromEngine;
    }

    EngineApp.Finish finish() {
      return finish;
    }

    TcpConfig config() {
      return config;
    }

    int kernelBuffer() {
      return kernelBuffer;
    }

    static Plan of(byte[] fromEngine) {
      return new Plan(fromEngine, EngineApp.Finish.AFTER_WRITE, TcpConfig.defaults(), 0);
    }

    Plan finishing(EngineApp.Finish newFinish) {
      return new Plan(fromEngine, newFinish, config, kernelBuffer);
    }

    Plan engineBuffer(int bytes) {
      return new Plan(
          fromEngine,
          finish,
          config(bytes, config.keepAliveNs(), config.userTimeoutNs()),
          kernelBuffer);
    }

    Plan keepAlive(long idleNs) {
      int bytes = config.receiveBufferBytes();
      return new Plan(
          fromEngine, finish, config(bytes, idleNs, config.userTimeoutNs()), kernelBuffer);
    }

    Plan userTimeout(long timeoutNs) {
      int bytes = config.receiveBufferBytes();
      return new Plan(
          fromEngine, finish, config(bytes, config.keepAliveNs(), timeoutNs), kernelBuffer);
    }

    private TcpConfig config(int receiveBufferBytes, long keepAliveNs, long userTimeoutNs) {
      return new TcpConfig(
          config.sendBufferBytes(),
          receiveBufferBytes,
          config.noDelay(),
          keepAliveNs,
          userTimeoutNs,
          config.suspectAfterNs(),
          config.congestionControl(),
          config.redundancyShare());
    }

    Plan kernelBuffer(int bytes) {
      return new Plan(fromEngine, finish, config, bytes);
    }
  }

  /** A port of the engine's at which every request is accepted. */
  record Server(TcpListener listener, BlockingQueue<EngineApp> accepted) {
    static Server at(Bridge bridge, int port, Plan plan) throws Exception {
      BlockingQueue<EngineApp> accepted = new LinkedBlockingQueue<>();
      return bridge.call(
          endpoint -> {
            TcpListener listener;
            try {
              listener = endpoint.listen(port, 64, false, plan.config());
            } catch (BindException e) {
              throw new UncheckedIOException(e);
            }
            bridge.serve(() -> accept(bridge, listener, plan, accepted));
            return new Server(listener, accepted);
          });
    }

    private static void accept(
        Bridge bridge, TcpListener listener, Plan plan, BlockingQueue<EngineApp> accepted) {
      for (TcpConnection c = listener.pollRequest(); c != null; c = listener.pollRequest()) {
        c.accept(bridge.nowNs());
        EngineApp app = new EngineApp(bridge, c, plan.fromEngine()).finishing(plan.finish());
        bridge.serve(app::run);
        accepted.add(app);
      }
    }

    int port() {
      return listener.port();
    }

    EngineApp next() throws InterruptedException {
      EngineApp app = accepted.poll(10, TimeUnit.SECONDS);
      if (app == null) {
        throw new AssertionError("no connection request at the engine");
      }
      return app;
    }
  }

  /** Starts a connection from the engine; a local port of 0 is any. */
  static EngineApp connect(Bridge bridge, int localPort, int remotePort, Plan plan)
      throws Exception {
    return bridge.call(
        endpoint -> {
          TcpConnection c;
          try {
            c =
                endpoint.connect(
                    bridge.nowNs(), Bridge.KERNEL, remotePort, localPort, plan.config());
          } catch (BindException e) {
            throw new UncheckedIOException(e);
          }
          EngineApp app = new EngineApp(bridge, c, plan.fromEngine()).finishing(plan.finish());
          bridge.serve(app::run);
          return app;
        });
  }

  /** The engine is the client. */
  static Talk engineFirst(Bridge bridge, Plan plan) throws Exception {
    try (ServerSocket server = listen(0, plan.kernelBuffer())) {
      EngineApp app = connect(bridge, 0, server.getLocalPort(), plan);
      Talk talk = new Talk(app, server.accept());
      app.awaitConnected();
      return talk;
    }
  }

  /** The kernel is the client. */
  static Talk kernelFirst(Bridge bridge, Plan plan) throws Exception {
    Server server = Server.at(bridge, 0, plan);
    Socket socket = dial(0, server.port(), plan.kernelBuffer());
    Talk talk = new Talk(server.next(), socket);
    talk.engine().awaitConnected();
    return talk;
  }

  static ServerSocket listen(int port, int buffer) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setSoTimeout(10_000);
    server.setReuseAddress(true);
    if (buffer > 0) {
      server.setReceiveBufferSize(buffer);
    }
    server.bind(Bridge.KERNEL.at(port));
    return server;
  }

  static Socket dial(int localPort, int remotePort, int buffer) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(30_000);
    socket.setReuseAddress(true);
    if (buffer > 0) {
      socket.setReceiveBufferSize(buffer);
    }
    socket.bind(Bridge.KERNEL.at(localPort));
    InetSocketAddress target = Bridge.ENGINE.at(remotePort);
    socket.connect(target, 10_000);
    return socket;
  }

  @Override
  public void close() throws IOException {
    kernel.close();
  }
}

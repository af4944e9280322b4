package io.limpet.link.internal.os.platform;

import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSockets;
import io.limpet.link.LinkException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An agent's kernel TCP sockets. */
final class AgentTcp {
  private final List<ServerSocketChannel> listeners = new ArrayList<>();
  private @Nullable SocketChannel client;

  String obey(String[] words) throws IOException {
    return switch (words[0]) {
      case "listen" -> {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(Integer.parseInt(words[1])));
        listeners.add(listener);
        yield "listening";
      }
      case "connect" -> {
        ProtocolFamily family =
            words[3].equals("inet6") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
        SocketChannel to = SocketChannel.open(family);
        client = to;
        to.connect(
            new InetSocketAddress(InetAddress.getByName(words[1]), Integer.parseInt(words[2])));
        yield to.getLocalAddress().toString();
      }
      case "read" -> read();
      case "sockets" -> sockets();
      default -> destroyStranded();
    };
  }

  private String read() {
    SocketChannel from = client;
    if (from == null) {
      return "not connected";
    }
    try {
      from.configureBlocking(false);
      return "read " + from.read(ByteBuffer.allocate(1));
    } catch (IOException e) {
      return "failed";
    }
  }

  private static String sockets() {
    try {
      return KernelSockets.list().stream()
          .map(AgentTcp::text)
          .sorted()
          .collect(Collectors.joining("; "));
    } catch (LinkException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String destroyStranded() {
    try {
      int destroyed = 0;
      for (KernelSocket socket : KernelSockets.list()) {
        if (socket.stranded()) {
          KernelSockets.destroy(socket);
          destroyed++;
        }
      }
      return "destroyed " + destroyed;
    } catch (LinkException e) {
      return "refused: " + e.getMessage();
    }
  }

  /** Has a daemon destroy every connection of this namespace, and says what it made of each. */
  String destroyStrandedBy(Path linkd) {
    List<String> answers = new ArrayList<>();
    try {
      for (KernelSocket socket : KernelSockets.list()) {
        if (socket.state() != KernelSocket.State.LISTEN) {
          try {
            KernelSockets.destroy(socket, linkd);
            answers.add("destroyed");
          } catch (LinkException e) {
            answers.add(String.valueOf(e.getMessage()));
          }
        }
      }
      return answers.toString();
    } catch (LinkException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String text(KernelSocket socket) {
    return socket.state()
        + " "
        + text(socket.local())
        + " "
        + text(socket.remote())
        + (socket.stranded() ? " stranded" : "")
        + (socket.inode() == 0 ? " orphan" : "");
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}

package io.limpet.link.internal.os.linux;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.jna.ErrnoException;
import io.limpet.link.internal.os.jna.NativeSocket;
import io.limpet.link.internal.os.jna.SocketAddresses;
import io.limpet.link.internal.os.portable.DatagramProbe;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Probes on exactly one interface and never through a gateway; needs no privilege. */
public final class LinuxDatagramProbe implements DatagramProbe {
  private static final int SOL_SOCKET = 1;
  private static final int SO_DONTROUTE = 5;
  private static final int SO_BINDTODEVICE = 25;
  private static final int INTERFACE_NAME_BYTES = 16;

  @Override
  public void send(LinkInterface on, @Nullable InetAddress source, InetAddress destination)
      throws ErrnoException {
    int family =
        destination.getAddress().length == 4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6;
    try (NativeSocket socket = NativeSocket.open(family, NativeSocket.SOCK_DGRAM, 0)) {
      socket.setOption(SOL_SOCKET, SO_DONTROUTE, 1);
      bindToInterface(socket, on);
      if (source != null) {
        socket.bind(SocketAddresses.internet(source, 0, on.index()));
      }
      socket.send(new byte[0], SocketAddresses.internet(destination, DISCARD_PORT, on.index()));
    }
  }

  private static void bindToInterface(NativeSocket socket, LinkInterface on) throws ErrnoException {
    byte[] name = on.name().getBytes(StandardCharsets.UTF_8);
    try {
      socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, Arrays.copyOf(name, INTERFACE_NAME_BYTES));
    } catch (ErrnoException e) {
      if (!e.isPermission()) {
        throw e;
      }
      // Kernels before 5.7 permit this to root only; the source address and the routes then decide.
    }
  }
}

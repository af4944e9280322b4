package io.limpet.link.internal.os.linux;

import io.limpet.link.internal.os.jna.ErrnoException;
import io.limpet.link.internal.os.jna.NativeSocket;
import io.limpet.link.internal.os.jna.SocketAddresses;

/** Sends packets below IP; the kernel adds the Ethernet header. Receives nothing. */
final class PacketSocket implements AutoCloseable {
  private final NativeSocket socket;

  /** Opens a socket of protocol 0, which no received frame matches. */
  PacketSocket() throws ErrnoException {
    socket = NativeSocket.open(NativeSocket.AF_PACKET, NativeSocket.SOCK_DGRAM, 0);
  }

  void send(int interfaceIndex, int etherType, byte[] destination, byte[] packet)
      throws ErrnoException {
    socket.send(packet, SocketAddresses.packet(interfaceIndex, etherType, destination));
  }

  @Override
  public void close() {
    socket.close();
  }
}

package io.limpet.rig.internal.bench.presence;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;

/**
 * Listens to all hellos as a program of its own, and prints of each from which address it came and
 * at which {@code System.nanoTime}, which all processes of a machine share.
 */
public final class EarMain {
  private static final String GROUP = "239.255.74.64";
  private static final int PORT = 7464;
  private static final int LARGEST = 2048;

  private EarMain() {}

  /**
   * Listens until it is killed.
   *
   * @param args the interface
   */
  public static void main(String[] args) throws IOException {
    NetworkInterface network = NetworkInterface.getByName(args[0]);
    try (MulticastSocket socket = new MulticastSocket(PORT)) {
      socket.joinGroup(new InetSocketAddress(InetAddress.getByName(GROUP), PORT), network);
      System.out.println("listening");
      DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
      while (true) {
        socket.receive(packet);
        System.out.println(packet.getAddress().getHostAddress() + " " + System.nanoTime());
      }
    }
  }
}

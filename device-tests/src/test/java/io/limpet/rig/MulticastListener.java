package io.limpet.rig;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;

/** A program for a device: prints what is sent to a multicast group. */
final class MulticastListener {
  private static final int PORT = 7777;
  private static final byte[] GROUP = {(byte) 239, 77, 0, 1};

  private MulticastListener() {}

  public static void main(String[] args) throws IOException {
    NetworkInterface network = NetworkInterface.getByName(args[0]);
    try (MulticastSocket socket = new MulticastSocket(PORT)) {
      socket.joinGroup(new InetSocketAddress(InetAddress.getByAddress(GROUP), PORT), network);
      System.out.println("ready");
      DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
      while (true) {
        socket.receive(packet);
        System.out.println(
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
      }
    }
  }

  /** A program for a device: sends one line to the group. */
  static final class Sender {
    private Sender() {}

    public static void main(String[] args) throws IOException {
      byte[] payload = args[1].getBytes(StandardCharsets.UTF_8);
      try (MulticastSocket socket = new MulticastSocket()) {
        socket.setNetworkInterface(NetworkInterface.getByName(args[0]));
        socket.send(
            new DatagramPacket(payload, payload.length, InetAddress.getByAddress(GROUP), PORT));
      }
    }
  }
}

package io.limpet.presence;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** A name server that never answers, in a laptop of a test. */
final class NameServer {
  /** What {@code /etc/resolv.conf} must say so that it is asked. */
  static final String ADDRESS = "127.0.0.53";

  private static final int PORT = 53;

  private NameServer() {}

  /** Tells of each question, from now on. */
  static void listen(Runnable asked) throws IOException {
    DatagramSocket socket;
    try {
      socket = new DatagramSocket(PORT, InetAddress.getByName(ADDRESS));
    } catch (BindException e) {
      return; // Another node on this laptop listens already.
    }
    Thread thread =
        new Thread(
            () -> {
              try (socket) {
                while (true) {
                  socket.receive(new DatagramPacket(new byte[512], 512));
                  asked.run();
                }
              } catch (IOException e) {
                System.err.println("the name server has ended: " + e);
              }
            },
            "name server");
    thread.setDaemon(true);
    thread.start();
  }
}

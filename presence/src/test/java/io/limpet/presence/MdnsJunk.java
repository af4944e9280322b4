package io.limpet.presence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** mDNS as strangers' broken or malicious programs send it: damaged, enormous, or made up. */
final class MdnsJunk {
  private static final int PORT = 5353;
  private static final int TEXT_BYTES = 6_000;
  private static final long SEED = 20_261_126;

  private final Random random;

  private MdnsJunk(Random random) {
    this.random = random;
  }

  /** Sends so many datagrams on each interface but the loopback; returns how many were sent. */
  static int send(int count) throws IOException {
    int sent = 0;
    InetAddress group = InetAddress.getByName("224.0.0.251");
    MdnsJunk junk = new MdnsJunk(new Random(Long.getLong("limpet.seed", SEED)));
    try (MulticastSocket socket = new MulticastSocket()) {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.inetAddresses()
            .anyMatch(a -> a instanceof Inet4Address && !a.isLoopbackAddress())) {
          socket.setNetworkInterface(each);
          for (int i = 0; i < count; i++) {
            byte[] datagram = junk.next(i);
            socket.send(new DatagramPacket(datagram, datagram.length, group, PORT));
            sent++;
          }
        }
      }
    }
    return sent;
  }

  private byte[] next(int number) throws IOException {
    if (number % 4 == 0) {
      byte[] noise = new byte[random.nextInt(600)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] response = response("junk" + number, number % 4 == 1);
    for (int flips = number % 4 == 2 ? 1 + random.nextInt(8) : 0; flips > 0; flips--) {
      response[random.nextInt(Math.min(response.length, 200))] ^= (byte) (1 << random.nextInt(8));
    }
    return response;
  }

  /** An announcement of a service with PTR, SRV and TXT, which may be enormous. */
  private byte[] response(String name, boolean large) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    short16(out, 0, 0x8400, 0, 3, 0, 0);
    record(out, "", 12, name(name + "._limpet._udp.local"));
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    short16(target, 0, 0, 7464);
    target.write(name(name + ".local"));
    record(out, name, 33, target.toByteArray());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (text.size() < (large ? TEXT_BYTES : 100)) {
      byte[] value = new byte[99];
      random.nextBytes(value);
      text.write(value.length + 2);
      text.write(random.nextBoolean() ? 'a' : 'n');
      text.write('=');
      text.write(value);
    }
    record(out, name, 16, text.toByteArray());
    return out.toByteArray();
  }

  private static void record(ByteArrayOutputStream out, String owner, int type, byte[] data)
      throws IOException {
    out.write(name((owner.isEmpty() ? "" : owner + '.') + "_limpet._udp.local"));
    short16(out, type, 1, 0, 4_500, data.length);
    out.write(data);
  }

  private static byte[] name(String dotted) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : dotted.split("\\.", -1)) {
      out.write(label.length());
      out.write(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(0);
    return out.toByteArray();
  }

  private static void short16(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value >> 8);
      out.write(value);
    }
  }
}

package io.limpet.presence;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.presence.internal.announce.Announcement;
import io.limpet.presence.internal.announce.AnnouncementCodec;
import io.limpet.presence.internal.announce.Fingerprint;
import io.limpet.presence.internal.announce.MdnsRecord;
import java.nio.ByteBuffer;
import java.util.List;

/** Peers for tests: number n has address, key and all else computed from n. */
@SuppressWarnings("exports") // Tests see what others do not.
public final class Samples {
  /** Colours that are not the default. */
  public static final String COLOURS = "#ff0000,#00ff80";

  private Samples() {}

  /** Returns the address of peer n. */
  public static MeshAddress address(long n) {
    return new MeshAddress(0x2001_0020_0000_0000L, n);
  }

  /** Returns the key of whoever has an address. */
  public static Bytes key(MeshAddress address) {
    return Bytes.of(ByteBuffer.allocate(32).putLong(address.high()).putLong(address.low()).array());
  }

  /** Returns a signed hello. */
  public static PeerInfo hello(long n, String nickname, long epoch) {
    return hello(n, nickname, epoch, new Announcement(COLOURS, "", List.of()));
  }

  /** Returns a signed hello with an announcement. */
  public static PeerInfo hello(long n, String nickname, long epoch, Announcement announcement) {
    return new PeerInfo(
        address(n),
        key(address(n)),
        nickname,
        epoch,
        AnnouncementCodec.encode(announcement),
        List.of("10.0.0." + n));
  }

  /** Returns an mDNS record that agrees with the hello of n. */
  public static MdnsRecord claim(long n, String nickname, long epoch) {
    return new MdnsRecord(
        address(n), Fingerprint.of(key(address(n))), nickname, COLOURS, "", epoch, List.of());
  }
}

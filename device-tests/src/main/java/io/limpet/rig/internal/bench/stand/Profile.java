package io.limpet.rig.internal.bench.stand;

import io.limpet.rig.LinkSettings;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A link without loss: the same in both directions.
 *
 * @param name what tables call it
 * @param rateBitsPerSecond of each device's radio, on whole Ethernet frames
 * @param delay one way
 */
public record Profile(String name, long rateBitsPerSecond, Duration delay) {
  /** 50 Mbit/s, 5 ms one way. */
  public static final Profile A = new Profile("A", 50_000_000, Duration.ofMillis(5));

  /** 20 Mbit/s, 20 ms one way. */
  public static final Profile B = new Profile("B", 20_000_000, Duration.ofMillis(20));

  private static final Pattern CUSTOM = Pattern.compile("([1-9][0-9]{0,3})M/([0-9]{1,4})ms");

  /** What a sealed TCP over UDP can have of a full frame: 1388 of 1514 bytes. */
  public static final double PAYLOAD_SHARE = 0.917;

  /** Returns the profile of that name, or a link described as {@code 8M/30ms}. */
  public static Profile of(String name) {
    return switch (name) {
      case "A" -> A;
      case "B" -> B;
      default -> custom(name);
    };
  }

  private static Profile custom(String name) {
    Matcher matcher = CUSTOM.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "no profile '" + name + "': there are A, B, and links such as 8M/30ms");
    }
    return new Profile(
        name,
        Long.parseLong(matcher.group(1)) * 1_000_000,
        Duration.ofMillis(Long.parseLong(matcher.group(2))));
  }

  /** Returns the link as the rig has it, losing each frame with this probability. */
  public LinkSettings link(double loss) {
    return LinkSettings.plain()
        .withRate(rateBitsPerSecond)
        .withDelay(delay)
        .withLoss(loss); // the rig's own queue: twice the bandwidth-delay product, at least 64 kB
  }

  /** Returns the round trip without any queue, in milliseconds. */
  public double rttMs() {
    return 2 * delay.toNanos() / 1e6;
  }

  /** Says what it is. */
  public String describe() {
    return rateBitsPerSecond / 1_000_000 + " Mbit/s, " + delay.toMillis() + " ms one way";
  }
}

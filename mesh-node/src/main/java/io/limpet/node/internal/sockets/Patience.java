package io.limpet.node.internal.sockets;

import java.time.Duration;

/**
 * For how long something that ends by itself when all is well may go on.
 *
 * @param some a program that is in order has reacted by then
 * @param most a program that has not reacted by then will not; never less than {@code some}
 */
public record Patience(Duration some, Duration most) {
  private static final Duration SOME = Duration.ofSeconds(5);

  /** So long the kernel itself waits for the FIN of a connection that no program holds. */
  public static final Patience DEFAULT = of(Duration.ofSeconds(60));

  /** Who is impatient looks sooner, too; who is patient still hears of it early. */
  public static Patience of(Duration most) {
    return new Patience(most.compareTo(SOME) < 0 ? most : SOME, most);
  }
}

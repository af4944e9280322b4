package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.util.random.RandomGenerator;

/** Makes endpoints. */
public final class TcpEndpoints {
  private TcpEndpoints() {}

  /** Makes an endpoint with the defaults for a mesh. */
  public static TcpEndpoint create(MeshAddress local, RandomGenerator random, byte[] isnSecret) {
    return create(local, EngineConfig.defaults(), random, isnSecret);
  }

  /**
   * Makes an endpoint.
   *
   * @param local this node's address
   * @param config what all its connections share
   * @param random for ephemeral ports
   * @param isnSecret at least 16 bytes that nobody can guess, for RFC 6528
   */
  public static TcpEndpoint create(
      MeshAddress local, EngineConfig config, RandomGenerator random, byte[] isnSecret) {
    if (isnSecret.length < 16) {
      throw new IllegalArgumentException("a secret of at least 16 bytes");
    }
    return new Endpoint(local, config, random, isnSecret);
  }
}

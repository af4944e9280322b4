package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.internal.os.linkd.wire.LinkdMessage;

/** Requests as the log shows them. */
final class Words {
  private Words() {}

  static String of(LinkdMessage.Request request) {
    if (request instanceof LinkdMessage.Replace m) {
      return "replace " + where(m) + " by " + m.mac().toHex(":");
    } else if (request instanceof LinkdMessage.Flush m) {
      return "flush " + where(m);
    } else if (request instanceof LinkdMessage.Probe m) {
      return "probe " + where(m);
    } else if (request instanceof LinkdMessage.Solicit m) {
      return "ask for " + where(m);
    } else if (request instanceof LinkdMessage.Announce m) {
      return "announce " + m.own().getHostAddress() + " on " + m.on();
    } else if (request instanceof LinkdMessage.RunHook m) {
      return "site hook for " + where(m) + " at " + m.mac().toHex(":");
    }
    return "destroy a socket";
  }

  private static String where(LinkdMessage.AboutNeighbour request) {
    return request.ip().getHostAddress() + " on " + request.on();
  }
}

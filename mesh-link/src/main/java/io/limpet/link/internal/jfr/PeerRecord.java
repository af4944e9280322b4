package io.limpet.link.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** What is recorded of the link to one peer. */
@Category({"Limpet", "Link"})
@StackTrace(false)
abstract class PeerRecord extends Event {
  @Label("Peer")
  String peer = "";
}

package io.limpet.link.internal.jfr;

import io.limpet.link.LinkEvent;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** The way to a peer changed. */
@Name("limpet.PathChange")
@Label("Path Change")
final class PathChange extends PeerRecord {
  @Label("From")
  String from = "";

  @Label("To")
  String to = "";

  @Label("Interface")
  @Nullable String interfaceName;

  @Label("Carrier")
  @Nullable String carrier;

  @Label("Reason")
  String reason = "";

  static void commit(LinkEvent.PathChanged change) {
    PathChange event = new PathChange();
    if (event.shouldCommit()) {
      event.peer = change.peer().toString();
      event.from = change.from().name();
      event.to = change.to().name();
      event.interfaceName = change.interfaceName();
      event.carrier = change.carrier() == null ? null : change.carrier().name();
      event.reason = change.reason();
      event.commit();
    }
  }
}

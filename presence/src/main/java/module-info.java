/** Who is here: mDNS directory and hello, merged into the roster. */
module io.limpet.presence {
  requires transitive io.limpet.link;
  requires com.fasterxml.aalto;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.cbor;
  requires java.xml;
  requires javax.jmdns;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.limpet.presence;
  // Its core, for simulations in virtual time.
  exports io.limpet.presence.internal.roster to
      io.limpet.rig;
}

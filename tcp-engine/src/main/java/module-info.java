/** A sans-IO TCP for lossy links, and Netty channels on it. */
module io.limpet.tcp {
  requires transitive io.limpet.link;
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.transport;
  requires jdk.jfr;
  requires jdk.net;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.limpet.tcp;
}

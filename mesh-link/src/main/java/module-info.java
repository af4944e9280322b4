/** Identity, interfaces and neighbours, carriers and paths, repair, sealed datagrams. */
module io.limpet.link {
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires com.sun.jna;
  requires jdk.jfr;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.limpet.link;
  exports io.limpet.link.sim;
}

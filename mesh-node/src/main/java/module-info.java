/** The node: facade, command line, control socket, journal. */
module io.limpet.node {
  requires transitive io.limpet.invitation;
  requires transitive info.picocli;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;
  requires io.netty.codec;
  requires io.netty.transport.classes.epoll;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.limpet.node;
}

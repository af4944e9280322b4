/** The node: facade, command line, control socket, journal. */
module io.limpet.node {
  requires transitive io.limpet.invitation;
  requires transitive info.picocli;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.socks;
  requires java.xml;
  requires jdk.net;
  requires micrometer.core;
  requires micrometer.registry.otlp;
  requires micrometer.registry.prometheus;
  requires org.slf4j;
  requires org.tomlj;
  requires static transitive org.jspecify;

  exports io.limpet.node;
  exports io.limpet.node.internal.cli to
      io.limpet.rig;
  exports io.limpet.node.internal.control to
      io.limpet.rig;
  exports io.limpet.node.internal.perf to
      io.limpet.rig;
  exports io.limpet.node.internal.runtime to
      io.limpet.rig;

  opens io.limpet.node.internal.cli to
      info.picocli;
  opens io.limpet.node.internal.doctor to
      com.fasterxml.jackson.databind;
  opens io.limpet.node.internal.explain to
      com.fasterxml.jackson.databind;
  opens io.limpet.node.internal.journal to
      com.fasterxml.jackson.databind;
  opens io.limpet.node.internal.page to
      com.fasterxml.jackson.databind;
}

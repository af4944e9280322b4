/** The rig: radio medium, namespaces, JUnit extension, benchmarks, and the demo. */
module io.limpet.rig {
  requires transitive io.limpet.node;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.sun.jna;
  requires io.netty.codec;
  requires io.netty.codec.classes.quic;
  requires io.netty.handler;
  requires io.netty.pkitesting;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires java.desktop;
  requires java.management;
  requires org.jgroups;
  requires xchart;
  requires static transitive org.junit.jupiter.api;
  requires static org.junit.platform.commons;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.limpet.rig;
}

/** Invitations, shared activities, and what is said in them. */
module io.limpet.invitation {
  requires transitive io.limpet.presence;
  requires transitive io.limpet.tcp;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.cbor;
  requires com.fasterxml.uuid;
  requires io.netty.codec;
  requires java.sql;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires static transitive org.jspecify;

  exports io.limpet.invitation;
}

/** Sealed associations between identities: Noise IK handshakes and AEAD transport, sans-IO. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.session;

/** The messages that services say to each other over streams, and their bounded CBOR form. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.wire;

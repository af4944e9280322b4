/** What was received: reassembly, selective acknowledgement and the offered window. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.rcv;

/** Tests of trace. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.trace;

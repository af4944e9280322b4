/** How much may be sent, and how fast: congestion control and pacing. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.cc;

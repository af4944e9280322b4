/** Tests of congestion control and pacing. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.cc;

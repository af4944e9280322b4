/** The face of the TCP engine: configuration, states, statistics, and the Netty entry point. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp;

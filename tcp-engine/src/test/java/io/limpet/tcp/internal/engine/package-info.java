/** Tests of the engine, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.engine;

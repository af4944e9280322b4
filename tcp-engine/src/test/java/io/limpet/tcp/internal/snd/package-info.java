/** Tests of snd. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.snd;

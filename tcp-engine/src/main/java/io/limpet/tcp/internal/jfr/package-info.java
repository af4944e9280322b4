/** What the JDK's flight recorder is told; it costs next to nothing while none records. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.jfr;

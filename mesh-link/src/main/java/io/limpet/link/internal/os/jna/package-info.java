/** The C library's socket calls, for what the JDK and Netty cannot open. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.jna;

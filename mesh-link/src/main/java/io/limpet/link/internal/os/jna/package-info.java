/** The few system calls that Java has no way to. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.jna;

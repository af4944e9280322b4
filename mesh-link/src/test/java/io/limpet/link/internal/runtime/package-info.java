/** Tests of what stands between the engine and the sockets. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.runtime;

/** One stream per pair of peers when there is something to say, carried by Netty channels. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.stream;

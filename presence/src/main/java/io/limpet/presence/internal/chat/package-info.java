/** Chat without a server on the kernel's TCP: what the other side's programs speak. */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.chat;

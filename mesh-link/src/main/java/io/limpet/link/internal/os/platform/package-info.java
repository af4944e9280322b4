/** Chooses the monitor and the control that this machine and this process permit. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.platform;

/** Monitor and control that need nothing but the JDK, and the tables that all monitors share. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.portable;

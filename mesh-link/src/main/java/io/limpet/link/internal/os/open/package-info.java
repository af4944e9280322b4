/** The way into the operating system: picks what works here. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.open;

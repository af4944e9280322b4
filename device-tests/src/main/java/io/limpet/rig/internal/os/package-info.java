/** The operating system: namespaces, interfaces, raw descriptors, processes. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.os;

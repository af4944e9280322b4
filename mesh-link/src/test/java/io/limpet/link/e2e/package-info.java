/** Links end to end: child processes in network namespaces, on the real kernel. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.e2e;

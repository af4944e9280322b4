/** The command line. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.cli;

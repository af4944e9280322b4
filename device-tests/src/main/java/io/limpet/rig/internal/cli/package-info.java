/** The command line of the node with the rig's own commands added to it. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.cli;

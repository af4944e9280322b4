/** What every kind of rig has in common. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.fleet;

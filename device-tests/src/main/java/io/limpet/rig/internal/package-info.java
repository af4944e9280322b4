/** Finds out what works here and starts the rig that does. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal;

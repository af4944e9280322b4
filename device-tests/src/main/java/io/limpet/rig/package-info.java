/**
 * The face of the rig: laptops in namespaces of their own, joined by a radio that can be broken.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.rig;

/** The demo: three laptops, a black hole, its healing, and a stale neighbour, with controls. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.demo;

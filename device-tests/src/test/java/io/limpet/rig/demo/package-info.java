/** The demo, played as people play it. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.demo;

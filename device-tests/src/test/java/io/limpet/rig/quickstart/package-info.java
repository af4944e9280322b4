/** The quickstart, followed as a person would. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.quickstart;

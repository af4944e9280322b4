/** What is installed elsewhere, installed. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.packages;

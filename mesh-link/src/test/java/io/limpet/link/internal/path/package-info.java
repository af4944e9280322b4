/** Tests of a sans-IO core, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.path;

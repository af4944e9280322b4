/** Whole links in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.engine;

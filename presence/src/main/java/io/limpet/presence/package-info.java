/** The face of presence: the roster of people, how sure we are of each, and what they share. */
@org.jspecify.annotations.NullMarked
package io.limpet.presence;

/**
 * The face of the link layer: identities, sealed datagrams between them, and what is known about
 * the paths that carry them.
 *
 * <p>Everything that is not a value is confined to the link's event loop unless its Javadoc says
 * otherwise.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.link;

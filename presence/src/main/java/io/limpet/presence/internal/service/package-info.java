/**
 * Presence at work: the roster core on the link's event loop, the files and the directory beside
 * it.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.service;

/** Runs a site's own command: without a shell, in bounded time, one at a time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.hook;

/** Asks the helper daemon for what this process may not do itself. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.linkd.client;

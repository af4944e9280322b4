/** The helper daemon: who may ask, what is allowed, how often, and its doing. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.linkd.daemon;

/**
 * What nodes and the helper daemon say to each other, as bytes: pure, and never an exception on bad
 * ones.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.linkd.wire;

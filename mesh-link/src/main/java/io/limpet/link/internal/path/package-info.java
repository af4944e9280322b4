/** Evidence per path, and the choice of paths per peer: sans-IO, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.path;

/**
 * Bytes on the air: the types of datagrams, and the codec of the hello. Pure functions without I/O,
 * clock or state. What comes in is hostile: it is bounded before anything is allocated, and what is
 * wrong with it is a value, never an exception. The exact layouts are in {@code
 * docs/wire-format.md}.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.wire;

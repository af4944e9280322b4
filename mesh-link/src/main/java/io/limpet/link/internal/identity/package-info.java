/**
 * Who a node is: its Ed25519 key pair and what follows from it (mesh address, X25519 key, epoch).
 */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.identity;

/** Datagrams sealed once for all who hold a group's key, sans-IO. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.group;

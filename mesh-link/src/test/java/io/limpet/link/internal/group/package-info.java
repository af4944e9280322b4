@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.group;

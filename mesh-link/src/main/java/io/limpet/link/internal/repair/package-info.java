/** Why unicast fails, and what is done about it: sans-IO, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.repair;

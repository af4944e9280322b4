/** Links of simulated nodes, many of them in one thread and in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.sim;

/** A member of a group, as a program of its own: what the group benchmark starts and commands. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.member;

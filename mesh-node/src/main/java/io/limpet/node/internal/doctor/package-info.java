/** What this machine allows and lacks, and what to do about it. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.doctor;

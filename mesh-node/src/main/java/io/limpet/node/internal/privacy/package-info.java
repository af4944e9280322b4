/** Takes names and addresses out of what leaves a machine, and keeps what a report needs. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.privacy;

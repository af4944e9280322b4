/** Tests of loss. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.loss;

/** Makes one page of what several laptops' journals tell. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.report;

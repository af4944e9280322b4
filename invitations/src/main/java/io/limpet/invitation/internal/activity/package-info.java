/** Who shares what, and who is in it: the owner's versioned view, and the members' copies of it. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.activity;

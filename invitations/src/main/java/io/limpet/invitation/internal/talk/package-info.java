/** What an activity's channel carries: lines for people, messages and a state for applications. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.talk;

/** The service itself: joins the sans-IO cores to streams, roster and event loop. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.service;

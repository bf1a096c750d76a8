/**
 * SIGNALLED_EVENTS: what is pending, and which of it goes next. Bands, shares, principals, recovery from use. Knows containers, and
 * nothing of rings. {@link dev.sluice.events.order.Signal} is for layers that offer operations too: this package is exported to {@code
 * dev.sluice.aio}, to servers it is not.
 */
package dev.sluice.events.order;

/** The wheel of what is to expire. Knows nothing of queues. Not exported. */
package dev.sluice.events.timing;

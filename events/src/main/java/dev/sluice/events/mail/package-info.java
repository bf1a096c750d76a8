/** How other threads and other queues leave word and end a wait. Not exported. */
package dev.sluice.events.mail;

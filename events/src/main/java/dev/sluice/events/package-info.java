/** One queue for readiness and completions, handed out in the order that resource containers ask for. */
package dev.sluice.events;

/** One queue for readiness and completions, handed out in the order that resource containers ask for. */
@NullMarked
package dev.sluice.events;

import org.jspecify.annotations.NullMarked;

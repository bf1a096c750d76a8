/**
 * One queue for readiness and completions, handed out in the order that resource containers ask for.
 *
 * <p><b>Who handles an event.</b> What is attached to what brings events may be anything, for who hands them out by hand; {@link
 * dev.sluice.events.EventLoop} calls it if it is an {@link dev.sluice.events.EventHandler}. So a declaration, a timer and a mailbox take either
 * an attachment or, in its place, a handler, such as a lambda, which is then what is attached. Null attaches nothing.
 */
@NullMarked
package dev.sluice.events;

import org.jspecify.annotations.NullMarked;

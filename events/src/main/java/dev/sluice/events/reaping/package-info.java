/**
 * The one place where the ring is entered, SQEs are claimed, and completions become signals; and the threads that go on when a queue is
 * closed beside a disk that does not answer. Not exported.
 */
package dev.sluice.events.reaping;

/** Files, sockets and listeners as operations whose completions arrive on one event queue. */
package dev.sluice.aio;

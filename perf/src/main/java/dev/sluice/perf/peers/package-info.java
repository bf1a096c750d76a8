/** The servers under test: Sluice, and the peers it is measured beside. */
package dev.sluice.perf.peers;

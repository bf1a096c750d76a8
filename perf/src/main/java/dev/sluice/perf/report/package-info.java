/** Results: as JSON with every raw run, and from that as text and plots. */
package dev.sluice.perf.report;

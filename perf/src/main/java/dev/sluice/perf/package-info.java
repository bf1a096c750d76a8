/** The command line: lists scenarios, runs them, renders their reports. */
package dev.sluice.perf;

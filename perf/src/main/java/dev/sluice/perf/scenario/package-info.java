/** The scenarios: each measures Sluice and its peers in one run, in turns. */
package dev.sluice.perf.scenario;

/** The INTERESTED set: which descriptors are polled, and how their readiness becomes signals. Not exported. */
package dev.sluice.events.interest;

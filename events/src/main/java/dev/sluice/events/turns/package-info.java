/** How long turns take and who is to blame. Not exported. */
package dev.sluice.events.turns;

/** Slots for what the kernel may still complete, and the 64 bits by which a completion finds its slot. Not exported. */
package dev.sluice.events.table;

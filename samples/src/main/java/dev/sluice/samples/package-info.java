/** Programs to copy from. */
package dev.sluice.samples;

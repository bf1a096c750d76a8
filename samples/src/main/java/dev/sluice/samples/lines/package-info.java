/** A server of files for clients that ask line by line: {@link dev.sluice.samples.lines.LineServer}. */
package dev.sluice.samples.lines;

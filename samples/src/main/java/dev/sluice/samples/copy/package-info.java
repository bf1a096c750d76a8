/** A program that copies a tree: {@link dev.sluice.samples.copy.TreeCopy}. */
package dev.sluice.samples.copy;

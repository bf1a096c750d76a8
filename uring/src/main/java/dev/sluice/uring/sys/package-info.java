/**
 * The binding to liburing and libc, and the layouts of the structures shared with the kernel. Not for users, nor for the other modules: it may
 * change with any version.
 *
 * <p>The layouts are those of 64-bit little-endian Linux (x86-64, aarch64); a test compares every offset with the installed headers.
 */
package dev.sluice.uring.sys;

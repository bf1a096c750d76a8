/**
 * What rings are made of, whoever carries the operations out: whose a ring is, entries claimed, requests read from them, completions posted. Not for
 * users: called by the packages of rings, and by rings for tests.
 */
package dev.sluice.uring.base;

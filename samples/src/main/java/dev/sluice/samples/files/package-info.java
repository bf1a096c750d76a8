// SPDX-License-Identifier: Apache-2.0
/** A static file server: what a request's target names, under which conditions it is wanted, and what is said of it. */
package dev.sluice.samples.files;

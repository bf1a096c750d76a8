// SPDX-License-Identifier: Apache-2.0
/**
 * What a static file server decides: which file a request means, under which conditions, in which coding, and which part of it. Sees names,
 * numbers and header fields, and no socket, queue or clock.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110">RFC 9110, HTTP semantics</a>
 */
package dev.sluice.samples.files;

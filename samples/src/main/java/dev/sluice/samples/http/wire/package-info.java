// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1 as it is on the wire: reads requests and responses, whose bodies are pulled, writes the heads of both, and chunks. Sees bytes,
 * and no socket, file or clock.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
package dev.sluice.samples.http.wire;
